/** Waits before the second, third, fourth and fifth try. */
const WAITS_MS = [5_000, 30_000, 120_000, 600_000]

/** Tries of one event before it is parked for a person (reliability.md row 38). */
export const TRIES_MAX = WAITS_MS.length + 1

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
