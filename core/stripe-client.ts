import Stripe from 'stripe'
import type { Machine } from './env.ts'
import { watchedHttpClient, type StripeCall } from './stripe-watch.ts'

/** The API version that all our code is written against; the SDK pins the same. */
export const STRIPE_API_VERSION = '2026-10-28.endive'

/** Who hears of every call to Stripe. */
export interface Watch {
  readonly machine: Machine
  readonly onCall: (call: StripeCall) => void
}

/**
 * Stripe's official client. `base` points it to the sandbox. Own time-out of 15 s (the SDK's is 80 s); two retries, which
 * reuse one idempotency key; telemetry off. Callers of money calls always pass their own key.
 */
export const openStripe = (secretKey: string, base?: string, watch?: Watch): Stripe => {
  const target = base === undefined ? undefined : new URL(base)
  return new Stripe(secretKey, {
    telemetry: false,
    maxNetworkRetries: 2,
    timeout: 15_000,
    ...(watch ? { httpClient: watchedHttpClient(watch.machine, watch.onCall) } : {}),
    ...(target
      ? {
          host: target.hostname,
          port: target.port,
          protocol: target.protocol === 'https:' ? 'https' : 'http',
        }
      : {}),
  })
}

/** Metadata keys that tie Stripe's objects to ours (architecture §3.1). */
export const METADATA = {
  payment: 'tillwatch_payment',
  sale: 'tillwatch_sale',
  refund: 'tillwatch_refund',
  trace: 'tillwatch_trace',
} as const
