import type { AlertRule, RuleSettings } from '../domain/rule.ts'
import { pulseMeasure, type PulseReading } from '../measures/platform/read-pulses.ts'
import { mismatchMeasure, unheardMeasure } from '../measures/webhooks/read-agreement.ts'
import { endpointMeasure } from '../measures/webhooks/read-endpoints.ts'
import { inboxMeasure, type InboxReading } from '../measures/webhooks/read-inbox.ts'
import { counted, HOUR_MS, judged, MINUTE_MS, percentOf, rule, shareOf, spanOf } from './rule-parts.ts'

const ABOUT_WEBHOOKS = { slo: 'webhooks', component: 'webhooks', tell: ['on_call', 'it_support'] } as const
const REPLAY =
  'When deliveries come again, fetch what was missed: npx tillwatch replay --since the time of the last delivery.'

const SILENT_FOR_MS = 15 * MINUTE_MS
const SILENCE_MIN_PAYMENTS = 3

const heardAgo = ({ at, lastDelivery }: InboxReading): number | null =>
  lastDelivery === null ? null : at.getTime() - lastDelivery.getTime()

const judgeSilence = (reading: InboxReading) => {
  const agoMs = heardAgo(reading)
  const isSilent = agoMs === null || agoMs >= SILENT_FOR_MS
  const { succeeded } = reading
  const since = agoMs === null ? 'for more than a day' : `for ${spanOf(agoMs)}`
  return judged(
    // Without payments there is nothing to be told: that says neither that deliveries come nor that they do not.
    isSilent ? (succeeded >= SILENCE_MIN_PAYMENTS ? true : 'too_few') : false,
    { value: agoMs === null ? null : agoMs / 1_000, line: SILENT_FOR_MS / 1_000 },
    {
      headline: isSilent
        ? `No webhook ${since}, though ${counted(succeeded, 'payment')} succeeded in 30 min`
        : `The last webhook came ${spanOf(agoMs)} ago`,
      value: isSilent ? `none came ${since}` : `the last came ${spanOf(agoMs)} ago`,
      line: 'none for 15 min',
      window: '30 min',
      counted: `${counted(succeeded, 'card payment')} succeeded, at least ${SILENCE_MIN_PAYMENTS} are needed to judge`,
    },
  )
}

const silence = rule({
  ...ABOUT_WEBHOOKS,
  name: 'WebhookSilence',
  severity: 'critical',
  pages: true,
  measure: inboxMeasure,
  windowMs: 30 * MINUTE_MS,
  minSample: SILENCE_MIN_PAYMENTS,
  // The first payments of a morning have a minute to be told of.
  forMs: MINUTE_MS,
  explain: 'webhooks',
  origin: 'runbook',
  judge: judgeSilence,
  runbook: {
    title: 'Runbook section 4, Verify Webhook Health',
    steps: [
      "Look at Stripe's dashboard, Developers, Webhooks: is our endpoint enabled, and what do its deliveries answer?",
      'Try our address from outside: POST to /payments/webhooks/stripe must answer 400, not a time-out or another page.',
      'Look for "signature_invalid" in the webhook log: a changed secret refuses every delivery.',
      REPLAY,
    ],
  },
  prometheus: {
    expr: 'time() - max(webhook_last_received_timestamp_seconds) > 900 and on() sum(increase(payments_total{outcome="succeeded",method="card"}[30m])) >= 3',
    for: '1m',
  },
})

const LATE_LINE = 0.05
const LATE_MIN = 20

const deliveryLag = rule({
  ...ABOUT_WEBHOOKS,
  name: 'WebhookDeliveryLag',
  severity: 'warning',
  tell: ['it_support'],
  pages: false,
  measure: inboxMeasure,
  windowMs: 30 * MINUTE_MS,
  minSample: LATE_MIN,
  explain: 'webhooks',
  judge: ({ deliveries, late, p95Ms }) =>
    judged(
      // "P95 above 5 min" as an exact count: more than one in twenty took longer.
      deliveries < LATE_MIN ? 'too_few' : late > LATE_LINE * deliveries,
      {
        value: p95Ms === null ? null : p95Ms / 1_000,
        line: 300,
        numerator: late,
        denominator: deliveries,
      },
      {
        headline: `Webhooks come late: ${late} of ${deliveries} took longer than 5 min (30 min)`,
        value: p95Ms === null ? 'no delivery' : `95 % came within ${spanOf(p95Ms)}`,
        line: 'longer than 5 min',
        window: '30 min',
        counted: `${late} of ${deliveries} took longer than 5 min`,
      },
    ),
  runbook: {
    title: 'Runbook section 4, Verify Webhook Health',
    steps: [
      'Look at status.stripe.com for delays of webhooks.',
      "Look at our endpoint in Stripe's dashboard: deliveries that failed before are repeated hours later, and count as late.",
      'Payments are not held up by it; the poller brings what is missing.',
    ],
  },
  prometheus: {
    expr: 'histogram_quantile(0.95, sum by (le) (rate(webhook_delivery_lag_seconds_bucket[30m]))) > 300 and on() sum(increase(webhook_delivery_lag_seconds_count[30m])) >= 20',
    for: '1m',
  },
})

const judgeSignatures =
  (line: number) =>
  ({ signatureFailures: count }: PulseReading, _settings: RuleSettings) =>
    judged(
      count >= line,
      { value: count, line },
      {
        headline: `${counted(count, 'delivery', 'deliveries')} with a wrong signature, ${line} or more is too many (15 min)`,
        value: `${counted(count, 'delivery', 'deliveries')} refused`,
        line: `${line} or more`,
        window: '15 min',
      },
    )

