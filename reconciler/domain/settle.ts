import type { Posting } from '#core/ledger/post-entry.ts'
import type { BalanceRow, Movement } from './facts.ts'

const posting = (account: string, currency: string, amountMinor: bigint, object?: string): Posting => ({
  account,
  currency,
  amountMinor,
  ...(object === undefined ? {} : { object }),
})

/** A balance transaction in its place: what it clears, and how much of its amount nothing of ours explains. */
export interface Settling {
  readonly row: BalanceRow
  /** What it clears, alone or with others; undefined when nothing of ours is about it, or it clears nothing. */
  readonly movement: Movement | undefined
  /** True for the row that stands for all of the movement's rows. */
  readonly isMain: boolean
  /** What the rows are more than the movement, in their currency; only the main row says it. */
  readonly difference: bigint
  /** Where the row goes when it clears nothing: the account that explains it, or the clearing of money that came and went. */
  readonly explainedBy: { readonly account: string; readonly object?: string } | undefined
}

/** A row of another currency, settled at a rate: the movement clears in its own, and the position takes both. */
const exchanged = ({ row, isMain, difference }: Settling, movement: Movement): Posting[] => {
  const { currency, amount, id } = row
  const position = [
    posting('fx:position', currency, difference - amount),
    posting('suspense', currency, -difference, id),
  ]
  if (!isMain) return position
  const { account, object } = movement
  return [
    posting(account, movement.currency, -movement.amount, object),
    posting('fx:position', movement.currency, movement.amount),
    ...position,
  ]
}

/** The side that balances what Stripe booked: everything but `stripe:balance` and the fee. */
const counterPostings = (settling: Settling): Posting[] => {
  const { row, movement, difference, explainedBy } = settling
  const { currency, amount, id } = row
  if (movement === undefined) {
    const { account = 'suspense', object } = explainedBy ?? { object: id }
    return [posting(account, currency, -amount, object)]
  }
  if (movement.currency !== currency && row.exchangeRate === null)
    return [posting('suspense', currency, -amount, id)]
  if (movement.currency !== currency) return exchanged(settling, movement)
  // Each row clears its own share, so that all of them clear what they sum to; the main one sets aside what is off.
  return [
    posting(movement.account, currency, difference - amount, movement.object),
    posting('suspense', currency, -difference, id),
  ]
}

/** A row without a counterpart goes to suspense whole, its fee too: nobody has yet said what it was for. */
const feeAccount = ({ row, movement, explainedBy }: Settling): Posting =>
  movement === undefined && explainedBy === undefined
    ? posting('suspense', row.currency, row.fee, row.id)
    : posting('expense:stripe_fees', row.currency, row.fee)

const merge = (postings: readonly Posting[]): Posting[] => {
  const sums = new Map<string, Posting>()
  for (const leg of postings) {
    const key = JSON.stringify([leg.account, leg.object ?? null, leg.currency])
    const known = sums.get(key)
    sums.set(key, known ? { ...known, amountMinor: known.amountMinor + leg.amountMinor } : leg)
  }
  return [...sums.values()].filter(({ amountMinor }) => amountMinor !== 0n)
}

/**
 * Postings that settle one balance transaction (architecture §4): `stripe:balance` takes its net, fees their fee, and the
 * counterpart's account what it expected; only the difference goes to `suspense`, or all of it without a counterpart.
 * Empty when the row moves nothing.
 */
export const settlementPostings = (settling: Settling): Posting[] =>
  merge([
    posting('stripe:balance', settling.row.currency, settling.row.net),
    feeAccount(settling),
    ...counterPostings(settling),
  ])

/** The postings of an entry turned round. */
export const reversed = (postings: readonly Posting[]): Posting[] =>
  postings.map((leg) => ({ ...leg, amountMinor: -leg.amountMinor }))

/** A text that is equal exactly for equal postings, kept so that a run posts nothing twice. */
export const planOf = (postings: readonly Posting[]): string =>
  JSON.stringify(
    postings.map((leg) => [leg.account, leg.object ?? null, leg.currency, leg.amountMinor.toString()]),
  )

/** The postings of a stored plan. */
export const postingsOfPlan = (plan: string): Posting[] =>
  (JSON.parse(plan) as [string, string | null, string, string][]).map(([account, object, currency, amount]) =>
    posting(account, currency, BigInt(amount), object ?? undefined),
  )
