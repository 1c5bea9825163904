import { firstHit, type Finding, type Rule } from './classify.ts'
import type { PayoutState } from './facts.ts'
import { statusDiffers, worthIn } from './status.ts'

/** A payout; `unexplained` is what its items lack beyond what their own exceptions already say. */
export interface PayoutFact {
  readonly payout: PayoutState
  /** Our own status of it; undefined when we do not know it. */
  readonly statusOfOurs: string | undefined
  readonly unexplained: bigint
  readonly overdue: boolean
}

/** The decision table for payouts. */
export const PAYOUT_RULES: readonly Rule<PayoutFact>[] = [
  {
    category: 'status_mismatch',
    when: ({ payout, statusOfOurs }) =>
      statusOfOurs !== undefined &&
      statusDiffers({ kind: 'payout', status: payout.status, captured: true }, statusOfOurs),
    expected: ({ payout, statusOfOurs }) => worthIn(statusOfOurs ?? 'paid', payout.amount),
    actual: ({ payout }) => worthIn(payout.status, payout.amount),
  },
  {
    category: 'payout_mismatch',
    when: ({ unexplained }) => unexplained !== 0n,
    expected: ({ payout }) => payout.amount,
    actual: ({ payout, unexplained }) => payout.amount + unexplained,
  },
  {
    category: 'payout_overdue',
    when: ({ overdue }) => overdue,
    expected: ({ payout }) => payout.amount,
    actual: () => 0n,
  },
]

/** The exception that a payout is, if any. */
export const classifyPayout = (fact: PayoutFact): Finding | undefined => {
  const hit = firstHit(PAYOUT_RULES, fact)
  const { payout, statusOfOurs } = fact
  return (
    hit && {
      ...hit,
      object: payout.id,
      currency: payout.currency,
      businessDate: payout.businessDate,
      paymentId: null,
      details: {
        status: payout.status,
        ...(statusOfOurs === undefined ? {} : { status_ours: statusOfOurs }),
      },
    }
  )
}
