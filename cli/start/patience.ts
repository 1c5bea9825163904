import Stripe from 'stripe'
import type { Machine } from '#core/env.ts'

const PATIENCE_MS = 30_000
const PAUSE_MS = 250

/** Stripe is away or busy, which passes; a wrong key or a wrong request does not. */
const isPassing = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeError &&
  (error instanceof Stripe.errors.StripeConnectionError ||
    error.statusCode === 429 ||
    error.statusCode === 409 ||
    (error.statusCode ?? 0) >= 500)

/**
 * Asks Stripe again for half a minute of machine time while it is away or busy: a platform that is started again in an
 * outage must not stay down. Throws the last error, and at once what asking again cannot mend.
 */
export const askPatiently = async <T>(machine: Machine, ask: () => Promise<T>): Promise<T> => {
  const deadline = machine.nowMs() + PATIENCE_MS
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!isPassing(error) || machine.nowMs() >= deadline) throw error
      await machine.sleep(PAUSE_MS)
    }
  }
}
