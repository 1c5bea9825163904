import type { StoredAnswer } from '../store/change.ts'
import { invalid, StripeFailure } from './errors.ts'

const KEY_MAX = 255

/** What becomes of a call that brings a key. */
export type KeyDecision = { kind: 'run' } | { kind: 'replay'; answer: StoredAnswer }

/** Refuses a key Stripe would refuse; undefined when none was sent. */
export const readKey = (header: string | undefined): string | undefined => {
  if (header === undefined || header === '') return undefined
  if (header.length > KEY_MAX) throw invalid(`Idempotency keys can have up to ${KEY_MAX} characters.`)
  return header
}

/**
 * Decides by the stored answer and the calls in flight: replay, run, or a refusal (409 in flight, 400 when the key came
 * with other parameters or another path). Rules of stripe.md §3.
 */
export const decideKey = (
  key: string,
  fingerprint: string,
  inFlight: ReadonlyMap<string, string>,
  stored: StoredAnswer | undefined,
): KeyDecision => {
  const known = inFlight.get(key) ?? stored?.fingerprint
  if (known === undefined) return { kind: 'run' }
  if (known !== fingerprint) {
    throw new StripeFailure(400, {
      message:
        `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using ` +
        `a key other than '${key}' if you meant to execute a different request.`,
      type: 'idempotency_error',
    })
  }
  if (inFlight.has(key) || !stored) {
    throw new StripeFailure(409, {
      code: 'idempotency_key_in_use',
      message: `There is currently another in-progress request using this Idempotent Key: ${key}`,
      type: 'idempotency_error',
    })
  }
  return { kind: 'replay', answer: stored }
}
