import type Stripe from 'stripe'

/** What was asked for, as our row says it. */
export interface AskedFor {
  readonly id: string
  readonly currency: string
  readonly amount: bigint
  /** Minor units already known as taken; 0 before. */
  readonly captured: bigint
}

const differs = (what: string, asked: unknown, got: unknown): string | null =>
  asked === got ? null : `${what} is ${String(got)}, not ${String(asked)}`

/**
 * What a PaymentIntent in Stripe's reply says otherwise than was asked, or null when it agrees (reliability.md row 22).
 * `captureMinor`: what this call asked to take; null when it was all of it or no capture.
 */
export const mismatchOfIntent = (
  asked: AskedFor,
  intent: Stripe.PaymentIntent,
  livemode: boolean,
  named: string | undefined,
  captureMinor: bigint | null,
): string | null => {
  const taken = asked.captured > 0n ? asked.captured : captureMinor
  const received = BigInt(intent.amount_received)
  const tookOther =
    intent.status === 'succeeded' &&
    (taken === null ? intent.capture_method !== 'manual' && received !== asked.amount : received !== taken)
  return (
    differs('livemode', livemode, intent.livemode) ??
    differs('currency', asked.currency, intent.currency) ??
    differs('amount', asked.amount.toString(), intent.amount.toString()) ??
    differs('payment', asked.id, named ?? asked.id) ??
    (tookOther ? differs('amount_received', (taken ?? asked.amount).toString(), received.toString()) : null)
  )
}

/** The same of a refund. */
export const mismatchOfRefund = (
  asked: Pick<AskedFor, 'id' | 'currency' | 'amount'>,
  refund: Stripe.Refund,
  named: string | undefined,
): string | null =>
  differs('currency', asked.currency, refund.currency) ??
  differs('amount', asked.amount.toString(), refund.amount.toString()) ??
  differs('refund', asked.id, named ?? asked.id)
