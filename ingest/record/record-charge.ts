import type Stripe from 'stripe'
import { invariant } from '#core/errors.ts'
import type { Db } from '#core/postgres/db.ts'
import { METADATA } from '#core/stripe-client.ts'
import { factsOfCharge } from '../domain/payment-facts.ts'
import type { LockedPayment } from './payment-change.ts'
import { recordPaymentReport, type PaymentReport } from './record-payments.ts'
import type { RecordDeps, RecordedBy, RecordResult } from './recorded-by.ts'

const isOfAnother = (payment: LockedPayment, charge: Stripe.Charge, intentId: string | null): boolean =>
  (intentId !== null && (payment.stripe_payment_intent ?? intentId) !== intentId) ||
  (charge.status === 'succeeded' && (payment.stripe_charge ?? charge.id) !== charge.id)

/** What a snapshot of a charge reports of our payment: its money even when the PaymentIntent was never seen. */
export const reportOfCharge = (charge: Stripe.Charge, by: RecordedBy): PaymentReport => {
  const intent = charge.payment_intent
  const intentId = typeof intent === 'string' ? intent : (intent?.id ?? null)
  return {
    ref: { paymentId: charge.metadata[METADATA.payment] ?? null, intentId },
    by,
    judge: (payment) => {
      if (isOfAnother(payment, charge, intentId)) return 'unknown_object'
      const facts = factsOfCharge(charge)
      if (!facts) return 'unchanged'
      if (payment.status !== 'succeeded') {
        const agrees = BigInt(charge.amount) === payment.amount && charge.currency === payment.currency
        invariant(
          agrees,
          `${charge.id} is of ${charge.amount} ${charge.currency}, not what ${payment.id} says`,
        )
      }
      return facts
    },
  }
}

/**
 * Records a snapshot of a charge in the caller's database transaction. Locks its payment and its sale. Throws
 * `invariant_violated` when it is of other money than the payment.
 */
export const recordCharge = async (
  deps: RecordDeps,
  db: Db,
  charge: Stripe.Charge,
  by: RecordedBy,
): Promise<RecordResult> => recordPaymentReport(deps, db, reportOfCharge(charge, by))
