/** By how much Stripe's balance is off since a date; signed: what Stripe has more is positive. */
export interface Drift {
  readonly date: string
  readonly amount: bigint
}

/** More drifts than this at once in one currency are not looked at one by one: 2^14 sums are cheap, 2^40 are not. */
const SUBSET_MAX = 14

const sum = (drifts: readonly Drift[]): bigint => drifts.reduce((total, { amount }) => total + amount, 0n)

/** The drifts that still stand when exactly `left` is left: as many as possible of them; undefined when no choice fits. */
const standing = (known: readonly Drift[], left: bigint): readonly Drift[] | undefined => {
  if (known.length > SUBSET_MAX) return sum(known) === left ? known : undefined
  const best = new Map<bigint, readonly Drift[]>([[0n, []]])
  for (const drift of known) {
    for (const [total, chosen] of [...best]) {
      const next = [...chosen, drift]
      const before = best.get(total + drift.amount)
      if (before === undefined || before.length < next.length) best.set(total + drift.amount, next)
    }
  }
  return best.get(left)
}

/**
 * What is left of the balance equation, by the date on which it was first seen (architecture §3.2, 14): `left` is Stripe's
 * balance less all that its rows explain, `known` what was left before, `date` the one it is compared at. What an earlier date
 * left is carried, not found again; drifts may go away in any order. Together they are always `left`.
 */
export const carryDrifts = (known: readonly Drift[], left: bigint, date: string): readonly Drift[] => {
  if (left === 0n) return []
  const stands = standing(known, left)
  if (stands !== undefined) return stands
  const others = known.filter((drift) => drift.date !== date)
  return [...others, { date, amount: left - sum(others) }].filter(({ amount }) => amount !== 0n)
}
