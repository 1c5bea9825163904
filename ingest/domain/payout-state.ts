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

/** The bank's reference of a payout: `supported` exactly when there is a value. */
export interface BankTrace {
  readonly status: string
  readonly value: string | null
}

/**
 * What a snapshot tells of the bank's reference, null when nothing. `supported` without its value is not known yet, so that
 * only `unsupported` means that there will be none (Stripe: `trace_id.value` is set when its status is supported).
 */
export const bankTraceOf = (payout: {
  readonly trace_id?: { readonly status: string; readonly value: string | null } | null | undefined
}): BankTrace | null => {
  const told = payout.trace_id
  if (!told) return null
  if (told.value) return { status: 'supported', value: told.value }
  return { status: told.status === 'supported' ? 'pending' : told.status, value: null }
}
