import { invariant } from '../errors.ts'

/** An exact fraction; comparisons never go through a floating-point number. */
export interface Ratio {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** A fraction of non-negative whole numbers. Throws `invariant_violated` when the denominator is not positive. */
export const ratioOf = (numerator: bigint, denominator: bigint): Ratio => {
  invariant(denominator > 0n && numerator >= 0n, `no ratio: ${numerator} of ${denominator}`)
  return { numerator, denominator }
}

/** -1, 0 or 1 as `left` is below, at or above `right`. */
export const compareRatios = (left: Ratio, right: Ratio): -1 | 0 | 1 => {
  const difference = left.numerator * right.denominator - right.numerator * left.denominator
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/**
 * The fraction as a number with `decimals` decimals, half up; but never across (or onto) one of `lines` that the exact
 * value has not reached: 0.949999 with a line at 0.95 is shown as 0.9499. Lines must themselves fit the decimals.
 */
export const roundBetweenLines = (exact: Ratio, decimals: number, lines: readonly Ratio[]): number => {
  const scale = 10n ** BigInt(decimals)
  const floor = (exact.numerator * scale) / exact.denominator
  const isHalfOrMore = 2n * ((exact.numerator * scale) % exact.denominator) >= exact.denominator
  const nearest = isHalfOrMore ? floor + 1n : floor
  const onSameSide = (steps: bigint) =>
    lines.every(
      (line) => compareRatios({ numerator: steps, denominator: scale }, line) === compareRatios(exact, line),
    )
  const shown = [nearest, floor, floor + 1n].find(onSameSide) ?? nearest
  return Number(shown) / Number(scale)
}
