import { shareOf } from '#core/money.ts'
import type { BalanceRow, Movement } from './facts.ts'

/** One line of the shop's rate card. */
export interface RateCardLine {
  readonly currency: string
  readonly basis_points: number
  readonly fixed: number
}

/** Rows that have no fee when the rate card knows their currency: it is the charge that is paid for (stripe.md §5). */
const FREE = new Set(['refund', 'partial_capture_reversal'])

/**
 * The fee that the rate card sets: for a charge a share of what was captured and a fixed part, for a refund nothing
 * (stripe.md §5). Undefined for other rows, for an exchange (its price is no part of the card), and without a line of this currency.
 */
export const expectedFee = (
  row: Pick<BalanceRow, 'category' | 'currency'>,
  movement: Pick<Movement, 'currency' | 'amount'> | undefined,
  rateCard: readonly RateCardLine[],
): bigint | undefined => {
  if (movement?.currency !== row.currency) return undefined
  const line = rateCard.find(({ currency }) => currency === row.currency)
  if (line !== undefined && FREE.has(row.category)) return 0n
  if (row.category !== 'charge') return undefined
  return line && shareOf(movement.amount, BigInt(line.basis_points)) + BigInt(line.fixed)
}
