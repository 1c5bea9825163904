import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { LockedPayment } from './apply-payment-facts.ts'

const lockPayment = loadSql(import.meta.url, '../sql/payment_lock_for_record.sql')

/** A payment with its sale, both locked in the caller's database transaction: by our id or else by its PaymentIntent. */
export const lockPaymentForRecord = async (
  db: Db,
  paymentId: string | null,
  intentId: string | null,
): Promise<LockedPayment | undefined> => db.first<LockedPayment>(lockPayment, [paymentId, intentId])
