import type { Db } from '#core/postgres/db.ts'
import { METADATA } from '#core/stripe-client.ts'
import { lockPaymentsForRecord, type PaymentRef } from './lock-payments.ts'

/** As much of a snapshot of Stripe's as tells which payment it is about. */
interface Reported {
  readonly id: string
  readonly object: string
  readonly [field: string]: unknown
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const refOf = (snapshot: Reported): PaymentRef => {
  const metadata = snapshot['metadata'] as Record<string, unknown> | null | undefined
  return {
    paymentId: textOf(metadata?.[METADATA.payment]),
    intentId: snapshot.object === 'payment_intent' ? snapshot.id : textOf(snapshot['payment_intent']),
  }
}

/**
 * Locks the payments and sales that snapshots are about, before they are recorded one by one in the caller's database
 * transaction: all writers of several payments lock them in the same order, so none waits for another in a circle.
 */
export const lockReported = async (db: Db, snapshots: readonly Reported[]): Promise<void> => {
  const refs = snapshots.map(refOf)
  const byIntent = refs.map(({ intentId }) => ({ paymentId: null, intentId }))
  await lockPaymentsForRecord(db, [...refs, ...byIntent])
}
