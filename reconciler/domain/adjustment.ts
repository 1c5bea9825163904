import { sumByCurrency } from '#core/money.ts'
import type { Posting } from '#core/ledger/post-entry.ts'

export const WRITE_OFFS = 'expense:reconciliation_write_offs'
export const GAINS = 'revenue:reconciliation_gains'
const FEES = 'expense:stripe_fees'

/** What still stands on a suspense or clearing account for one object: debits positive, never 0. */
export interface OpenAmount {
  readonly account: string
  readonly object: string
  readonly currency: string
  readonly amount: bigint
}

/** Postings that bring every open amount to zero exactly. */
const clearing = (open: readonly OpenAmount[]): Posting[] =>
  open.map(({ account, object, currency, amount }) => ({ account, object, currency, amountMinor: -amount }))

/** What the postings lack to sum to zero, per currency, on an account chosen by its sign: positive is against us. */
const balance = (postings: readonly Posting[], accountOf: (missing: bigint) => string): Posting[] =>
  [...sumByCurrency(postings)]
    .filter(([, sum]) => sum !== 0n)
    .map(([currency, sum]) => ({ account: accountOf(-sum), currency, amountMinor: -sum }))

/** Gives up what stands open: a loss to write-offs, a windfall to gains, each currency for itself. */
export const writeOff = (open: readonly OpenAmount[]): Posting[] => {
  const cleared = clearing(open)
  return [...cleared, ...balance(cleared, (missing) => (missing > 0n ? WRITE_OFFS : GAINS))]
}

/** Books what stands open to one account. */
export const bookTo = (open: readonly OpenAmount[], account: string): Posting[] => {
  const cleared = clearing(open)
  return [...cleared, ...balance(cleared, () => account)]
}

/** A row of Stripe's with what of it waits in suspense, and a movement of ours with what of it waits in clearing. */
export interface MatchSides {
  readonly row: { readonly open: readonly OpenAmount[]; readonly net: bigint; readonly fee: bigint }
  readonly movement: { readonly open: readonly OpenAmount[] }
}

/** Why two exceptions cannot be matched by hand. */
export type NoMatch = 'not_a_row_and_a_movement' | 'currencies_differ' | 'directions_differ'

/** Which rule forbids matching the two, or undefined. */
export const whyNoMatch = ({ row, movement }: MatchSides): NoMatch | undefined => {
  const [suspense, ...more] = row.open
  const [clear, ...others] = movement.open
  if (!suspense || !clear || more.length > 0 || others.length > 0) return 'not_a_row_and_a_movement'
  if (suspense.account !== 'suspense' || !clear.account.startsWith('clearing:'))
    return 'not_a_row_and_a_movement'
  if (suspense.currency !== clear.currency) return 'currencies_differ'
  return suspense.amount < 0n === clear.amount > 0n ? undefined : 'directions_differ'
}

/**
 * Pairs them as the reconciler would have: the row's fee to fees when all of the row waits in suspense, and what is left, in
 * `rest`, written off.
 */
export const matchSides = (sides: MatchSides): { readonly postings: Posting[]; readonly rest: bigint } => {
  const { row, movement } = sides
  const cleared = clearing([...row.open, ...movement.open])
  const whole = row.open.every(({ amount }) => amount === -row.net)
  const fee =
    whole && row.fee !== 0n
      ? row.open.map(({ currency }) => ({ account: FEES, currency, amountMinor: row.fee }))
      : []
  const matched = [...cleared, ...fee]
  const rest = matched.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
  return {
    rest: -rest,
    postings: [...matched, ...balance(matched, (missing) => (missing > 0n ? WRITE_OFFS : GAINS))],
  }
}
