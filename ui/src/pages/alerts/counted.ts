const NUMBER = new Intl.NumberFormat('en-GB')
const count = (value: number): string => NUMBER.format(value)

/** Values are stored with some digits fewer than their counts would give. */
const NEAR = 0.001

/** What a value was counted from. A success rate is told by its failures: they are what there is to look into. */
export const counted = (value: number, numerator: number, denominator: number): string => {
  const share = denominator === 0 ? 0 : numerator / denominator
  const isOfTheRest = denominator > 0 && Math.abs(1 - share - value) < NEAR && Math.abs(share - value) >= NEAR
  const parts = `${count(numerator)} of ${count(denominator)}`
  return isOfTheRest ? `${parts} failed` : `counted ${parts}`
}
