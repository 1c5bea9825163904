import type Stripe from 'stripe'
import { invariant } from '#core/errors.ts'
import type { Db } from '#core/postgres/db.ts'
import { METADATA } from '#core/stripe-client.ts'
import { factsOfIntent } from '../domain/payment-facts.ts'
import { recordPaymentReport, type PaymentReport } from './record-payments.ts'
import type { RecordDeps, RecordedBy, RecordResult } from './recorded-by.ts'

/** What a snapshot of a PaymentIntent (`latest_charge` expanded or an id) reports of our payment. */
export const reportOfIntent = (intent: Stripe.PaymentIntent, by: RecordedBy): PaymentReport => ({
  ref: { paymentId: intent.metadata[METADATA.payment] ?? null, intentId: intent.id },
  by,
  judge: (payment) => {
    // A second intent that names our payment is a fact of Stripe's alone: the reconciler shows it.
    if ((payment.stripe_payment_intent ?? intent.id) !== intent.id) return 'unknown_object'
    if (payment.status !== 'succeeded') {
      const agrees = BigInt(intent.amount) === payment.amount && intent.currency === payment.currency
      invariant(
        agrees,
        `${intent.id} asks for ${intent.amount} ${intent.currency}, not what ${payment.id} says`,
      )
    }
    return factsOfIntent(intent)
  },
})

/**
 * Records a snapshot of a PaymentIntent in the caller's database transaction; locks the payment and its sale. Each fact is
 * posted once, whoever brings it and however often. Throws `invariant_violated` when the intent asks for other money than
 * the payment.
 */
export const recordPaymentIntent = async (
  deps: RecordDeps,
  db: Db,
  intent: Stripe.PaymentIntent,
  by: RecordedBy,
): Promise<RecordResult> => recordPaymentReport(deps, db, reportOfIntent(intent, by))
