import type { Deps } from '#core/service.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { CATEGORIES } from '#core/contracts/exceptions.ts'
import { readFullScope } from './full/full-scope.ts'
import { drainInbox } from './pull/drain-inbox.ts'
import { pull } from './pull/pull.ts'
import { publish, type Published } from './publish/publish.ts'
import type { Summary } from './publish/summary.ts'
import { readScope, type Run } from './scope.ts'

const countOpen = loadSql(import.meta.url, 'sql/exceptions_count_open.sql')

/** Counts what a run that was published has found. */
export const measureRun = async (deps: Deps, summary: Summary): Promise<void> => {
  const { reconciliationItems, reconciliationOpenExceptions } = deps.metrics
  reconciliationItems.inc({ match: 'matched' }, summary.matched)
  reconciliationItems.inc({ match: 'explained' }, summary.explained)
  reconciliationItems.inc({ match: 'break' }, summary.exceptions.opened)
  const open = await deps.db.rows<{ category: string; open: number }>(countOpen)
  const counts = new Map(open.map((row) => [row.category, row.open]))
  for (const category of CATEGORIES) reconciliationOpenExceptions.set({ category }, counts.get(category) ?? 0)
}

/** Stripe's largest page. */
export const PAGE_SIZE_MAX = 100

/**
 * Runs a claimed run: drains the inbox, reads Stripe, publishes in one commit. Throws when any read fails; nothing is
 * published then. Only the holder of the reconciler's lock may call it; he then writes the chain's head.
 */
export const executeRun = async (
  deps: Deps,
  run: Run,
  pageSize: number,
  signal: AbortSignal,
): Promise<Published> => {
  await drainInbox(deps, signal)
  const scope = run.kind === 'full' ? await readFullScope(deps, run, signal) : await readScope(deps, run)
  const pulled = await pull(deps, scope, pageSize, signal)
  const published = await publish(deps, scope, pulled)
  deps.wakeups.wake('relay')
  return published
}
