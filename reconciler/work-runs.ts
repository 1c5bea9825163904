import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { repairChainFile } from './chain-head.ts'
import { concludeRun } from './conclude-run.ts'
import { executeRun } from './execute-run.ts'
import { withLock } from './lock.ts'
import { noteFailure, noteKilled } from './note-failures.ts'
import type { Published } from './publish/publish.ts'
import type { Run, RunKind } from './scope.ts'

const claimNext = loadSql(import.meta.url, 'sql/run_claim_next.sql')
const readOpen = loadSql(import.meta.url, 'sql/runs_count_open.sql')
const putBack = loadSql(import.meta.url, 'sql/run_put_back.sql')

/** A run that was taken up so often and ended neither well nor badly kills its process; the runs after it are done instead. */
const TAKE_UPS_MAX = 5

interface Claimed {
  readonly id: string
  readonly kind: RunKind
  readonly from_date: string
  readonly to_date: string
  readonly dry_run: boolean
  readonly attempts: number
  readonly failures: number
}

/** Does the runs that are asked for. */
export interface RunWorker {
  /** Does every run that is due; answers at once when another process is at it. */
  work(): Promise<void>
  /** Runs that are to be done now; a failed one in its pause is none. */
  countOpen(): Promise<number>
  /** When the next failed run is tried again; null while none waits. */
  nextTry(): Promise<Date | null>
}

const toRun = (claimed: Claimed): Run => ({
  id: claimed.id,
  kind: claimed.kind,
  from: claimed.from_date,
  to: claimed.to_date,
  dryRun: claimed.dry_run,
})

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
    if (!signal.aborted) {
      await noteFailure(deps, claimed, error, machine.nowMs() - startedMs)
      return undefined
    }
    // Stopping is no failure: the run stays as it is and is taken up again.
    await deps.db.run(putBack, [claimed.id])
    throw error
  }
}

/** Writes what a kill or a full disk kept out of the head file. Throws when it cannot: then nothing may be published. */
export const completeHead = async (deps: Deps): Promise<void> => {
  const repaired = await repairChainFile(deps.db, deps.chainHeadFile)
  if (repaired === 'gone')
    return deps.log.error('head file of the certificate chain is gone; put its copy back')
  const { links: written, runs } = repaired
  // A kill leaves out one run at most.
  if (runs > 1)
    deps.log.error({ written, runs }, 'head file of the certificate chain was an old one; completed')
  else if (runs > 0) deps.log.warn({ written }, 'head of the certificate chain completed after a kill')
}

/** A worker for runs. Only one works at a time, whatever the number of processes. `takeUpsMax` is for tests that kill on purpose. */
export const createRunWorker = (
  deps: Deps,
  pageSize: number,
  signal: AbortSignal,
  takeUpsMax = TAKE_UPS_MAX,
): RunWorker => {
  const { machine, clock } = deps.env

  /** A published run whose links are not in the head file yet. */
  let headIsBehind = false

  const runNext = async (): Promise<boolean> => {
    const claimed = await deps.db.first<Claimed>(claimNext, [clock.now()])
    if (!claimed) return false
    const startedMs = machine.nowMs()
    const published = await attempt(deps, claimed, pageSize, signal)
    if (!published) return true
    headIsBehind = true
    await concludeRun(deps, claimed, published, Math.round(machine.nowMs() - startedMs))
    headIsBehind = false
    return true
  }

  const workAll = async (): Promise<void> => {
    await completeHead(deps)
    headIsBehind = false
    await noteKilled(deps, takeUpsMax)
    while (!signal.aborted && (await runNext()));
  }

  const open = async (): Promise<{ readonly open: number; readonly next_try: Date | null }> =>
    (await deps.db.first<{ open: number; next_try: Date | null }>(readOpen, [clock.now()])) ?? {
      open: 0,
      next_try: null,
    }

  const countOpen = async (): Promise<number> => (await open()).open

  return {
    work: async () => {
      if (headIsBehind || (await countOpen()) > 0) await withLock(deps, workAll)
    },
    countOpen,
    nextTry: async () => (await open()).next_try,
  }
}

/** Begins the head file, or completes it when a kill left it behind the database. */
export const repairAtStart = async (deps: Deps): Promise<void> => {
  await withLock(deps, async () => completeHead(deps))
}
