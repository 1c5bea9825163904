/** Values are stored with some digits fewer than their counts would give. */
const NEAR = 0.001

/**
 * True when a value is the share of what was not counted: a success rate, whose numerator are its failures, for they are what there
 * is to look into.
 */
export const isShareOfTheRest = (value: number, numerator: number, denominator: number): boolean => {
  if (denominator === 0) return false
  const share = numerator / denominator
  return Math.abs(1 - share - value) < NEAR && Math.abs(share - value) >= NEAR
}
