/** Waits before the second, third, fourth and fifth try. */
const WAITS_MS = [5_000, 30_000, 120_000, 600_000]

/** Tries of one event before it is parked for a person (reliability.md row 38). */
export const TRIES_MAX = WAITS_MS.length + 1

/** Waits while Stripe is away, the last one again and again. */
const OUTAGE_WAITS_MS = [5_000, 30_000, 120_000, 600_000] as const

/** When an event is tried again that could not be applied because Stripe was away, for the `postponed`-th time, at `now`. */
export const afterOutage = (postponed: number, now: Date): Date =>
  new Date(now.getTime() + (OUTAGE_WAITS_MS[Math.max(0, postponed - 1)] ?? 600_000))

/** What becomes of an event whose `attempts`-th try has failed at `now`. */
export const afterFailure = (
  attempts: number,
  now: Date,
): { readonly status: 'failed' | 'parked'; readonly nextAttemptAt: Date } => {
  const waitMs = WAITS_MS[attempts - 1]
  return waitMs === undefined
    ? { status: 'parked', nextAttemptAt: now }
    : { status: 'failed', nextAttemptAt: new Date(now.getTime() + waitMs) }
}
