/** The categories of architecture §3.2, in the order of the decision table: the first hit wins, one fact has one category. */
export const CATEGORIES = [
  'unknown_type',
  'duplicate_in_stripe',
  'orphan_in_stripe',
  'missing_in_ledger',
  'duplicate_in_ledger',
  'missing_in_stripe',
  'status_mismatch',
  'currency_mismatch',
  'amount_mismatch',
  'fee_mismatch',
  'payout_mismatch',
  'payout_overdue',
  'clearing_overdue',
  'balance_mismatch',
] as const
export type Category = (typeof CATEGORIES)[number]

/** Filters of the exception desk, by their names in an address and in the API. */
export const EXCEPTION_FILTERS = [
  'status',
  'resolution',
  'category',
  'severity',
  'owner',
  'currency',
  'from',
  'to',
  'q',
  'overdue',
  'age_min_s',
  'age_max_s',
  'amount_min',
  'amount_max',
] as const
