import { endOfBusinessDate, startOfBusinessDate } from '#core/business-date.ts'
import type { Database, Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { ReportRow } from './report-row.ts'
import type { RowChoice } from './report-types.ts'

const declare = loadSql(import.meta.url, 'sql/report_rows_declare.sql')
const fetchRows = loadSql(import.meta.url, 'sql/report_rows_fetch.sql')
const readSummary = loadSql(import.meta.url, 'sql/balance_summary.sql')

/** What a report is asked for. Dates are of `zone`, both included; null is every currency, type or category. */
export interface ReportQuery {
  readonly from: string | null
  readonly to: string
  readonly zone: string
  readonly currency: string | null
  readonly balanceType: string | null
  readonly category: string | null
  /** The mirror as it stood then: what runs had published by that instant. */
  readonly asOf: Date
  /** Whether rows come with an event of their charge. */
  readonly withChargeEvent: boolean
}

const borders = ({ from, to, zone }: Pick<ReportQuery, 'from' | 'to' | 'zone'>): [Date | null, Date] => [
  from === null ? null : startOfBusinessDate(from, zone),
  endOfBusinessDate(to, zone),
]

/**
 * Hands the rows of an itemised report to `take`, a thousand at a time and in a stable order, from one snapshot by a cursor: the
 * next rows are fetched when `take` has taken the last ones, so a slow reader holds one connection and a page of memory.
 */
export const eachReportPage = async (
  db: Database,
  choice: RowChoice,
  query: ReportQuery,
  take: (rows: readonly ReportRow[]) => Promise<void>,
): Promise<void> =>
  db.withTransaction(async (snapshot) => {
    const { asOf, currency, balanceType, category, withChargeEvent } = query
    const filters = [asOf, currency, balanceType, category, choice, withChargeEvent]
    await snapshot.run(declare, [...borders(query), ...filters])
    for (;;) {
      const rows = await snapshot.rows<ReportRow>(fetchRows)
      if (rows.length === 0) return
      await take(rows)
    }
  }, 'REPEATABLE READ')

/** One line of the balance summary per currency; minor units. */
export interface BalanceSummary {
  readonly currency: string
  readonly before: bigint
  readonly activity: bigint
  readonly payouts: bigint
}

/** What was held before `from`, and what came by activity and payouts since, by currency. */
export const readBalanceSummary = async (
  db: Db,
  query: Omit<ReportQuery, 'withChargeEvent' | 'from'> & { readonly from: string },
): Promise<BalanceSummary[]> =>
  db.rows<BalanceSummary>(readSummary, [...borders(query), query.asOf, query.currency, query.balanceType])
