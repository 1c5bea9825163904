import { FAILURE_CLASSES } from '../contracts/event.ts'
import { DECLINE_CODES } from './decline-codes.ts'
import { counter, each, gauge, histogram, OTHER } from './definition.ts'

/** 3, 5 and 10 s are the runbook's own numbers (section 4). */
const PAYMENT_S = [0.1, 0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 7.5, 10, 15, 30]
const METHODS = ['card', 'cash', 'check'] as const
const OUTCOMES = ['succeeded', 'failed', 'canceled'] as const
/** Where a card was read, or the drawer for cash and checks. */
const CHANNELS = ['reader', 'keyed', 'drawer'] as const
/** What a customer is given at the card: a challenge of the bank's, or a reader. */
const ACTION_S = [1, 5, 10, 30, 60, 120, 300]
/** Statuses in which a payment is not over. */
export const OPEN_STATUSES = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
  'requires_capture',
] as const
/** Money calls by what they do; one key is one of them. */
const CALLS = [
  'create_payment',
  'confirm_payment',
  'capture_payment',
  'cancel_payment',
  'create_refund',
  'use_reader',
  'drawer',
] as const
const CURRENCY = each("currency of the shop's, and any other that a payment was made in")

/** Only a card fails, only what failed has somebody's fault, and only the drawer takes cash. */
const canBe = (one: Readonly<Record<string, string>>): boolean =>
  (one['outcome'] === 'succeeded' ? one['failure_class'] === 'none' : one['method'] === 'card') &&
  (one['outcome'] !== 'failed' || one['failure_class'] !== 'none') &&
  (one['channel'] === 'drawer') === (one['method'] !== 'card')

const WRITERS = ['api', 'webhook', 'poller', 'completer', 'reconciler'] as const

/** Payments, refunds, disputes and the money calls that make them. */
export const OF_PAYMENTS = {
  payments: counter(
    'payments_total',
    'Attempts at their final outcome',
    { outcome: OUTCOMES, failure_class: FAILURE_CLASSES, method: METHODS, channel: CHANNELS },
    canBe,
  ),
  paymentDuration: histogram(
    'payment_processing_duration_seconds',
    'Accepted confirm to final outcome, without the time that the customer took',
    PAYMENT_S,
    { outcome: OUTCOMES, method: METHODS },
  ),
  paymentAction: histogram(
    'payment_customer_action_seconds',
    'Time that customers took: for a challenge of their bank, or at a reader',
    ACTION_S,
    { kind: ['three_ds', 'terminal'] },
  ),
  paymentAmount: counter('payment_amount_minor_total', 'Money taken, minor units', { currency: CURRENCY }),
  refundAmount: counter('refund_amount_minor_total', 'Money given back, minor units', { currency: CURRENCY }),
  paymentDeclines: counter('payment_declines_total', 'Refused cards by the code that Stripe gave', {
    decline_code: [...DECLINE_CODES, OTHER],
  }),
  captures: counter('captures_total', 'Authorisations by what became of them', {
    outcome: ['captured', 'let_go'],
  }),
  paymentsInState: gauge('payments_in_state', 'Payments that are not over, by status', {
    status: OPEN_STATUSES,
  }),
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
  idempotencyReplays: counter('idempotency_replays_total', 'Answers replayed for a known key', {
    route: CALLS,
  }),
  idempotencyConflicts: counter('idempotency_conflicts_total', 'Keys in flight or reused', {
    route: CALLS,
    reason: ['operation_in_progress', 'idempotency_key_reused'],
  }),
  factsFirstWriter: counter('facts_first_writer_total', 'Facts by who was first to write them', {
    writer: WRITERS,
    kind: ['payment', 'refund', 'payout', 'dispute'],
  }),
}
