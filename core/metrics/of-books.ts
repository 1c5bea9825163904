import { counter, each, gauge, histogram } from './definition.ts'

const LOOK_S = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const KINDS = ['nightly', 'manual', 'continuous', 'full'] as const
const RUN_S = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800]

const ENTRY_KINDS = [
  'sale_card',
  'sale_cash',
  'sale_check',
  'refund',
  'refund_cash',
  'payout_paid',
  'payout_returned',
  'dispute_withdrawn',
  'dispute_reinstated',
  'dispute_lost',
] as const

/** Ledger and reconciliation. */
export const OF_BOOKS = {
  ledgerEntries: counter('ledger_postings_total', 'Journal entries posted', {
    kind: ENTRY_KINDS,
  }),
  ledgerImbalance: gauge(
    'ledger_imbalance_minor',
    'By how much journal entries do not sum to zero, without sign, minor units: must be 0',
    {
      currency: each('currency of the books'),
    },
  ),
  reconciliationRuns: counter('reconciliation_runs_total', 'Runs by kind and result', {
    kind: KINDS,
    result: ['succeeded', 'failed'],
  }),
  reconciliationRunDuration: histogram('reconciliation_run_duration_seconds', 'Time that a run took', RUN_S, {
    kind: KINDS,
    result: ['succeeded', 'failed'],
  }),
  reconciliationLastSuccess: gauge(
    'reconciliation_last_success_timestamp_seconds',
    'When a nightly run last succeeded, by the business clock',
  ),
  reconciliationLooks: counter('reconciliation_looks_total', 'Looks between two nights by result', {
    result: ['found', 'clean', 'failed'],
  }),
  reconciliationLookDuration: histogram(
    'reconciliation_look_duration_seconds',
    'Time that a look took',
    LOOK_S,
  ),
  reconciliationLastLook: gauge(
    'reconciliation_last_look_timestamp_seconds',
    'Instant up to which looks have read Stripe, by the business clock',
  ),
  reconciliationOpenExceptions: gauge('reconciliation_open_exceptions', 'Open exceptions', {
    category: each('category of exceptions'),
  }),
  reconciliationItems: counter('reconciliation_items_total', 'Balance transactions of runs by outcome', {
    match: ['matched', 'explained', 'break'],
  }),
  reconciliationExceptionValue: gauge(
    'reconciliation_exception_value_minor',
    'Value at risk of the open exceptions, minor units',
    { currency: each('currency of the books') },
  ),
  reconciliationOldestException: gauge(
    'reconciliation_oldest_exception_age_seconds',
    "Age of the oldest open exception's own item, 0 without one",
  ),
  payoutOverdue: gauge('payout_overdue_seconds', 'How late the latest unpaid payout is, 0 when none is late'),
}
