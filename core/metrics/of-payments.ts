import { FAILURE_CLASSES } from '../contracts/event.ts'
import { counter, gauge, histogram } from './definition.ts'

/** 3, 5 and 10 s are the runbook's own numbers (section 4). */
const PAYMENT_S = [0.1, 0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 7.5, 10, 15, 30]
const METHODS = ['card', 'cash', 'check'] as const
const OUTCOMES = ['succeeded', 'failed', 'canceled'] as const
const WRITERS = ['api', 'webhook', 'poller', 'completer', 'reconciler'] as const

/** Payments, refunds, disputes and the money calls that make them. */
export const OF_PAYMENTS = {
  payments: counter('payments_total', 'Attempts at their final outcome', {
    outcome: OUTCOMES,
    failure_class: FAILURE_CLASSES,
    method: METHODS,
  }),
  paymentDuration: histogram(
    'payment_processing_duration_seconds',
    'Accepted confirm to final outcome, without the time that the customer took',
    PAYMENT_S,
    { outcome: OUTCOMES, method: METHODS },
  ),
  paymentsStuck: gauge('payments_stuck', 'Payments that have been processing for more than ten minutes'),
  refunds: counter('refunds_total', 'Refunds by outcome', {
    outcome: ['succeeded', 'pending', 'failed', 'canceled', 'requires_action'],
  }),
  disputes: counter('disputes_total', 'Disputes opened, and by how they were decided', {
    outcome: ['opened', 'won', 'lost', 'warning_closed'],
  }),
  disputesOpen: gauge('disputes_open', 'Disputes that are not decided'),
  disputesEvidenceDue: gauge('disputes_evidence_due', 'Disputes that wait for our evidence, by when', {
    within: ['48h'],
  }),
  fraudFlags: counter('fraud_flags_total', 'Warnings of fraud', { severity: ['high'] }),
  idempotencyReplays: counter('idempotency_replays_total', 'Answers replayed for a known key'),
  idempotencyConflicts: counter('idempotency_conflicts_total', 'Keys in flight or reused', { reason: null }),
  factsFirstWriter: counter('facts_first_writer_total', 'Facts by who was first to write them', {
    writer: WRITERS,
    kind: ['payment', 'refund', 'payout', 'dispute'],
  }),
}
