import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { LockedPayment } from './payment-change.ts'

const lockPayments = loadSql(import.meta.url, '../sql/payment_lock_many_for_record.sql')

/** Which payment is meant: by our id, else by its PaymentIntent. */
export interface PaymentRef {
  readonly paymentId: string | null
  readonly intentId: string | null
}

/** Payments with their sales, found by the refs that name them. */
export interface LockedPayments {
  find(ref: PaymentRef): LockedPayment | undefined
}

/**
 * Reads payments with their sales and locks both in the caller's database transaction, all at once and in one order. Lock
 * everything that is going to be recorded in one call: two writers that lock one by one may wait for each other.
 */
export const lockPaymentsForRecord = async (db: Db, refs: readonly PaymentRef[]): Promise<LockedPayments> => {
  const ids = refs.map(({ paymentId }) => paymentId).filter((id) => id !== null)
  const intents = refs.filter(({ paymentId }) => paymentId === null).map(({ intentId }) => intentId)
  const named = intents.filter((id) => id !== null)
  if (ids.length + named.length === 0) return { find: () => undefined }
  const rows = await db.rows<LockedPayment>(lockPayments, [ids, named])
  const byId = new Map(rows.map((row) => [row.id, row]))
  const byIntent = new Map(rows.map((row) => [row.stripe_payment_intent, row]))
  return {
    find: ({ paymentId, intentId }) => {
      if (paymentId !== null) return byId.get(paymentId)
      return intentId === null ? undefined : byIntent.get(intentId)
    },
  }
}
