import type { PoolClient } from 'pg'
import Stripe from 'stripe'
import type { ErrorCode } from '#core/error-codes.ts'
import { codeOf } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { appendChainFile, repairChainFile } from './chain-head.ts'
import { executeRun, measureRun } from './execute-run.ts'
import { RECONCILER_LOCK } from './lock.ts'
import { failRun } from './finish-run.ts'
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

const withLock = async (deps: Deps, work: () => Promise<void>): Promise<void> => {
  // A session's lock ends with its process: what a killed one left running is taken up by the next.
  const client: PoolClient = await deps.db.pool.connect()
  let broken: Error | undefined
  try {
    const { rows } = await client.query<{ ours: boolean }>('SELECT pg_try_advisory_lock($1) AS ours', [
      RECONCILER_LOCK,
    ])
    if (rows[0]?.ours !== true) return
    try {
      await work()
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [RECONCILER_LOCK])
    }
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error))
    throw error
  } finally {
    client.release(broken)
  }
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

const noteFailure = async (deps: Deps, claimed: Claimed, error: unknown): Promise<void> => {
  const code = failureCode(error)
  const message = error instanceof Error ? error.message : String(error)
  await failRun(deps.db, claimed.id, deps.env.clock.now(), code, message)
  deps.metrics.reconciliationRuns.inc({ kind: claimed.kind, result: 'failed' })
  deps.log.error({ run: claimed.id, attempts: claimed.attempts, code, err: error }, 'reconciliation failed')
}

const attempt = async (
  deps: Deps,
  claimed: Claimed,
  pageSize: number,
  signal: AbortSignal,
): Promise<Published | undefined> => {
  try {
    return await executeRun(deps, toRun(claimed), pageSize, signal)
  } catch (error) {
    // Stopping is no failure: the run stays as it is and is taken up again.
    if (signal.aborted) throw error
    await noteFailure(deps, claimed, error)
    return undefined
  }
}

/** What follows the commit. The run is done whatever happens here; a head that cannot be written stops the worker. */
const conclude = async (deps: Deps, claimed: Claimed, published: Published, durationMs: number) => {
  const { summary, sealed } = published
  const links = sealed.map(({ seal, digest }) => ({ seq: seal.seq, id: seal.id, digest }))
  await appendChainFile(deps.chainHeadFile, links)
  await measureRun(deps, summary)
  deps.metrics.reconciliationRuns.inc({ kind: claimed.kind, result: 'succeeded' })
  const { from, to, matched, explained, posted, exceptions } = summary
  const { open, opened, healed } = exceptions
  const facts = {
    run: claimed.id,
    kind: claimed.kind,
    from,
    to,
    matched,
    explained,
    posted,
    open,
    opened,
    healed,
  }
  deps.log.info({ ...facts, duration_ms: durationMs }, 'reconciled')
}

const completeHead = async (deps: Deps): Promise<void> => {
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
      await conclude(deps, claimed, published, Math.round(machine.nowMs() - startedMs))
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
