import type Stripe from 'stripe'
import { invariant } from '#core/errors.ts'
import type { Db } from '#core/postgres/db.ts'
import { METADATA } from '#core/stripe-client.ts'
import { factsOfIntent } from '../domain/payment-facts.ts'
import { applyPaymentFacts } from './apply-payment-facts.ts'
import { lockPaymentForRecord } from './lock-payment.ts'
import type { RecordDeps, RecordedBy, RecordResult } from './recorded-by.ts'

/**
 * Records a snapshot of a PaymentIntent (`latest_charge` expanded or an id) in the caller's database transaction; locks
 * the payment and its sale. Each fact is posted once, whoever brings it and however often. Throws `invariant_violated`
 * when the intent asks for other money than the payment.
 */
export const recordPaymentIntent = async (
  deps: RecordDeps,
  db: Db,
  intent: Stripe.PaymentIntent,
  by: RecordedBy,
): Promise<RecordResult> => {
  const named = intent.metadata[METADATA.payment] ?? null
  const payment = await lockPaymentForRecord(db, named, intent.id)
  // A second intent that names our payment is a fact of Stripe's alone: the reconciler shows it.
  if (!payment || (payment.stripe_payment_intent ?? intent.id) !== intent.id) return 'unknown_object'
  if (payment.status !== 'succeeded') {
    const agrees = BigInt(intent.amount) === payment.amount && intent.currency === payment.currency
    invariant(
      agrees,
      `${intent.id} asks for ${intent.amount} ${intent.currency}, not what ${payment.id} says`,
    )
  }
  return applyPaymentFacts(deps, db, payment, factsOfIntent(intent), by)
}
