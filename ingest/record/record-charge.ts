import type Stripe from 'stripe'
import { invariant } from '#core/errors.ts'
import type { Db } from '#core/postgres/db.ts'
import { METADATA } from '#core/stripe-client.ts'
import { factsOfCharge } from '../domain/payment-facts.ts'
import { applyPaymentFacts, type LockedPayment } from './apply-payment-facts.ts'
import { lockPaymentForRecord } from './lock-payment.ts'
import type { RecordDeps, RecordedBy, RecordResult } from './recorded-by.ts'

const isOfAnother = (payment: LockedPayment, charge: Stripe.Charge, intentId: string | null): boolean =>
  (intentId !== null && (payment.stripe_payment_intent ?? intentId) !== intentId) ||
  (charge.status === 'succeeded' && (payment.stripe_charge ?? charge.id) !== charge.id)

/**
 * Records a snapshot of a charge in the caller's database transaction: its payment's money even when the PaymentIntent was
 * never seen. Locks the payment and its sale. Throws `invariant_violated` when it is of other money than the payment.
 */
export const recordCharge = async (
  deps: RecordDeps,
  db: Db,
  charge: Stripe.Charge,
  by: RecordedBy,
): Promise<RecordResult> => {
  const intent = charge.payment_intent
  const intentId = typeof intent === 'string' ? intent : (intent?.id ?? null)
  const payment = await lockPaymentForRecord(db, charge.metadata[METADATA.payment] ?? null, intentId)
  if (!payment || isOfAnother(payment, charge, intentId)) return 'unknown_object'
  const facts = factsOfCharge(charge)
  if (!facts) return 'unchanged'
  if (payment.status !== 'succeeded') {
    const agrees = BigInt(charge.amount) === payment.amount && charge.currency === payment.currency
    invariant(agrees, `${charge.id} is of ${charge.amount} ${charge.currency}, not what ${payment.id} says`)
  }
  return applyPaymentFacts(deps, db, payment, facts, by)
}
