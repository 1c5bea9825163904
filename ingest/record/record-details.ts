import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { PaymentDetails } from '../domain/payment-facts.ts'

const recordRow = loadSql(import.meta.url, '../sql/payment_record_details.sql')

/**
 * Writes what a snapshot tells of a payment beside its state: until when it can be captured, why it was canceled, what its
 * receipt must print. The caller's database transaction holds the payment's lock. Snapshots that tell nothing of it cost nothing.
 */
export const recordDetails = async (
  db: Db,
  paymentId: string,
  details: PaymentDetails | null | undefined,
): Promise<void> => {
  if (!details) return
  const receipt = details.receipt && JSON.stringify(details.receipt)
  await db.run(recordRow, [paymentId, details.cancellationReason, details.captureBefore, receipt])
}
