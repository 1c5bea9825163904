/** How far along a payout is: a snapshot that is behind what we know is stale (stripe.md §7: paid may still fail). */
const RANKS: Readonly<Record<string, number>> = {
  pending: 0,
  in_transit: 1,
  paid: 2,
  failed: 3,
  canceled: 3,
}

const rankOf = (status: string): number => RANKS[status] ?? 0

/** True when a report of `to` may replace `from`; an end is never left for another end. */
export const payoutMoves = (from: string, to: string): boolean => from === to || rankOf(to) > rankOf(from)

/** True when a payout's money is back in the balance, or never left: it has a row of its own for that. */
export const cameBack = (status: string): boolean => status === 'failed' || status === 'canceled'

/** What is to be posted when a payout is known as `status`, given whether it was ever posted as paid. */
export const payoutDirection = (status: string, wasPaid: boolean): 'paid' | 'returned' | null => {
  if (status === 'paid') return 'paid'
  return cameBack(status) && wasPaid ? 'returned' : null
}
