/** The balances Stripe keeps beside each other (stripe.md §5, `balance_type`). */
export const BALANCE_TYPES = [
  'payments',
  'issuing',
  'refund_and_dispute_prefunding',
  'risk_reserved',
] as const
export type BalanceType = (typeof BALANCE_TYPES)[number]

/** Money of one balance transaction: minor units of its settlement currency. */
export type MoneyEntry = {
  row: string
  currency: string
  net: number
  available_ms: number
  /** Left out: `payments`, the balance that is paid out. */
  balance_type?: BalanceType
}

export type PayoutBatch = { currency: string; amount: number; rows: string[] }

/**
 * The automatic payout of one currency: every available entry that is in no payout yet. Null when they do not sum to
 * more than zero; such entries wait for the next run (stripe.md §5, payout reconciliation).
 */
export const payoutBatch = (
  entries: Iterable<MoneyEntry>,
  currency: string,
  atMs: number,
): PayoutBatch | null => {
  const rows: string[] = []
  let amount = 0
  for (const entry of entries) {
    if (entry.currency !== currency || entry.available_ms > atMs) continue
    rows.push(entry.row)
    amount += entry.net
  }
  return amount > 0 ? { currency, amount, rows } : null
}
