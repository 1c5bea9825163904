/** A UTC day in milliseconds; UTC has no clock changes, so every day is this long. */
export const DAY_MS = 86_400_000

/** Midnight UTC of the day of an instant, in milliseconds. */
export const midnight = (atMs: number): number => Math.floor(atMs / DAY_MS) * DAY_MS

/** Monday to Friday in UTC. Bank holidays are not modelled (stripe.md §11c). */
export const isBusinessDay = (atMs: number): boolean => {
  // 1970-01-01 was a Thursday, so day 0 counts as weekday 4 with Sunday = 0.
  const weekday = (Math.floor(atMs / DAY_MS) + 4) % 7
  return weekday !== 0 && weekday !== 6
}

/** Midnight UTC of the `count`-th business day after the day of `atMs` (`count` >= 1). */
export const businessDaysLater = (atMs: number, count: number): number => {
  let day = midnight(atMs)
  let left = count
  while (left > 0) {
    day += DAY_MS
    if (isBusinessDay(day)) left -= 1
  }
  return day
}

/** When funds that arrive now become available: midnight UTC, two business days later. */
export const availableOn = (atMs: number): number => businessDaysLater(atMs, 2)

const PAYOUT_TIME_MS = 10 * 60_000
const PAID_TIME_MS = 6 * 3_600_000

/** First automatic payout run (00:10 UTC of a business day) at or after an instant. */
export const payoutRunFrom = (atMs: number): number => {
  let day = midnight(atMs)
  if (atMs > day + PAYOUT_TIME_MS) day += DAY_MS
  while (!isBusinessDay(day)) day += DAY_MS
  return day + PAYOUT_TIME_MS
}

/** Arrival date of a payout created now: midnight UTC of the next business day. */
export const arrivalDate = (createdMs: number): number => businessDaysLater(createdMs, 1)

/** The instant a payout becomes `paid`: 06:00 UTC of its arrival date. */
export const paidAt = (arrivalMs: number): number => arrivalMs + PAID_TIME_MS
