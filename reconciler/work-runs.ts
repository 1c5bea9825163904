import Stripe from 'stripe'
import type { ErrorCode } from '#core/error-codes.ts'
import { codeOf } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { repairChainFile } from './chain-head.ts'
import { concludeRun } from './conclude-run.ts'
import { executeRun } from './execute-run.ts'
import { withLock } from './lock.ts'
import { failRun } from './finish-run.ts'
import { forgetPages } from './pull/stage.ts'
import type { Published } from './publish/publish.ts'
import type { Run, RunKind } from './scope.ts'

const claimNext = loadSql(import.meta.url, 'sql/run_claim_next.sql')
const countOpen = loadSql(import.meta.url, 'sql/runs_count_open.sql')

/** A nightly run that failed this often waits for a person; the next night's run covers its date too. */
const NIGHTLY_ATTEMPTS_MAX = 5
const RETRY_FIRST_MS = 1_000

interface Claimed {
  readonly id: string
  readonly kind: RunKind
  readonly from_date: string
  readonly to_date: string
  readonly dry_run: boolean
  readonly attempts: number
}

/** Does the runs that are asked for. */
export interface RunWorker {
  /** Does every run that is due; answers at once when another process is at it. */
  work(): Promise<void>
  countOpen(): Promise<number>
}

const toRun = (claimed: Claimed): Run => ({
  id: claimed.id,
  kind: claimed.kind,
  from: claimed.from_date,
  to: claimed.to_date,
  dryRun: claimed.dry_run,
})

const failureCode = (error: unknown): ErrorCode =>
  error instanceof Stripe.errors.StripeError ? 'provider_unavailable' : codeOf(error)

const noteFailure = async (
  deps: Deps,
  claimed: Claimed,
  error: unknown,
  durationMs: number,
): Promise<void> => {
  const code = failureCode(error)
  const message = error instanceof Error ? error.message : String(error)
  await failRun(deps.db, claimed.id, deps.env.clock.now(), code, message)
  const isFinal = claimed.kind !== 'nightly' || claimed.attempts >= NIGHTLY_ATTEMPTS_MAX
  if (isFinal) await forgetPages(deps.db, claimed.id)
  const ended = { kind: claimed.kind, result: 'failed' } as const
  deps.metrics.reconciliationRuns.inc(ended)
  deps.metrics.reconciliationRunDuration.observe(ended, durationMs / 1_000)
  if (claimed.kind === 'nightly')
    deps.metrics.taskRuns.inc({ task: 'nightly_reconciliation', result: 'failed' })
  deps.log.error({ run: claimed.id, attempts: claimed.attempts, code, err: error }, 'reconciliation failed')
}

const attempt = async (
  deps: Deps,
  claimed: Claimed,
  pageSize: number,
  signal: AbortSignal,
): Promise<Published | undefined> => {
  const { machine } = deps.env
  const startedMs = machine.nowMs()
  try {
    return await executeRun(deps, toRun(claimed), pageSize, signal)
  } catch (error) {
    // Stopping is no failure: the run stays as it is and is taken up again.
    if (signal.aborted) throw error
    await noteFailure(deps, claimed, error, machine.nowMs() - startedMs)
    return undefined
  }
}

/** Writes what a kill or a full disk kept out of the head file. Throws when it cannot: then nothing may be published. */
export const completeHead = async (deps: Deps): Promise<void> => {
  const written = await repairChainFile(deps.db, deps.chainHeadFile)
  if (written === 'gone') deps.log.error('head file of the certificate chain is gone; put its copy back')
  else if (written > 0) deps.log.warn({ written }, 'head of the certificate chain completed after a kill')
}

/** A worker for runs. Only one works at a time, whatever the number of processes. */
export const createRunWorker = (deps: Deps, pageSize: number, signal: AbortSignal): RunWorker => {
  const { machine, clock } = deps.env
  const notBeforeMs = new Map<string, number>()
  const waiting = () => [...notBeforeMs].filter(([, ms]) => ms > machine.nowMs()).map(([id]) => id)

  /** A published run whose links are not in the head file yet. */
  let headIsBehind = false

  const runNext = async (): Promise<boolean> => {
    const params = [clock.now(), NIGHTLY_ATTEMPTS_MAX, waiting()]
    const claimed = await deps.db.first<Claimed>(claimNext, params)
    if (!claimed) return false
    const startedMs = machine.nowMs()
    const published = await attempt(deps, claimed, pageSize, signal)
    if (published) {
      notBeforeMs.delete(claimed.id)
      headIsBehind = true
      await concludeRun(deps, claimed, published, Math.round(machine.nowMs() - startedMs))
      headIsBehind = false
    } else notBeforeMs.set(claimed.id, machine.nowMs() + RETRY_FIRST_MS * 2 ** (claimed.attempts - 1))
    return true
  }

  const workAll = async (): Promise<void> => {
    await completeHead(deps)
    headIsBehind = false
    while (!signal.aborted && (await runNext()));
  }

  const open = async (): Promise<number> => {
    const row = await deps.db.first<{ open: number }>(countOpen, [NIGHTLY_ATTEMPTS_MAX])
    return row?.open ?? 0
  }

  return {
    work: async () => {
      if (headIsBehind || (await open()) > 0) await withLock(deps, workAll)
    },
    countOpen: open,
  }
}

/** Begins the head file, or completes it when a kill left it behind the database. */
export const repairAtStart = async (deps: Deps): Promise<void> => {
  await withLock(deps, async () => completeHead(deps))
}
