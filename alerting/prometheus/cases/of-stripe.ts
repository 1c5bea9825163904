import { scene, type RuleCase } from './rule-case.ts'

const LAG = 'webhook_delivery_lag_seconds'
const SIGNATURES = 'webhook_signature_failures_total{source="stripe"}'
const CARDS = 'payments_total{outcome="succeeded",failure_class="none",method="card"}'

/** Cases about webhooks and Stripe. */
export const STRIPE_CASES: readonly RuleCase[] = [
  {
    rule: 'WebhookFailuresHigh',
    why: 'the runbook rings above 10 in an hour: 11 events ring, 10 do not',
    fires: scene(60, { 'webhook_events_total{result="parked"}': '0x30 11x60' }),
    silent: scene(60, { 'webhook_events_total{result="parked"}': '0x30 10x60' }),
  },
  {
    rule: 'WebhookStuckProcessing',
    why: 'one for a minute, and none',
    fires: scene(10, { webhook_stuck_processing: '0x5 1x10' }),
    silent: scene(10, { webhook_stuck_processing: '0x15' }),
  },
  {
    rule: 'WebhookBacklog',
    why: 'the oldest waits for 301 s, and 300 s',
    fires: scene(5, { webhook_unprocessed_oldest_age_seconds: '301x10' }),
    silent: scene(5, { webhook_unprocessed_oldest_age_seconds: '300x10' }),
  },
  {
    rule: 'WebhookDeadLettered',
    why: 'one, and none',
    fires: scene(5, { webhook_dead_letter: '1x10' }),
    silent: scene(5, { webhook_dead_letter: '0x10' }),
  },
  {
    rule: 'WebhookSilence',
    why: 'nothing heard for 20 min with a payment a minute, and heard each minute',
    fires: scene(20, { webhook_last_received_timestamp_seconds: '0x30', [CARDS]: '0+1x30' }),
    silent: scene(20, { webhook_last_received_timestamp_seconds: '0+60x30', [CARDS]: '0+1x30' }),
  },
  {
    rule: 'WebhookSilence',
    why: 'nothing heard though 3 payments were made, and 2',
    fires: scene(20, { webhook_last_received_timestamp_seconds: '0x30', [CARDS]: '0x5 3x30' }),
    silent: scene(20, { webhook_last_received_timestamp_seconds: '0x30', [CARDS]: '0x5 2x30' }),
  },
  {
    rule: 'WebhookDeliveryLag',
    why: 'half came after more than 300 s, and all within',
    fires: scene(40, {
      [`${LAG}_bucket{le="300"}`]: '0+1x50',
      [`${LAG}_bucket{le="900"}`]: '0+2x50',
      [`${LAG}_bucket{le="+Inf"}`]: '0+2x50',
      [`${LAG}_count`]: '0+2x50',
    }),
    silent: scene(40, {
      [`${LAG}_bucket{le="300"}`]: '0+2x50',
      [`${LAG}_bucket{le="900"}`]: '0+2x50',
      [`${LAG}_bucket{le="+Inf"}`]: '0+2x50',
      [`${LAG}_count`]: '0+2x50',
    }),
  },
  {
    rule: 'WebhookSignatureFailures',
    why: '5 in 15 min, and 4',
    fires: scene(12, { [SIGNATURES]: '0x5 5x20' }),
    silent: scene(12, { [SIGNATURES]: '0x5 4x20' }),
  },
  {
    rule: 'WebhookSignatureFailuresHigh',
    why: '50 in 15 min, and 49',
    fires: scene(12, { [SIGNATURES]: '0x5 50x20' }),
    silent: scene(12, { [SIGNATURES]: '0x5 49x20' }),
  },
  {
    rule: 'StripeApiErrors',
    why: '6 % of the calls against 5 %, and 4 %',
    fires: scene(15, {
      'stripe_requests_total{outcome="api_error"}': '0+6x20',
      'stripe_requests_total{outcome="ok"}': '0+94x20',
    }),
    silent: scene(15, {
      'stripe_requests_total{outcome="api_error"}': '0+4x20',
      'stripe_requests_total{outcome="ok"}': '0+96x20',
    }),
  },
  {
    rule: 'StripeUnreachable',
    why: 'Stripe does not answer, and does',
    fires: scene(5, { 'dependency_up{dependency="stripe"}': '0x10' }),
    silent: scene(5, {
      'dependency_up{dependency="stripe"}': '1x10',
      'dependency_up{dependency="smtp"}': '0x10',
    }),
  },
  {
    rule: 'StripeRateLimited',
    why: '10 in 5 min, and 9',
    fires: scene(8, { 'stripe_requests_total{outcome="rate_limited"}': '0x5 10x20' }),
    silent: scene(8, { 'stripe_requests_total{outcome="rate_limited"}': '0x5 9x20' }),
  },
  {
    rule: 'StripeAuthError',
    why: 'one refusal of the key, and another error',
    fires: scene(8, { 'stripe_requests_total{outcome="auth_error"}': '0x5 1x20' }),
    silent: scene(8, { 'stripe_requests_total{outcome="invalid_request"}': '0x5 1x20' }),
  },
]
