import { invariant } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Measure, Reading } from '../../domain/rule.ts'
import { remembered } from '../remembered.ts'

const readStores = loadSql(import.meta.url, 'sql/stores_read_disputes.sql')
const countRate = loadSql(import.meta.url, 'sql/dispute_count_rate.sql')

const HOUR_MS = 3_600_000

/** Windows of the rows about disputes, milliseconds. */
export const DISPUTE_MS = { isNew: HOUR_MS, dueSoon: 48 * HOUR_MS, rate: 30 * 24 * HOUR_MS } as const
const RATE_EVERY_MS = 10 * 60_000

/** Disputes and warnings of one store. */
export interface StoreDisputesReading extends Reading {
  readonly at: Date
  /** Known to us since an hour or less. */
  readonly opened: number
  readonly warnings: number
  /** To be answered within 48 hours, and no evidence is there. */
  readonly dueSoon: number
  readonly firstDue: Date | null
}

interface StoreRow {
  readonly store: string
  readonly opened: number
  readonly due_soon: number
  readonly first_due: Date | null
  readonly warnings: number
}

/** Every store's disputes, one reading each, labelled `store`. */
export const storeDisputesMeasure: Measure<StoreDisputesReading> = {
  name: 'store_disputes',
  from: 'postgres',
  read: async ({ db }, at) => {
    const newSince = new Date(at.getTime() - DISPUTE_MS.isNew)
    const dueBefore = new Date(at.getTime() + DISPUTE_MS.dueSoon)
    const rows = await db.rows<StoreRow>(readStores, [at, newSince, dueBefore])
    return rows.map((row) => ({
      labels: { store: row.store },
      at,
      opened: row.opened,
      warnings: row.warnings,
      dueSoon: row.due_soon,
      firstDue: row.first_due,
    }))
  },
}

/** Disputes against payments over a month. */
export interface DisputeRateReading extends Reading {
  readonly disputes: number
  readonly payments: number
}

/** Counts a month each ten minutes; always one reading. */
export const disputeRateMeasure: Measure<DisputeRateReading> = remembered(
  {
    name: 'dispute_rate',
    from: 'postgres',
    read: async ({ db }, at) => {
      const row = await db.first<{ disputes: number; payments: number }>(countRate, [
        at,
        new Date(at.getTime() - DISPUTE_MS.rate),
      ])
      invariant(row, 'a statement without FROM answered no row')
      return [{ labels: {}, ...row }]
    },
  },
  RATE_EVERY_MS,
)
