const MINUTE_MS = 60_000

/** Waits after the first failures in sandbox time; Stripe publishes none, so these are an assumption. */
const FIRST_WAITS_MS = [1, 5, 30, 120].map((minutes) => minutes * MINUTE_MS)
const NEXT_WAIT_MS = 360 * MINUTE_MS
const GIVE_UP_MS = 3 * 24 * 60 * MINUTE_MS

/**
 * When a delivery is tried again after its `failures`-th failure, or null when three days since the event are over.
 */
export const nextAttemptAt = (failures: number, eventMs: number, nowMs: number): number | null => {
  const next = nowMs + (FIRST_WAITS_MS[failures - 1] ?? NEXT_WAIT_MS)
  return next - eventMs > GIVE_UP_MS ? null : next
}
