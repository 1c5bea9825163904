import { STRIPE_OUTCOMES } from '../stripe-watch.ts'
import { counter, gauge, histogram } from './definition.ts'

const LAG_S = [1, 5, 15, 60, 300, 900, 3_600, 21_600]
const CALL_S = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30]

/** Calls to Stripe and what Stripe tells us. */
export const OF_STRIPE = {
  stripeRequests: counter('stripe_requests_total', 'HTTP calls to Stripe, repetitions singly', {
    outcome: STRIPE_OUTCOMES,
  }),
  stripeDuration: histogram('stripe_request_duration_seconds', 'Time that Stripe took to answer', CALL_S, {
    operation: null,
  }),
  stripeMismatches: counter(
    'stripe_reply_mismatches_total',
    'Answers of Stripe that were not about what was asked for',
    { operation: null },
  ),
  webhookEvents: counter('webhook_events_total', 'Deliveries and events by result', {
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