const SIGNATURES = {
  slo: 'webhook_signatures',
  component: 'webhooks',
  tell: ['security', 'it_support'],
  measure: pulseMeasure,
  windowMs: 15 * MINUTE_MS,
  runbook: {
    title: 'Runbook, Security Incident',
    steps: [
      "Was the endpoint's secret changed at Stripe? Then every delivery fails: set the new one beside the old in STRIPE_WEBHOOK_SECRETS and start again.",
      'If not, somebody sends forged deliveries: read their addresses in the access log and block them before us.',
      'Nothing of a refused delivery was stored or applied. Keep the log for the security team.',
    ],
  },
} as const

const signatureFailures = rule({
  ...SIGNATURES,
  name: 'WebhookSignatureFailures',
  severity: 'warning',
  pages: false,
  judge: judgeSignatures(5),
  prometheus: {
    expr: 'sum(increase(webhook_signature_failures_total{source="stripe"}[15m])) >= 5',
    for: '0s',
  },
})

const signatureAttack = rule({
  ...SIGNATURES,
  name: 'WebhookSignatureFailuresHigh',
  severity: 'critical',
  pages: true,
  tell: ['security', 'on_call', 'it_support'],
  judge: judgeSignatures(50),
  prometheus: {
    expr: 'sum(increase(webhook_signature_failures_total{source="stripe"}[15m])) >= 50',
    for: '0s',
  },
})

const UNHEARD_LINE = 3

const withoutWebhook = rule({
  ...ABOUT_WEBHOOKS,
  name: 'PaymentWithoutWebhook',
  severity: 'warning',
  tell: ['it_support'],
  pages: false,
  measure: unheardMeasure,
  windowMs: 15 * MINUTE_MS,
  explain: 'webhooks',
  judge: ({ payments, unheard }) =>
    judged(
      unheard >= UNHEARD_LINE,
      { value: unheard, line: UNHEARD_LINE, numerator: unheard, denominator: payments },
      {
        headline: `${counted(unheard, 'payment')} succeeded and no webhook told of it within 15 min`,
        value: `${counted(unheard, 'payment')} without a webhook`,
        line: `${UNHEARD_LINE} or more`,
        window: 'succeeded 15 to 30 min ago',
        counted: `${percentOf(shareOf(unheard, payments))} of ${counted(payments, 'card payment')}`,
      },
    ),
  runbook: {
    title: 'Runbook section 5, Stripe Configuration Recovery',
    steps: [
      "Look at our endpoint in Stripe's dashboard: which events does it send? All of them have to be enabled.",
      REPLAY,
      'The payments themselves are right: their outcome came with the answer of Stripe.',
    ],
  },
})

const stateMismatch = rule({
  name: 'StateMismatch',
  severity: 'warning',
  slo: 'agreement',
  component: 'payments',
  tell: ['it_support', 'finance'],
  pages: false,
  measure: mismatchMeasure,
  windowMs: 0,
  explain: 'payments',
  judge: ({ waiting, exceptions }) =>
    judged(
      waiting + exceptions > 0,
      { value: waiting + exceptions, line: 0 },
      {
        headline: `${counted(waiting + exceptions, 'payment')} in another state at Stripe than in our books`,
        value: counted(waiting + exceptions, 'payment'),
        line: 'more than 0',
        window: 'now',
        counted: `${waiting} held for a person, ${counted(exceptions, 'open exception')} of state`,
      },
    ),
  runbook: {
    title: 'Runbook section 5, System Recovery Procedures',
    steps: [
      'Have each payment of the tasks "needs_attention" ask Stripe (POST /payments/api/payments/{id}/sync): an answer that agrees ends it.',
      'Do not charge again before that: Stripe may have the money.',
      'What stays is an exception at the desk, with both states; finance decides there.',
    ],
  },
})

const endpointDisabled = rule({
  ...ABOUT_WEBHOOKS,
  name: 'WebhookEndpointDisabled',
  severity: 'critical',
  pages: true,
  measure: endpointMeasure,
  windowMs: HOUR_MS,
  explain: 'stripe',
  origin: 'runbook',
  judge: ({ known, ours, enabled }) =>
    judged(
      enabled === 0,
      { value: enabled, line: 1, numerator: enabled, denominator: ours },
      {
        headline:
          enabled > 0
            ? 'Stripe delivers to us'
            : ours > 0
              ? 'Stripe has disabled our webhook endpoint: it delivers nothing'
              : 'Stripe knows no webhook endpoint of ours: it delivers elsewhere, or nowhere',
        value: `${enabled} of ${counted(ours, 'endpoint')} of ours enabled`,
        line: 'none enabled',
        window: 'asked every 5 min',
        counted: `${counted(known, 'endpoint')} in the Stripe account`,
      },
    ),
  runbook: {
    title: 'Runbook section 5, Stripe Configuration Recovery',
    steps: [
      "Open Developers, Webhooks in Stripe's dashboard. Stripe disables an endpoint that failed for days: read why.",
      'Enable it, or make one for our address ending in /payments/webhooks/stripe with all events, and put its secret into STRIPE_WEBHOOK_SECRETS.',
      'Send a test event from there and see it arrive (/payments/webhooks/).',
      REPLAY,
    ],
  },
})

/** Rows about whether Stripe tells us, and tells the same. */
export const HEARD_RULES: readonly AlertRule[] = [
  silence,
  deliveryLag,
  signatureFailures,
  signatureAttack,
  withoutWebhook,
  stateMismatch,
  endpointDisabled,
]
