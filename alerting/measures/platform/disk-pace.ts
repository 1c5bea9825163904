/** How much of a volume is free at a moment of machine time. */
export interface DiskSample {
  readonly atMs: number
  readonly freeBytes: number
}

/** A pace over less than this says nothing about a day. */
const PACE_MIN_MS = 30 * 60_000
const REMEMBER_MS = 60 * 60_000

/** Adds a sample and forgets those older than an hour. */
export const rememberSample = (samples: readonly DiskSample[], sample: DiskSample): readonly DiskSample[] =>
  [...samples, sample].filter(({ atMs }) => atMs >= sample.atMs - REMEMBER_MS)

/**
 * When the volume is full at the pace of the last hour, milliseconds from the last sample; null when it does not fill up, or when
 * less than half an hour is known.
 */
export const fullInMs = (samples: readonly DiskSample[]): number | null => {
  const [first] = samples
  const last = samples.at(-1)
  if (first === undefined || last === undefined || last.atMs - first.atMs < PACE_MIN_MS) return null
  const eaten = first.freeBytes - last.freeBytes
  return eaten <= 0 ? null : (last.freeBytes * (last.atMs - first.atMs)) / eaten
}
