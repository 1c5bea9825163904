/** What the store says of a key after the claim. */
export interface ClaimedKey {
  readonly sameFingerprint: boolean
  readonly status: 'started' | 'finished'
  /** The claim made us the one who is at it. */
  readonly won: boolean
  /** The key's own work was begun before, by a call that ended without an answer. */
  readonly begun: boolean
}

export type ClaimDecision = 'run' | 'resume' | 'replay' | 'in_flight' | 'reused'

/** What a call with this key does (architecture §3.1, idempotency). */
export const decideClaim = (key: ClaimedKey): ClaimDecision => {
  if (!key.sameFingerprint) return 'reused'
  if (key.status === 'finished') return 'replay'
  if (!key.won) return 'in_flight'
  return key.begun ? 'resume' : 'run'
}

/** Points at which a money call can be taken up again; each is one call to Stripe. */
export const STRIPE_POINTS = [
  'create_payment',
  'confirm_payment',
  'capture_payment',
  'cancel_payment',
  'create_refund',
  'use_reader',
] as const
export type StripePoint = (typeof STRIPE_POINTS)[number]

/** `drawer`: cash and checks, done in one database transaction, never to be taken up. */
export type RecoveryPoint = StripePoint | 'drawer'

/** Stripe keeps a key for at least 24 hours; an hour less leaves room for its clock (reliability.md row 20). */
export const RESEND_MS_MAX = 23 * 3_600_000

export type ResumeDecision = 'send' | 'read' | 'look_up'

/**
 * How an interrupted call is taken up: `send` the same request under the same key, `read` the object whose id we know, or
 * `look_up` in Stripe's lists whether it exists. Nothing is sent again once Stripe may have forgotten the key.
 */
export const decideResume = (point: StripePoint, objectIsKnown: boolean, ageMs: number): ResumeDecision => {
  // A reader that has its payment is looked at, never asked to begin again.
  const makesObject = point === 'create_payment' || point === 'create_refund' || point === 'use_reader'
  if (makesObject && objectIsKnown) return 'read'
  if (ageMs <= RESEND_MS_MAX) return 'send'
  return objectIsKnown ? 'read' : 'look_up'
}
