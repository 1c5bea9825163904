import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { KPIS } from '#core/kpi/kpi.ts'
import { build, type Shelf } from './kit/layout.ts'
import type { Step } from './kit/lines.ts'
import { linkTo } from './kit/pages.ts'
import { series, stat } from './kit/panels.ts'

/** None is good, any is bad. */
const NONE: readonly Step[] = [
  { value: null, color: 'green' },
  { value: 1, color: 'red' },
]
/** Seconds since the engine looked: it looks every five. */
const FRESH: readonly Step[] = [
  { value: null, color: 'green' },
  { value: 30, color: 'orange' },
  { value: 180, color: 'red' },
]
const LAG: readonly Step[] = [
  { value: null, color: 'green' },
  { value: 30, color: 'orange' },
  { value: 120, color: 'red' },
]

const now: Shelf = {
  title: 'Now',
  height: 5,
  panels: [
    [
      4,
      stat(
        {
          title: 'Critical incidents',
          description: 'Incidents that are not over, of the severity that rings the pager.',
          unit: 'short',
          steps: NONE,
          link: linkTo('alerts', { severity: 'critical', status: 'open' }),
        },
        { promql: 'max(alerts_firing{severity="critical"})', legend: 'critical' },
      ),
    ],
    [
      4,
      stat(
        {
          title: 'Waiting for somebody',
          description: 'Age of the oldest critical incident that nobody has taken.',
          unit: 's',
          steps: [
            { value: null, color: 'green' },
            { value: 1, color: 'orange' },
            { value: 900, color: 'red' },
          ],
          link: linkTo('alerts', { status: 'firing' }),
        },
        { promql: 'max(alert_unacked_oldest_age_seconds{severity="critical"})', legend: 'waiting' },
      ),
    ],
    [
      4,
      stat(
        {
          title: 'Engine looked',
          description:
            'Seconds since the alerting engine evaluated its catalogue. Above 180 Prometheus pages by itself.',
          unit: 's',
          decimals: 0,
          steps: FRESH,
          link: linkTo('alerts'),
        },
        { promql: 'time() - max(alert_evaluation_last_success_timestamp_seconds)', legend: 'ago' },
      ),
    ],
    [
      4,
      stat(
        {
          title: 'Stripe answers',
          description: 'What the last probe of Stripe came to.',
          unit: 'bool_yes_no',
          steps: [
            { value: null, color: 'red' },
            { value: 1, color: 'green' },
          ],
          link: linkTo('alerts', { rule: 'StripeUnreachable' }),
        },
        { promql: 'min(dependency_up{dependency="stripe"})', legend: 'Stripe' },
      ),
    ],
    [
      4,
      stat(
        {
          title: 'Stuck webhooks',
          description: KPIS.webhooksStuck.definition,
          unit: 'short',
          kpi: KPIS.webhooksStuck,
          link: linkTo('webhooks', { status: 'processing' }),
        },
        { promql: 'max(webhook_stuck_processing)', legend: 'stuck' },
      ),
    ],
    [
      4,
      stat(
        {
          title: 'Events on their way',
          description: 'Age of the oldest event that is recorded in Postgres and not yet in ClickHouse.',
          unit: 's',
          decimals: 0,
          steps: LAG,
          link: linkTo('metrics'),
        },
        { promql: 'max(outbox_oldest_age_seconds)', legend: 'oldest' },
      ),
    ],
  ],
}

const webhooks: Shelf = {
  title: 'Webhooks',
  height: 8,
  panels: [
    [
      12,
      series(
        {
          title: 'Webhooks by what came of them',
          description: 'Deliveries and events a second, by result.',
          unit: 'ops',
          link: linkTo('webhooks'),
        },
        { promql: 'sum by (result) (rate(webhook_events_total[$__rate_interval]))', legend: '{{result}}' },
      ),
    ],
    [
      12,
      series(
        {
          title: 'Waiting in the inbox',
          description: 'Events not applied yet, and those put aside for a person.',
          unit: 'short',
          kpi: KPIS.webhooksUnprocessed,
          link: linkTo('webhooks', { status: 'unprocessed' }),
        },
        { promql: 'max(webhook_unprocessed) + max(webhook_dead_letter)', legend: 'waiting' },
      ),
    ],
  ],
}

