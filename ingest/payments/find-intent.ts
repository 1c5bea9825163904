import type Stripe from 'stripe'
import type { Deps } from '#core/service.ts'
import { METADATA } from '#core/stripe-client.ts'
import type { PaymentRow } from './payment-wire.ts'

/** Our clock and Stripe's may differ. */
const SKEW_S = 3_600
const DAY_S = 86_400

/** The callers try again themselves; the SDK must not do it behind their back. */
const ONCE = { maxNetworkRetries: 0 }

/**
 * The intent that names our payment, from Stripe's list around the moment it was accepted (lists are immediate, search is
 * not: stripe.md §1). Null when there is none.
 */
export const findIntent = async (
  deps: Deps,
  payment: Pick<PaymentRow, 'id' | 'created_at' | 'stripe_payment_intent'>,
  expand: string[],
): Promise<Stripe.PaymentIntent | null> => {
  if (payment.stripe_payment_intent !== null)
    return deps.stripe.paymentIntents.retrieve(payment.stripe_payment_intent, { expand }, ONCE)
  const acceptedS = Math.floor(payment.created_at.getTime() / 1000)
  const created = { gte: acceptedS - SKEW_S, lte: acceptedS + 2 * DAY_S }
  const list = deps.stripe.paymentIntents.list(
    { created, limit: 100, expand: expand.map((path) => `data.${path}`) },
    ONCE,
  )
  for await (const intent of list) {
    if (intent.metadata[METADATA.payment] === payment.id) return intent
  }
  return null
}
