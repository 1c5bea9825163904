import { loadSql } from '#core/postgres/sql.ts'
import type { Measure, Reading } from '../../domain/rule.ts'

const read = loadSql(import.meta.url, 'sql/receipts_read_failing.sql')

export const RECEIPTS_WINDOW_MS = 3_600_000
/** A customer who has waited so long for a receipt has gone without it. */
const WAITING_MS = 15 * 60_000

export interface ReceiptsReading extends Reading {
  /** Given up within the hour. */
  readonly failed: number
  /** Still tried after a quarter of an hour. */
  readonly waiting: number
}

const before = (at: Date, ms: number): Date => new Date(at.getTime() - ms)

/** Receipts by mail that did not arrive. */
export const receiptsMeasure: Measure<ReceiptsReading> = {
  name: 'receipt_mails',
  from: 'postgres',
  read: async ({ db }, at) => {
    const params = [before(at, RECEIPTS_WINDOW_MS), at, before(at, WAITING_MS)]
    const row = await db.first<{ failed: number; waiting: number }>(read, params)
    return [{ labels: {}, failed: row?.failed ?? 0, waiting: row?.waiting ?? 0 }]
  },
}
