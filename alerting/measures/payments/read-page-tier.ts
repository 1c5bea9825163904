import { loadSql } from '#core/postgres/sql.ts'
import type { Measure } from '../../domain/rule.ts'
import { attemptsMeasure, type AttemptsReading } from './read-attempts.ts'

const readOpenSince = loadSql(import.meta.url, 'sql/incidents_read_open_since.sql')

/** The row whose incident, left open, makes the pager ring. */
export const LOW_RULE = 'PaymentSuccessRateLow'

/** Attempts of the shop, and since when people know of its low rate. */
export interface PageTierReading extends AttemptsReading {
  readonly at: Date
  /** When the incident of the low rate opened; null: none is open. */
  readonly lowSince: Date | null
}

/** Always one reading. */
export const pageTierMeasure: Measure<PageTierReading> = {
  name: 'success_page_tier',
  from: 'clickhouse',
  read: async (deps, at) => {
    const [counts, row] = await Promise.all([
      attemptsMeasure.read(deps, at),
      deps.db.first<{ opened_at: Date | null }>(readOpenSince, [LOW_RULE]),
    ])
    return counts.map((reading) => ({ ...reading, at, lowSince: row?.opened_at ?? null }))
  },
}
