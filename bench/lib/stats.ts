/** The value at `share` (0 to 1) of sorted values, by the nearest rank; NaN for none. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN

/** Numbers in ascending order. */
export const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)

/** The middle value; the mean of the two in the middle for an even count. */
export const median = (values: readonly number[]): number => {
  const sorted = ascending(values)
  const middle = sorted.length / 2
  if (!Number.isInteger(middle)) return sorted[Math.floor(middle)] ?? Number.NaN
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}

/** What several runs of one figure come to. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly runs: readonly number[]
}

/** Three significant digits are more than two shared cores can promise. */
const tidy = (value: number): number => Number(value.toPrecision(4))

/** Median, least and most of runs, in their order. */
export const spreadOf = (values: readonly number[]): Spread => ({
  median: tidy(median(values)),
  min: tidy(Math.min(...values)),
  max: tidy(Math.max(...values)),
  runs: values.map(tidy),
})
