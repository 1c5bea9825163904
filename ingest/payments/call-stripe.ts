import Stripe from 'stripe'
import type { Deps } from '#core/service.ts'
import { failureOf, type StripeFailure } from '../domain/stripe-failure.ts'

/** What a call to Stripe came to. */
export type StripeOutcome<T> = { readonly kind: 'done'; readonly object: T } | StripeFailure

const TRIES_MAX = 3
const BACK_OFF_MS = 250
/** No new try after this long: somebody stands at the till. */
const PATIENCE_MS = 5_000

const tryOnce = async <T>(send: () => Promise<T>): Promise<StripeOutcome<T>> => {
  try {
    return { kind: 'done', object: await send() }
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return failureOf(error)
    throw error
  }
}

const isWorthAnotherTry = (outcome: StripeOutcome<unknown>): boolean =>
  outcome.kind === 'unknown' ||
  // Neither a wrong key nor a reader that is away gets better within a second.
  (outcome.kind === 'not_sent' && outcome.failureClass !== 'config' && outcome.failureClass !== 'system')

/**
 * Calls Stripe, with up to three tries under the same key. The SDK's own retries are off (`maxNetworkRetries: 0` in `send`),
 * because only so do we know whether an earlier try may have been done: after one, "not sent" is no longer certain.
 */
export const callStripe = async <T>(
  deps: Pick<Deps, 'env' | 'metrics'>,
  send: () => Promise<T>,
): Promise<StripeOutcome<T>> => {
  const { machine } = deps.env
  const startedMs = machine.nowMs()
  let uncertain = false
  for (let tried = 1; ; tried += 1) {
    const outcome = await tryOnce(send)
    uncertain ||= outcome.kind === 'unknown'
    const isLast = tried >= TRIES_MAX || machine.nowMs() - startedMs > PATIENCE_MS
    if (isLast || !isWorthAnotherTry(outcome))
      return outcome.kind === 'not_sent' && uncertain ? { kind: 'unknown' } : outcome
    deps.metrics.stripeRetries.inc({ after: outcome.kind })
    await machine.sleep(BACK_OFF_MS * tried)
  }
}
