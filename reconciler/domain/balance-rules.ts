import { firstHit, type Finding, type Rule } from './classify.ts'
import type { Drift } from './balance-drift.ts'

/** What is left of the balance equation of one date. */
export interface BalanceFact extends Drift {
  readonly currency: string
}

/** The decision table for balances: what nothing else explains. Its sign says who has more. */
const BALANCE_RULES: readonly Rule<BalanceFact>[] = [
  {
    category: 'balance_mismatch',
    when: ({ amount }) => amount !== 0n,
    expected: () => 0n,
    actual: ({ amount }) => amount,
  },
]

/** The exception that a balance is, if any: one per date and currency. */
export const classifyBalance = (fact: BalanceFact): Finding | undefined => {
  const hit = firstHit(BALANCE_RULES, fact)
  return (
    hit && {
      ...hit,
      object: `balance:${fact.currency}:${fact.date}`,
      currency: fact.currency,
      businessDate: fact.date,
      paymentId: null,
      details: { date: fact.date },
    }
  )
}
