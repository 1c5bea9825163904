/**
 * How far before its cursor a poll begins. An event carries whole seconds, so one second may be half read; and Stripe shows
 * some rows minutes after the instant they carry (reliability.md rows 25-27: sync-engine-fork #378, tap-stripe #45). What
 * appears behind the cursor within this span is found by the next poll; ids that are known cost nothing.
 */
export const OVERLAP_MS = 600_000

/** Stripe lists events for thirty days (stripe.md §4); what is older is the reconciler's, from the objects. */
export const RETENTION_MS = 30 * 86_400_000

/** A long window is read in slices, oldest first: a slice's events are in memory at once, and it is never read twice. */
const SLICE_MS = 6 * 3_600_000

/** Events created in [`from`, `to`), in whole seconds; with `isLast` the second of `to` is included. */
export interface Slice {
  readonly from: Date
  readonly to: Date
  readonly isLast: boolean
}

/** `at`, but no earlier than Stripe remembers. */
export const withinRetention = (at: Date, now: Date): Date =>
  new Date(Math.max(at.getTime(), now.getTime() - RETENTION_MS))

/** Where a poll begins whose cursor stands at `at`. */
export const overlapFrom = (at: Date): Date => new Date(at.getTime() - OVERLAP_MS)

/** The same for events, which Stripe remembers only so long. */
export const pollFrom = (at: Date, now: Date): Date => withinRetention(overlapFrom(at), now)

/** The window [`from`, `to`] in slices without a gap, oldest first; none when `from` is later than `to`. */
export const slicesOf = (from: Date, to: Date): Slice[] => {
  const slices: Slice[] = []
  const endMs = to.getTime()
  // A whole second belongs to one slice.
  let startMs = Math.floor(from.getTime() / 1000) * 1000
  while (startMs <= endMs) {
    const nextMs = startMs + SLICE_MS
    const isLast = nextMs > endMs
    slices.push({ from: new Date(startMs), to: isLast ? to : new Date(nextMs), isLast })
    startMs = nextMs
  }
  return slices
}

/** Stripe's `created` filter of a slice. */
export const createdFilter = (slice: Slice): { gte: number; lt?: number; lte?: number } => {
  const gte = Math.floor(slice.from.getTime() / 1000)
  const end = Math.floor(slice.to.getTime() / 1000)
  return slice.isLast ? { gte, lte: end } : { gte, lt: end }
}
