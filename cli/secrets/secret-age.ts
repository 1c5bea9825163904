/** A secret is to be replaced each quarter, with the access review (runbook section 7), and is said to be due two weeks before. */
export const ROTATE_AFTER_DAYS = 90
const DUE_FROM_DAYS = 76
const DAY_MS = 86_400_000

export type SecretState = 'unset' | 'fresh' | 'rotating' | 'due' | 'overdue'

/** Whole days since `first`. */
export const ageDays = (first: Date, now: Date): number =>
  Math.max(0, Math.floor((now.getTime() - first.getTime()) / DAY_MS))

/** How a secret stands by the age in days of each value in use, newest first; the oldest one counts, for it still opens the door. */
export const secretState = (ages: readonly number[]): SecretState => {
  if (ages.length === 0) return 'unset'
  const oldest = Math.max(...ages)
  if (oldest >= ROTATE_AFTER_DAYS) return 'overdue'
  if (ages.length > 1) return 'rotating'
  return oldest >= DUE_FROM_DAYS ? 'due' : 'fresh'
}
