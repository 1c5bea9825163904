import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'

const lockPayment = loadSql(import.meta.url, '../sql/dispute_lock_payment.sql')

/** The payment that a dispute or a fraud warning is about. */
export interface DisputedPayment {
  readonly id: string
  readonly sale_id: string
  readonly till_id: string
  readonly store_id: string
  readonly currency: string
  readonly trace_id: string
}

const idOf = (value: string | { readonly id: string }): string =>
  typeof value === 'string' ? value : value.id

/** Locks the captured payment of a charge in the caller's database transaction; undefined when the charge is not ours. */
export const lockDisputed = async (
  db: Db,
  charge: string | { readonly id: string },
): Promise<DisputedPayment | undefined> => db.first<DisputedPayment>(lockPayment, [idOf(charge)])
