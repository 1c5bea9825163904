/** What is known of one item of a payout that may explain why the items do not sum to it. */
export interface PayoutClue {
  readonly balanceTransactionId: string
  /** By how much this item alone makes the sum of the items differ from the payout. */
  readonly effect: bigint
  /** Certain: the row was an item and vanished or changed. Otherwise it explains a difference wholly or not at all. */
  readonly certain: boolean
}

/** More different sums than this are not tried one by one; the other items are then taken together. */
const SUMS_MAX = 50_000

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n)

/** Every sum that some of the values have, those of fewer values first. */
const subsetSums = (values: readonly bigint[]): bigint[] => {
  const sums = new Set([0n])
  for (const [at, value] of values.entries()) {
    if (sums.size * 2 > SUMS_MAX) {
      const others = sum(values.slice(at))
      return [...sums, ...[...sums].map((known) => known + others)]
    }
    for (const known of [...sums]) sums.add(known + value)
  }
  return [...sums]
}

/**
 * What a payout's items lack or have too much, beyond what exceptions on the items themselves already report: one fact has
 * one category (architecture §3.2). `itemsNet` sums the net of all items but the payout's own row. 0 when nothing is left.
 */
export const unexplainedOf = (
  payoutAmount: bigint,
  itemsNet: bigint,
  clues: readonly PayoutClue[],
): bigint => {
  const certain = sum(clues.filter((clue) => clue.certain).map(({ effect }) => effect))
  // What vanished or changed hides nothing: a payout that is short by as much as an item was raised does not sum.
  const rest = itemsNet - payoutAmount - certain
  if (rest === 0n) return 0n
  const possible = clues.filter((clue) => !clue.certain && clue.effect !== 0n).map(({ effect }) => effect)
  // All or nothing: an item that does not close the gap says nothing of it, and what is left must not look smaller for it.
  return subsetSums(possible).includes(rest) ? 0n : rest
}
