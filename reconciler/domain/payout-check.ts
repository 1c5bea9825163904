/** What is known of one item of a payout that may explain why the items do not sum to it. */
export interface PayoutClue {
  readonly balanceTransactionId: string
  /** By how much this item alone makes the sum of the items differ from the payout. */
  readonly effect: bigint
  /** Certain: the row was an item and vanished. Otherwise it explains only as far as the difference needs it. */
  readonly certain: boolean
}

/** More open items in one payout than this are taken together: 2^12 sums are cheap, 2^40 are not. */
const SUBSET_MAX = 12

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n)

const subsetSums = (values: readonly bigint[]): bigint[] =>
  values.reduce<bigint[]>((sums, value) => [...sums, ...sums.map((known) => known + value)], [0n])

const size = (value: bigint): bigint => (value < 0n ? -value : value)

/**
 * What a payout's items lack or have too much, beyond what exceptions on the items themselves already report: one fact has
 * one category (architecture §3.2). `itemsNet` sums the net of all items but the payout's own row. 0 when nothing is left.
 */
export const unexplainedOf = (
  payoutAmount: bigint,
  itemsNet: bigint,
  clues: readonly PayoutClue[],
): bigint => {
  const difference = itemsNet - payoutAmount
  if (difference === 0n) return 0n
  const certain = sum(clues.filter((clue) => clue.certain).map(({ effect }) => effect))
  const possible = clues.filter((clue) => !clue.certain && clue.effect !== 0n).map(({ effect }) => effect)
  const rest = difference - certain
  const sums = possible.length <= SUBSET_MAX ? subsetSums(possible) : [0n, sum(possible)]
  // Nearest to nothing left; the earlier, smaller subset wins a tie.
  return sums
    .map((explained) => rest - explained)
    .reduce((best, left) => (size(left) < size(best) ? left : best))
}
