import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { concludeRun } from '../conclude-run.ts'
import { withLock } from '../lock.ts'
import { failureCode } from '../note-failures.ts'
import { completeHead } from '../work-runs.ts'
import { look } from './look.ts'

const readState = loadSql(import.meta.url, '../sql/look_read_state.sql')
const ensureState = loadSql(import.meta.url, '../sql/look_ensure.sql')
const finish = loadSql(import.meta.url, '../sql/look_finish.sql')
const fail = loadSql(import.meta.url, '../sql/look_fail.sql')
const readMarks = loadSql(import.meta.url, '../sql/look_read_marks.sql')

/** Looks at what Stripe booked today, every `reconcile_every_s`, once with any number of processes (docs/reconciliation-runs.md). */
export interface LookSchedule {
  enqueueDue(now: Date): Promise<void>
  nextDue(now: Date): Promise<Date | null>
  /** Does the look that is due; answers at once when none is, or when another process is at it. */
  work(): Promise<void>
  /** 1 while this process has a look to do. */
  countOpen(): number
}

interface State {
  readonly looked_at: Date | null
  readonly whole_at: Date | null
  readonly due_at: Date
  readonly due: boolean
}

const ERROR_LENGTH_MAX = 500

/** Makes the looks known at the first start: the first one is due one interval later. */
export const ensureLooks = async (deps: Pick<Deps, 'db' | 'env' | 'shop'>): Promise<void> => {
  const now = deps.env.clock.now()
  const due = new Date(now.getTime() + deps.shop.reconcile_every_s * 1000)
  await deps.db.run(ensureState, [due, now])
}

/** What one look leaves behind: its state, its run's conclusion, metrics. */
const lookOnce = async (deps: Deps, state: State, pageSize: number, signal: AbortSignal): Promise<void> => {
  const { db, env, metrics, log } = deps
  const startedMs = env.machine.nowMs()
  const now = env.clock.now()
  const next = new Date(now.getTime() + deps.shop.reconcile_every_s * 1000)
  let isLooked = false
  try {
    const until = { lookedAt: state.looked_at, wholeAt: state.whole_at }
    const looked = await look(deps, until, pageSize, signal)
    const { rows, payouts, examined, submitted, whole, runId, published } = looked
    await db.run(finish, [now, next, rows, payouts, examined, submitted, runId, whole])
    isLooked = true
    const tookMs = env.machine.nowMs() - startedMs
    if (published && runId !== null) {
      deps.wakeups.wake('relay')
      await concludeRun(deps, { id: runId, kind: 'continuous' }, published, Math.round(tookMs))
    }
    metrics.reconciliationLooks.inc({ result: published ? 'found' : 'clean' })
    metrics.taskRuns.inc({ task: 'reconciliation_look', result: 'succeeded' })
    metrics.reconciliationLookDuration.observe(tookMs / 1000)
    metrics.reconciliationLastLook.set(now.getTime() / 1000)
  } catch (error) {
    // Stopping is no failure, and an unwritten head of the chain is not the look's.
    if (signal.aborted || isLooked) throw error
    const message = error instanceof Error ? error.message : String(error)
    const code = failureCode(error)
    await db.run(fail, [now, next, code, message.slice(0, ERROR_LENGTH_MAX)])
    metrics.reconciliationLooks.inc({ result: 'failed' })
    metrics.taskRuns.inc({ task: 'reconciliation_look', result: 'failed' })
    log.warn({ err: error, code }, 'look failed; the next one begins where it began')
  }
}

/**
 * The schedule of `deps.shop`. On machine time a look is due an interval after the last one. Sandbox time at `max` stops only at
 * moments that somebody asks for; there a look is asked for an interval after the first moment since the last look at which
 * anything can have happened: time stood there, or something was accepted or recorded here. Between two such moments
 * neither Stripe nor the books change, and a look would see what the last one saw.
 */
export const createLookSchedule = (deps: Deps, pageSize: number, signal: AbortSignal): LookSchedule => {
  const { db, env } = deps
  const everyMs = deps.shop.reconcile_every_s * 1000
  let dueAt: Date | undefined
  let lookedAt: Date | null = null
  /** What was accepted and recorded when the last look began. */
  let marks: string | undefined
  /** First moment since the last look at which anything can have happened. */
  let changedAt: Date | undefined
  let pending = false

  const currentMarks = async (): Promise<string> =>
    (await db.first<{ marks: string }>(readMarks))?.marks ?? ''

  const reload = async (): Promise<State | undefined> => {
    const state = await db.first<State>(readState, [env.clock.now()])
    if (state?.looked_at?.getTime() !== lookedAt?.getTime()) changedAt = undefined
    dueAt = state?.due_at
    lookedAt = state?.looked_at ?? null
    return state
  }

  const noteChange = async (now: Date): Promise<void> => {
    if (changedAt !== undefined) return
    const isSameMoment = lookedAt?.getTime() === now.getTime()
    if (!isSameMoment || (await currentMarks()) !== marks) changedAt = now
  }

  const workLocked = async (): Promise<void> => {
    const state = await reload()
    if (!state?.due) return
    // A link that an earlier look or run could not write comes first; while it cannot be written no look is begun.
    await completeHead(deps)
    marks = await currentMarks()
    await lookOnce(deps, state, pageSize, signal)
    await reload()
    changedAt = undefined
  }

  return {
    enqueueDue: async (now) => {
      if (dueAt !== undefined && dueAt > now) return
      pending = (await reload())?.due ?? false
      if (pending) deps.wakeups.wake('reconcile')
    },
    nextDue: async (now) => {
      if (dueAt === undefined) await reload()
      await noteChange(now)
      if (changedAt === undefined || dueAt === undefined) return null
      const due = Math.max(dueAt.getTime(), changedAt.getTime() + everyMs)
      return new Date(Math.max(due, now.getTime() + 1))
    },
    work: async () => {
      if (!pending) return
      try {
        await withLock(deps, workLocked)
      } finally {
        pending = false
      }
    },
    countOpen: () => (pending ? 1 : 0),
  }
}
