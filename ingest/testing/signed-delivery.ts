import Stripe from 'stripe'

/** An event as Stripe renders it, of the test account and mode, at the second `created`. */
export const stripeEvent = (
  id: string,
  type: string,
  object: Record<string, unknown>,
  over: Record<string, unknown> = {},
): string =>
  JSON.stringify({
    id,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: 1_772_442_000,
    data: { object },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    ...over,
  })

/** The Stripe-Signature header for a payload signed by `secret` at second `timestamp`. */
export const sign = (payload: string, secret: string, timestamp: number): string =>
  Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp })
