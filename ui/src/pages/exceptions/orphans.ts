import type { Exception } from './exception.ts'

/** Money of Stripe's that nothing of ours names. */
export const OF_STRIPE: readonly string[] = [
  'orphan_in_stripe',
  'missing_in_ledger',
  'duplicate_in_stripe',
  'unknown_type',
]
/** Money of ours that Stripe does not have. */
export const OF_OURS: readonly string[] = ['missing_in_stripe', 'clearing_overdue']

/** Of the other side's exceptions those that may be the same payment: same currency; nearest in size, then in time, first. */
export const candidatesOf = (one: Exception, others: readonly Exception[]): readonly Exception[] => {
  const far = (other: Exception): number => Math.abs(other.value - one.value)
  const apart = (other: Exception): number =>
    Math.abs(new Date(other.occurred_at).getTime() - new Date(one.occurred_at).getTime())
  return others
    .filter(({ currency, id }) => currency === one.currency && id !== one.id)
    .sort((left, right) => far(left) - far(right) || apart(left) - apart(right))
}
