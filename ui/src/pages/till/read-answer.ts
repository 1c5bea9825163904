import { ApiError } from '../../lib/api-error.ts'
import type { Advice, Happening, TillPayment } from './domain/tender.ts'

/** Refusals that come before anything was claimed or sent: the same key may be used again, and nothing was charged. */
const NOTHING_DONE: readonly string[] = ['reader_offline', 'reader_busy', 'provider_unavailable']
/** The call runs still, or who called has to log in first: the outcome is there, only not told. */
const NOT_TOLD: readonly string[] = [
  'operation_in_progress',
  'unauthenticated',
  'session_locked',
  'rate_limited',
]

const adviceIn = ({ details }: ApiError): Advice | undefined => details['advice'] as Advice | undefined
const paymentIn = ({ details }: ApiError): TillPayment | null =>
  (details['payment'] as TillPayment | undefined) ?? null

/** Runbook section 3, network connection issues, for refusals that bring no advice of their own. */
const NETWORK: Advice = {
  say: "The card could not be processed just now; nothing was charged. Let's try once more, or pay another way.",
  same_card: 'yes',
  offer: ['other_reader', 'cash'],
}

/**
 * What a failed money call means for its tender. Silence and trouble at the platform mean that nobody knows; only a refusal that
 * the platform itself gave is an outcome.
 */
export const readFailure = (thrown: unknown): Happening => {
  if (!(thrown instanceof ApiError)) return { kind: 'lost' }
  if (NOTHING_DONE.includes(thrown.code))
    return { kind: 'declined', payment: null, advice: adviceIn(thrown) ?? NETWORK }
  if (thrown.status === 0 || thrown.status >= 500 || NOT_TOLD.includes(thrown.code)) return { kind: 'lost' }
  const advice = adviceIn(thrown)
  if (thrown.status === 402 && advice) return { kind: 'declined', payment: paymentIn(thrown), advice }
  return { kind: 'rejected', message: thrown.message, requestId: thrown.requestId }
}
