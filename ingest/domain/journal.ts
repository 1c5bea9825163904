import { invariant } from '#core/errors.ts'
import type { Posting } from '#core/ledger/post-entry.ts'

/** What is not yet posted of a sale: its net, its tax and its tip. */
export interface SaleRest {
  readonly net: bigint
  readonly tax: bigint
  readonly tip: bigint
}

/** Rounds down; both at least 0. */
const portion = (part: bigint, amount: bigint, whole: bigint): bigint =>
  whole === 0n ? 0n : (part * amount) / whole

/**
 * A tender's share of what is left of its sale. Every share is between 0 and what is left of its kind, and the last tender
 * takes all of it: so over all tenders the shares are the sale's net, tax and tip to the cent.
 */
export const shareOfTender = (rest: SaleRest, amountMinor: bigint): SaleRest => {
  const whole = rest.net + rest.tax + rest.tip
  invariant(amountMinor >= 0n, 'a tender takes nothing back')
  // More than the sale asks for is revenue until somebody says otherwise; it must not be lost.
  if (amountMinor >= whole) return { ...rest, net: rest.net + amountMinor - whole }
  const net = portion(rest.net, amountMinor, whole)
  const owed = amountMinor - net
  const tax = portion(rest.tax, owed, rest.tax + rest.tip)
  return { net, tax, tip: owed - tax }
}

const creditsOf = (currency: string, share: SaleRest): Posting[] => [
  { account: 'revenue:sales', currency, amountMinor: -share.net },
  { account: 'liability:tax', currency, amountMinor: -share.tax },
  { account: 'liability:tips', currency, amountMinor: -share.tip },
]

const total = ({ net, tax, tip }: SaleRest): bigint => net + tax + tip

/** A captured card tender, until its balance transaction clears it (architecture §4). */
export const cardSalePostings = (chargeId: string, currency: string, share: SaleRest): Posting[] => [
  { account: 'clearing:card', object: chargeId, currency, amountMinor: total(share) },
  ...creditsOf(currency, share),
]

/** Where a tender that is not a card goes. */
export const purseOf = (tillId: string, method: 'cash' | 'check'): string =>
  method === 'cash' ? `till:${tillId}:cash` : `till:${tillId}:checks`

/** A cash or check tender: the money is in the drawer at once. */
export const drawerSalePostings = (account: string, currency: string, share: SaleRest): Posting[] => [
  { account, currency, amountMinor: total(share) },
  ...creditsOf(currency, share),
]

/** What a refund is paid from: first what failed refunds of the payment still owe, then revenue (architecture §4). */
const givenBack = (currency: string, amountMinor: bigint, owedMinor: bigint): Posting[] => {
  if (owedMinor === 0n) return [{ account: 'revenue:refunds', currency, amountMinor }]
  const paysDebt = owedMinor < amountMinor ? owedMinor : amountMinor
  return [
    { account: 'revenue:refunds', currency, amountMinor: amountMinor - paysDebt },
    { account: 'liability:refunds_owed', currency, amountMinor: paysDebt },
  ]
}

/** A card refund that Stripe took on, until its balance transaction clears it; `owedMinor` from failed refunds before. */
export const cardRefundPostings = (
  refundId: string,
  currency: string,
  amountMinor: bigint,
  owedMinor = 0n,
): Posting[] => [
  ...givenBack(currency, amountMinor, owedMinor),
  { account: 'clearing:refund', object: refundId, currency, amountMinor: -amountMinor },
]

/** Money given back out of the drawer; `owedMinor` from failed card refunds before. */
export const cashRefundPostings = (
  account: string,
  currency: string,
  amountMinor: bigint,
  owedMinor = 0n,
): Posting[] => [
  ...givenBack(currency, amountMinor, owedMinor),
  { account, currency, amountMinor: -amountMinor },
]

/** A payout at the bank; `returned` takes it back. */
export const payoutPostings = (
  payoutId: string,
  currency: string,
  amountMinor: bigint,
  direction: 'paid' | 'returned',
): Posting[] => {
  const signed = direction === 'paid' ? amountMinor : -amountMinor
  return [
    { account: 'bank', currency, amountMinor: signed },
    { account: 'clearing:payout', object: payoutId, currency, amountMinor: -signed },
  ]
}

/**
 * Money that a dispute took out of the balance (`withdrawn`) or that came back into it (`reinstated`): the receivable against
 * the clearing account, whose posting has the sign that Stripe's balance transaction will have (architecture §4).
 */
export const disputePostings = (
  disputeId: string,
  currency: string,
  amountMinor: bigint,
  direction: 'withdrawn' | 'reinstated',
): Posting[] => {
  const signed = direction === 'withdrawn' ? amountMinor : -amountMinor
  return [
    { account: 'receivable:disputes', object: disputeId, currency, amountMinor: signed },
    { account: 'clearing:dispute', object: disputeId, currency, amountMinor: -signed },
  ]
}

/** A lost dispute is no receivable any more; below 0: it is one again, because the decision was turned. */
export const disputeLossPostings = (disputeId: string, currency: string, amountMinor: bigint): Posting[] => [
  { account: 'expense:disputes_lost', object: disputeId, currency, amountMinor },
  { account: 'receivable:disputes', object: disputeId, currency, amountMinor: -amountMinor },
]
