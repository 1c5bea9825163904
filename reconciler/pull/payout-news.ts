import type Stripe from 'stripe'
import type { OwnStatus } from '../publish/read-own-facts.ts'

/** How far a payout has come; a held payout that shows an earlier state again is no news. */
const PAYOUT_RANK: Readonly<Record<string, number>> = {
  pending: 0,
  in_transit: 1,
  paid: 2,
  failed: 3,
  canceled: 3,
}

/** How much we know of the bank's reference; `pending`, and nothing told, is not known yet. */
const TRACE_KNOWN: Readonly<Record<string, number>> = { unsupported: 1, supported: 2 }

/** Ends in which the money of a refund or payout is back. */
export const RETURNED: ReadonlySet<string | null> = new Set(['failed', 'canceled'])

/** That money came back is believed when its row is named: a state alone, without its money, is for a person to look at. */
export const isReturned = (object: {
  readonly status?: string | null
  readonly failure_balance_transaction?: unknown
}): boolean => RETURNED.has(object.status ?? null) && object.failure_balance_transaction != null

/** The same of what Stripe shows: a value most, then that there is none. */
const traceTold = ({ trace_id: told }: Stripe.Payout): number => {
  if (told?.value) return 2
  return told?.status === 'unsupported' ? 1 : 0
}

/**
 * True when Stripe shows more of a payout than we know: the payout itself, a later state, or the bank's reference, which comes
 * up to ten days after the payout arrived.
 */
export const isPayoutNews = (payout: Stripe.Payout, known: OwnStatus | undefined): boolean => {
  if (known === undefined) return true
  if (RETURNED.has(payout.status) && !isReturned(payout)) return false
  if ((PAYOUT_RANK[payout.status] ?? 0) > (PAYOUT_RANK[known.status] ?? 0)) return true
  return traceTold(payout) > (TRACE_KNOWN[known.bankTrace ?? ''] ?? 0)
}

const isPayout = (object: Stripe.BalanceTransactionSource | null): object is Stripe.Payout =>
  object?.object === 'payout'

type Shown = readonly { readonly sourceObject: Stripe.BalanceTransactionSource | null }[]

/**
 * Payouts that one may heal from, by id: those that `rows` name, which are their own rows and those that brought their money
 * back, however old the payout is by then, and those that a list showed. Stripe shows the former with the rows, so that none
 * is asked for; what the list showed is younger.
 */
export const payoutsShown = (rows: Shown, listed: readonly Stripe.Payout[]): Map<string, Stripe.Payout> => {
  const named = rows.map(({ sourceObject }) => sourceObject).filter(isPayout)
  return new Map([...named, ...listed].map((payout) => [payout.id, payout]))
}