const stripe: Shelf = {
  title: 'Stripe and the gateway',
  height: 8,
  panels: [
    [
      8,
      series(
        {
          title: 'Calls to Stripe',
          description:
            'HTTP calls a second by outcome; refused cards are card_error and nobody’s fault here.',
          unit: 'ops',
          link: linkTo('alerts', { rule: 'StripeApiErrors' }),
        },
        { promql: 'sum by (outcome) (rate(stripe_requests_total[$__rate_interval]))', legend: '{{outcome}}' },
      ),
    ],
    [
      8,
      series(
        {
          title: 'Answers of the gateway',
          description: 'HTTP answers a second by class.',
          unit: 'ops',
          link: linkTo('alerts', { rule: 'PaymentGatewayErrors' }),
        },
        {
          promql: 'sum by (status_class) (rate(http_requests_total[$__rate_interval]))',
          legend: '{{status_class}}',
        },
      ),
    ],
    [
      8,
      series(
        {
          title: 'Dependencies',
          description: '1 while a dependency answers.',
          unit: 'short',
          link: linkTo('alerts', { rule: 'DependencyDown' }),
        },
        { promql: 'min by (dependency) (dependency_up)', legend: '{{dependency}}' },
      ),
    ],
  ],
}

const alerting: Shelf = {
  title: 'Alerting',
  height: 8,
  panels: [
    [
      8,
      series(
        {
          title: 'Incidents that are not over',
          description: 'By severity.',
          unit: 'short',
          link: linkTo('alerts', { status: 'open' }),
        },
        { promql: 'max by (severity) (alerts_firing)', legend: '{{severity}}' },
      ),
    ],
    [
      8,
      series(
        {
          title: 'Messages to people',
          description: 'Mails and pages that ended, by channel and how.',
          unit: 'ops',
          link: linkTo('alerts'),
        },
        {
          promql: 'sum by (channel, result) (rate(alert_notifications_total[$__rate_interval]))',
          legend: '{{channel}} {{result}}',
        },
      ),
    ],
    [
      8,
      series(
        {
          title: 'Time that an evaluation takes',
          description: '95th percentile over the whole catalogue; it looks every 5 s.',
          unit: 's',
          link: linkTo('alerts'),
        },
        {
          promql:
            'histogram_quantile(0.95, sum by (le) (rate(alert_evaluation_duration_seconds_bucket[$__rate_interval])))',
          legend: 'P95',
        },
      ),
    ],
  ],
}

const flow: Shelf = {
  title: 'What reached ClickHouse',
  height: 8,
  panels: [
    [
      24,
      series(
        {
          title: 'Card attempts by outcome',
          description:
            'What the KPIs are counted from, as it arrived. Nothing here while the tills sell means a broken pipeline.',
          unit: 'short',
          link: linkTo('payments', { method: 'card' }),
        },
        {
          sql: 'SELECT $__timeInterval(occurred_at) AS time, outcome, count() AS attempts FROM grafana_attempts_v1 WHERE $__timeFilter(occurred_at) GROUP BY time, outcome ORDER BY time, outcome',
        },
        'bars',
      ),
    ],
  ],
}

/** What on-call looks at: what is wrong now, and every stage between Stripe, the stores and the pager. */
export const pipelineOncall: Dashboard = build({
  uid: 'pipeline-oncall',
  title: 'Pipeline and on-call',
  description: 'Webhooks, relay, queues, Stripe and the alerting itself, for whoever is on call.',
  refresh: '30s',
  from: 'now-6h',
  shelves: [now, webhooks, stripe, alerting, flow],
})
