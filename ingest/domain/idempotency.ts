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

/** How long an answer is kept for whoever asks again (architecture §3.1). */
const KEPT_MS = 7 * 86_400_000

/** Answers given at this instant or before have been kept long enough at `now`. */
export const keptSince = (now: Date): Date => new Date(now.getTime() - KEPT_MS)

/** Waits between looks at a call without an answer; the last one again and again (settled <= 15 min: reliability.md row 5). */
const LOOK_WAITS_MS = [1_000, 5_000, 15_000, 60_000, 120_000, 300_000] as const

/**
 * When a call is looked at again whose last `looks` looks, of this one the last, brought no answer. By the business clock:
 * time that runs fast must be able to go on while nobody can do anything.
 */
export const nextLookAt = (looks: number, now: Date): Date =>
  new Date(now.getTime() + (LOOK_WAITS_MS[Math.max(0, looks - 1)] ?? 300_000))

/**
 * Stripe shows objects in its lists at once; what is late is late by minutes (reliability.md row 26). What is not there
 * an hour after Stripe said that it failed was not done.
 */
export const ABSENT_MS_MIN = 3_600_000

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
