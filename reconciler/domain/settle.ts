import type { Posting } from '#core/ledger/post-entry.ts'
import { CATEGORY_RULES } from './categories.ts'
import type { BalanceRow, Movement } from './facts.ts'

const posting = (account: string, currency: string, amountMinor: bigint, object?: string): Posting => ({
  account,
  currency,
  amountMinor,
  ...(object === undefined ? {} : { object }),
})

/** The side that balances what Stripe booked: everything but `stripe:balance` and the fee. */
const counterPostings = (row: BalanceRow, movement: Movement | undefined): Posting[] => {
  const { currency, amount, id } = row
  if (movement === undefined) {
    const account = CATEGORY_RULES.get(row.category)?.account
    return account === undefined
      ? [posting('suspense', currency, -amount, id)]
      : [posting(account, currency, -amount)]
  }
  const { account, object } = movement
  if (movement.currency === currency) {
    return [
      posting(account, currency, -movement.amount, object),
      posting('suspense', currency, movement.amount - amount, id),
    ]
  }
  if (row.exchangeRate === null) return [posting('suspense', currency, -amount, id)]
  return [
    posting(account, movement.currency, -movement.amount, object),
    posting('fx:position', movement.currency, movement.amount),
    posting('fx:position', currency, -amount),
  ]
}

/** A row without a counterpart goes to suspense whole, its fee too: nobody has yet said what it was for. */
const feeAccount = (row: BalanceRow, movement: Movement | undefined): Posting =>
  movement === undefined && CATEGORY_RULES.get(row.category)?.account === undefined
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
export const settlementPostings = (row: BalanceRow, movement: Movement | undefined): Posting[] =>
  merge([
    posting('stripe:balance', row.currency, row.net),
    feeAccount(row, movement),
    ...counterPostings(row, movement),
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
