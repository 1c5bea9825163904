import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { StatedException } from '../domain/certificate.ts'

const listOpen = loadSql(import.meta.url, '../sql/exceptions_list_open.sql')

/** An exception that is open now. */
export interface OpenException {
  readonly id: string
  readonly category: string
  readonly object: string
  readonly currency: string
  readonly expected: bigint
  readonly actual: bigint
  readonly difference: bigint
  readonly business_date: string
  readonly severity: string
  readonly payment_id: string | null
  readonly opened_run_id: string
  readonly first_seen_at: Date
  readonly details: Readonly<Record<string, string>>
}

/** Every open exception, by date, category and object. */
export const readOpenExceptions = async (db: Db): Promise<OpenException[]> => db.rows<OpenException>(listOpen)

/** The exception in the terms of certificates. */
export const toStated = (row: OpenException): StatedException => ({
  id: row.id,
  category: row.category,
  object: row.object,
  currency: row.currency,
  expected: row.expected,
  actual: row.actual,
  difference: row.difference,
  severity: row.severity,
  paymentId: row.payment_id,
  openedRunId: row.opened_run_id,
  firstSeenAt: row.first_seen_at,
  details: row.details,
})
