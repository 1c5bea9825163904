import type Stripe from 'stripe'
import type { Running } from '../testing/start.ts'

/** What a scenario of the contract check works with: the SDK, and the sandbox's clock. */
export type Drive = {
  stripe: Stripe
  running: Running
  /** Moves the sandbox's clock on and waits until what that makes due is done. */
  advance: (seconds: number) => Promise<void>
}

export const DAY_S = 86_400

/** A card payment that needs no return_url. */
export const cardPayment = (
  payment_method: string,
  more: Partial<Stripe.PaymentIntentCreateParams> = {},
): Stripe.PaymentIntentCreateParams => ({
  amount: 2_000,
  currency: 'gbp',
  payment_method,
  confirm: true,
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  metadata: { tillwatch_sale: 'sale_1' },
  ...more,
})
