import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { besidesOf, reportOf, type FullReport } from './report-full.ts'
import type { Dates } from './sides.ts'
import { syncCopies, type SyncOptions } from './sync-copy.ts'
import { compareSides } from './two-passes.ts'

const countKnown = loadSql(import.meta.url, '../sql/exceptions_count_known.sql')

/** Differing keys that one run looks at. Each is asked of Stripe by itself, at 25 a second in a sandbox account. */
export const KEYS_MAX = 5_000

export interface FullComparison {
  readonly report: FullReport
  readonly besides: { readonly rowIds: readonly string[]; readonly objects: readonly string[] }
}

/**
 * Compares everything that Stripe booked with everything that the ledger settled, over `dates` or all time (architecture §5): brings the
 * copies in ClickHouse to what Postgres says, compares them in two passes, and says what the ordinary path has to look
 * at. It judges nothing by itself. `recompute` proves the copy's hashes anew from its columns. Only the holder of the reconciler's
 * lock may call it. Throws `analytics_unavailable` or `analytics_copy_differs`: not known is not equal.
 */
export const compareFull = async (
  deps: Pick<Deps, 'db' | 'clickhouse' | 'log'>,
  dates: Dates | null,
  options: SyncOptions,
): Promise<FullComparison> => {
  const synced = await syncCopies(deps, dates, options)
  // Hashes that were just proven from the columns need not be made a second time.
  const reading = { dates, recompute: false }
  const compared = await compareSides(deps.clickhouse, reading, KEYS_MAX, options.signal)
  const keys = compared.differences.map(({ key }) => key)
  const known = (await deps.db.first<{ known: number }>(countKnown, [keys]))?.known ?? 0
  const report = reportOf(synced.dates, synced, compared, options.recompute, known)
  const { copy, by_kind: byKind, differing } = report
  deps.log.info({ copy, differing, known, byKind }, 'compared over all time')
  if (report.damaged.length > 0)
    deps.log.warn({ damaged: report.damaged }, 'copy in ClickHouse was damaged; filled again')
  return { report, besides: besidesOf(compared.differences) }
}
