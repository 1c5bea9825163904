import { count, percent } from '../../lib/format.ts'
import { isShareOfTheRest } from './counted.ts'

interface Parts {
  readonly value: number | null
  readonly line: number | null
  readonly denominator: number | null
}

/** True for a share of a whole: it is counted from two numbers, and neither it nor its line is beyond 1. */
const isShare = ({ value, line, denominator }: Parts): boolean =>
  denominator !== null && Math.abs(value ?? 0) <= 1 && Math.abs(line ?? 0) <= 1

/** A measured value, or the line it is held against, as people read it: a share as a percentage, else a number. */
export const figure = (value: number, parts: Parts): string =>
  isShare(parts) ? percent(value) : count(value)

/** What a value was counted from: `10 of 34 failed` beside a success rate, else `counted 10 of 34`. */
export const counted = (value: number, numerator: number, denominator: number): string => {
  const parts = `${count(numerator)} of ${count(denominator)}`
  return isShareOfTheRest(value, numerator, denominator) ? `${parts} failed` : `counted ${parts}`
}
