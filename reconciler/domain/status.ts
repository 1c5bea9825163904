import type { SourceFacts } from './facts.ts'

const RETURNED: ReadonlySet<string> = new Set(['failed', 'canceled'])
const DISPUTE_ENDS: ReadonlySet<string> = new Set(['won', 'lost', 'prevented', 'warning_closed'])
/** An inquiry that is closed may still become a chargeback, which is no other end. */
const DISPUTE_DECIDED: ReadonlySet<string> = new Set(['won', 'lost', 'prevented'])
const DISPUTE_UNDECIDED: ReadonlySet<string> = new Set(['needs_response', 'under_review'])

/** True for an end in which the money of a refund or payout is back. */
export const isReturned = (status: string | null): boolean => status !== null && RETURNED.has(status)

const returnedDiffers = (theirs: string, ours: string): boolean =>
  (RETURNED.has(theirs) || RETURNED.has(ours)) && theirs !== ours

const disputeDiffers = (theirs: string, ours: string): boolean => {
  if (DISPUTE_ENDS.has(theirs)) return theirs !== ours
  return DISPUTE_DECIDED.has(ours) && DISPUTE_UNDECIDED.has(theirs)
}

/**
 * True when the object stands at Stripe in another end state than with us (architecture §3.2, 7). `ours` is our status of
 * it, undefined when we keep none: then what we posted says that the money moved. A state that is no end yet, as a payout in
 * transit or a refund under way, is no difference: it may still become ours.
 */
export const statusDiffers = (
  source: Pick<SourceFacts, 'kind' | 'status' | 'captured'>,
  ours: string | undefined,
): boolean => {
  const { kind, status: theirs, captured } = source
  if (theirs === null) return false
  // Only captures are posted: a charge of ours succeeded.
  if (kind === 'charge') return theirs === 'failed' || (theirs === 'succeeded' && !captured)
  if (kind === 'refund') return returnedDiffers(theirs, ours ?? 'succeeded')
  if (kind === 'payout') return returnedDiffers(theirs, ours ?? 'paid')
  if (kind === 'dispute') return ours !== undefined && disputeDiffers(theirs, ours)
  return false
}

const COMES_TO_NOTHING: ReadonlySet<string> = new Set(['failed', 'canceled', 'lost', 'prevented'])

/** What an object of `amount` is worth in a state: nothing once its money went back, or is lost. */
export const worthIn = (status: string, amount: bigint): bigint =>
  COMES_TO_NOTHING.has(status) ? 0n : amount
