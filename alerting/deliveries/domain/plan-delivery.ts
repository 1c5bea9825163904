import type { Change } from '../../messages/notice.ts'

/** What came of handing a message to a channel. */
export type Answer =
  | { readonly kind: 'taken' }
  /** The receiver will never take it: a wrong key, a wrong address, a message it does not understand. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Nobody knows, or it may work later; `waitMs` is what the receiver asked for. */
  | { readonly kind: 'later'; readonly why: string; readonly waitMs?: number }

/** What becomes of a delivery after an attempt. */
export type Fate =
  | { readonly status: 'sent' }
  | { readonly status: 'failed'; readonly reason: string }
  | { readonly status: 'pending'; readonly reason: string; readonly waitMs: number }

/** After this many attempts, about half an hour, another channel tells sooner than this one. */
export const ATTEMPTS_MAX = 10
const FIRST_WAIT_MS = 1_000
const WAIT_MAX_MS = 300_000

/** Doubles from a second to five minutes; `spread` in [0, 1) keeps many messages from coming back at once. */
const backoffMs = (attempts: number, spread: number): number =>
  Math.round(Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** (attempts - 1)) * (0.75 + spread / 2))

/** `attempts` counts the one just made. A receiver's own wish to wait is kept, but never shorter than ours. */
export const fateOf = (answer: Answer, attempts: number, spread: number): Fate => {
  if (answer.kind === 'taken') return { status: 'sent' }
  if (answer.kind === 'refused') return { status: 'failed', reason: answer.why }
  if (attempts >= ATTEMPTS_MAX) return { status: 'failed', reason: `${answer.why} (${attempts} attempts)` }
  const waitMs = Math.max(backoffMs(attempts, spread), answer.waitMs ?? 0)
  return { status: 'pending', reason: answer.why, waitMs }
}

/** An earlier or later message of the same thread. */
export interface Neighbour {
  readonly change: Change
  /** Handed over at least once: what answered nothing may have taken it all the same. */
  readonly tried: boolean
}

/**
 * Why a message is not worth sending any more, or null. A pager opens a new incident for a trigger that comes after its
 * resolve, so a late trigger is dropped; and who was never told of an alert need not hear that it is taken or over.
 */
export const dropReason = (
  change: Change,
  before: readonly Neighbour[],
  after: readonly Neighbour[],
): string | null => {
  if (change !== 'resolved' && after.some((later) => later.change === 'resolved')) return 'it is over already'
  if (change === 'fired' || change === 'escalated') return null
  return before.some((earlier) => earlier.tried) ? null : 'its alert was never told'
}
