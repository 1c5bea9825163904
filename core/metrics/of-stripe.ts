import { STRIPE_OUTCOMES } from '../stripe-watch.ts'
import { counter, gauge, histogram, OTHER } from './definition.ts'

const LAG_S = [1, 5, 15, 60, 300, 900, 3_600, 21_600]
const CALL_S = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 80]
const PROCESSING_S = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300]

const MONEY_OPERATIONS = [
  'create_payment',
  'confirm_payment',
  'capture_payment',
  'cancel_payment',
  'create_refund',
  'use_reader',
  'sync',
] as const
const SOURCES = ['webhook', 'poller', 'reconciler'] as const

/** Calls that the platform makes; any other one is counted as `other`. */
export const STRIPE_OPERATIONS = [
  'POST /v1/payment_intents',
  'GET /v1/payment_intents',
  'GET /v1/payment_intents/:id',
  'POST /v1/payment_intents/:id/confirm',
  'POST /v1/payment_intents/:id/capture',
  'POST /v1/payment_intents/:id/cancel',
  'POST /v1/refunds',
  'GET /v1/refunds',
  'GET /v1/refunds/:id',
  'GET /v1/charges/:id',
  'GET /v1/disputes',
  'GET /v1/disputes/:id',
  'GET /v1/payouts',
  'GET /v1/payouts/:id',
  'GET /v1/balance',
  'GET /v1/balance_transactions',
  'GET /v1/balance_transactions/:id',
  'GET /v1/events',
  'GET /v1/terminal/readers/:id',
  'POST /v1/terminal/readers/:id/process_payment_intent',
  'POST /v1/terminal/readers/:id/cancel_action',
  'GET /v1/webhook_endpoints',
  OTHER,
] as const

/** Parts of a payment's life of which Stripe tells, by the first words of an event's type. */
export const TYPE_GROUPS = [
  'payment_intent',
  'charge',
  'refund',
  'dispute',
  'payout',
  'radar',
  'terminal',
  'balance',
  OTHER,
] as const

/** Calls to Stripe and what Stripe tells us. */
export const OF_STRIPE = {
  stripeRequests: counter('stripe_requests_total', 'HTTP calls to Stripe, repetitions singly', {
    operation: STRIPE_OPERATIONS,
    outcome: STRIPE_OUTCOMES,
  }),
  stripeRetries: counter('stripe_retries_total', 'Calls of money that were sent again under their key', {
    after: ['not_sent', 'unknown'],
  }),
  stripeDuration: histogram('stripe_request_duration_seconds', 'Time that Stripe took to answer', CALL_S, {
    operation: STRIPE_OPERATIONS,
  }),
  stripeMismatches: counter(
    'stripe_reply_mismatches_total',
    'Answers of Stripe that were not about what was asked for',
    { operation: MONEY_OPERATIONS },
  ),
  webhookEvents: counter('webhook_events_total', 'Deliveries and events by result', {
    source: SOURCES,
    type_group: TYPE_GROUPS,
    result: [
      'accepted',
      'duplicate',
      'recorded',
      'unchanged',
      'unknown_object',
      'ignored',
      'failed',
      'parked',
      'postponed',
      'wrong_account',
    ],
  }),
  webhookSignatureFailures: counter(
    'webhook_signature_failures_total',
    'Deliveries refused for their signature',
    { source: ['stripe', 'pagerduty'] },
  ),
  webhookDeliveryLag: histogram(
    'webhook_delivery_lag_seconds',
    'From the event at Stripe to its delivery',
    LAG_S,
    { type_group: TYPE_GROUPS },
  ),
  webhookProcessing: histogram(
    'webhook_processing_duration_seconds',
    'From the delivery to the commit of what it told',
    PROCESSING_S,
    { type_group: TYPE_GROUPS },
  ),
  webhookUnprocessed: gauge('webhook_unprocessed', 'Events accepted and not yet applied'),
  webhookStuck: gauge('webhook_stuck_processing', 'Events due for more than five minutes and not applied'),
  webhookDead: gauge('webhook_dead_letter', 'Events put aside after their last try'),
  webhookOldest: gauge(
    'webhook_unprocessed_oldest_age_seconds',
    'Age of the oldest event not yet applied, 0 without one',
  ),
  webhookLastReceived: gauge(
    'webhook_last_received_timestamp_seconds',
    'Last delivery, by the business clock',
  ),
}
