import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { KPIS } from '#core/kpi/kpi.ts'
import {
  attemptsSeries,
  attemptsStat,
  failedBy,
  lastWindow,
  OF_CURRENCIES,
  OF_STORES,
} from './kit/attempts-sql.ts'
import { build, type Shelf } from './kit/layout.ts'
import { lastHourOf, linkTo } from './kit/pages.ts'
import { bars, series, stat, table } from './kit/panels.ts'

const { successRate, systemSuccess, latencyAverage, latencyP95, webhooksUnprocessed, webhooksFailed } = KPIS
const CARD = { method: 'card', store: '${store}' }
const SUCCEEDED = "countIf(outcome = 'succeeded')"

const kpis: Shelf = {
  title: 'The runbook’s KPIs, over the last hour of the shown range',
  height: 5,
  panels: [
    [
      5,
      stat(
        {
          title: 'Payment success rate',
          description: `${successRate.definition} Target above 98 %, alert below 95 % (runbook section 4).`,
          unit: 'percentunit',
          decimals: 1,
          kpi: successRate,
          link: lastHourOf('payments', CARD),
        },
        { sql: attemptsStat(`${SUCCEEDED} / count()`, 'success_rate', successRate.windowMs) },
      ),
    ],
    [
      3,
      stat(
        {
          title: 'Attempts',
          description: 'Card attempts that the rate is counted from. Below 20 of them no rate is judged.',
          unit: 'short',
          link: lastHourOf('payments', CARD),
        },
        {
          sql: `SELECT count() AS attempts FROM grafana_attempts_v1 WHERE ${lastWindow(successRate.windowMs)} AND ${OF_STORES}`,
        },
      ),
    ],
    [
      4,
      stat(
        {
          title: 'Average time',
          description: `${latencyAverage.definition} Target below 3 s (runbook section 4).`,
          unit: 'ms',
          kpi: latencyAverage,
          link: lastHourOf('metrics'),
        },
        { sql: attemptsStat('avg(latency_ms)', 'average_ms', latencyAverage.windowMs) },
      ),
    ],
    [
      4,
      stat(
        {
          title: 'P95 time',
          description: `${latencyP95.definition} Target below 5 s, alert above 10 s (runbook section 4).`,
          unit: 'ms',
          kpi: latencyP95,
          link: lastHourOf('metrics'),
        },
        { sql: attemptsStat('quantileExact(0.95)(latency_ms)', 'p95_ms', latencyP95.windowMs) },
      ),
    ],
    [
      4,
      stat(
        {
          title: 'Unprocessed webhooks',
          description: `${webhooksUnprocessed.definition} The runbook wants 0 (section 4).`,
          unit: 'short',
          kpi: webhooksUnprocessed,
          link: linkTo('webhooks', { status: 'unprocessed' }),
        },
        { promql: 'max(webhook_unprocessed)', legend: 'unprocessed' },
      ),
    ],
    [
      4,
      stat(
        {
          title: 'Failed webhooks',
          description: `${webhooksFailed.definition} Alert above 10 in an hour (runbook section 4). Prometheus counts tries and estimates; the page counts each event once.`,
          unit: 'short',
          decimals: 0,
          kpi: webhooksFailed,
          link: linkTo('webhooks', { status: 'failed' }),
        },
        { promql: 'sum(increase(webhook_events_total{result="failed"}[1h]))', legend: 'failed' },
      ),
    ],
  ],
}

const trends: Shelf = {
  title: 'Trend',
  height: 9,
  panels: [
    [
      12,
      series(
        {
          title: 'Success rate',
          description: `${successRate.definition} The second line leaves out what banks and customers refused: ${systemSuccess.title.toLowerCase()}.`,
          unit: 'percentunit',
          kpi: successRate,
          link: linkTo('payments', CARD),
        },
        {
          sql: attemptsSeries(
            `${SUCCEEDED} / count() AS success, 1 - countIf(failure_class IN ('provider', 'network', 'system', 'config')) / count() AS system_success`,
          ),
        },
      ),
    ],
    [
      12,
      series(
        {
          title: 'Processing time',
          description: 'Average and 95th percentile, without the time that the customer took.',
          unit: 'ms',
          kpi: latencyP95,
          link: linkTo('metrics'),
        },
        { sql: attemptsSeries('avg(latency_ms) AS average, quantileExact(0.95)(latency_ms) AS p95') },
      ),
    ],
  ],
}

const money: Shelf = {
  title: 'Money',
  height: 8,
  panels: [
    [
      12,
      series(
        {
          title: 'Taken by card, by currency',
          description: 'What succeeded, in the major unit of each currency. Currencies are never added up.',
          unit: 'short',
          link: linkTo('payments', { status: 'succeeded', currency: '${currency}' }),
        },
        {
          sql: `SELECT $__timeInterval(occurred_at) AS time, currency, sum(amount) AS taken FROM grafana_money_v1 WHERE $__timeFilter(occurred_at) AND direction = 'taken' AND ${OF_STORES} AND ${OF_CURRENCIES} GROUP BY time, currency ORDER BY time, currency`,
        },
        'bars',
      ),
    ],
    [
      12,
      table(
        {
          title: 'Sums of the shown range',
          description:
            'Card takings and refunds per currency, exact in minor units and readable in major ones.',
          unit: 'short',
          link: linkTo('payments', { currency: '${currency}' }),
        },
        {
          sql: `SELECT currency, direction, count() AS times, sum(amount_minor) AS minor_units, sum(amount) AS amount FROM grafana_money_v1 WHERE $__timeFilter(occurred_at) AND ${OF_STORES} AND ${OF_CURRENCIES} GROUP BY currency, direction ORDER BY currency, direction`,
        },
      ),
    ],
  ],
}

const why: Shelf = {
  title: 'Why payments fail',
  height: 8,
  panels: [
    [
      8,
      bars(
        {
          title: 'Decline codes',
          description: 'What banks and Stripe gave as the reason, most frequent first.',
          unit: 'short',
          link: linkTo('payments', { status: 'payment_failed' }),
        },
        { sql: failedBy('decline_code', 10) },
      ),
    ],
    [
      8,
      bars(
        {
          title: 'Whose fault',
          description: 'Failed attempts by class: the bank, the customer, Stripe, the network or ourselves.',
          unit: 'short',
          link: linkTo('payments', { status: 'payment_failed' }),
        },
        { sql: failedBy('failure_class', 8) },
      ),
    ],
    [
      8,
      table(
        {
          title: 'Stores and tills',
          description: 'Attempts and success rate of each till. A rate of few attempts says little.',
          unit: 'short',
          link: linkTo('payments', { till_id: '${__data.fields.till_id}' }),
        },
        {
          sql: `SELECT store_id, till_id, count() AS attempts, ${SUCCEEDED} / count() AS success_rate, quantileExact(0.95)(latency_ms) AS p95_ms FROM grafana_attempts_v1 WHERE $__timeFilter(occurred_at) AND ${OF_STORES} GROUP BY store_id, till_id ORDER BY attempts DESC, till_id LIMIT 50`,
        },
      ),
    ],
  ],
}

/** What managers look at: the runbook's KPIs in their colours, their trend, the money, and why payments fail. */
export const paymentsKpi: Dashboard = build({
  uid: 'payments-kpi',
  title: 'Payments: KPIs',
  description: 'The KPIs of the runbook (section 4) with their targets and thresholds, for managers.',
  refresh: '1m',
  from: 'now-24h',
  shelves: [kpis, trends, money, why],
})
