import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { KPIS } from '#core/kpi/kpi.ts'
import { build, type Shelf } from './kit/layout.ts'
import type { Step } from './kit/lines.ts'
import { linkTo } from './kit/pages.ts'
import { bars, series, stat, table } from './kit/panels.ts'

const DAY_S = 86_400
/** An exception is acted upon within a day, and late after five. */
const AGE: readonly Step[] = [
  { value: null, color: 'green' },
  { value: DAY_S, color: 'orange' },
  { value: 5 * DAY_S, color: 'red' },
]
const ANY: readonly Step[] = [
  { value: null, color: 'green' },
  { value: 1, color: 'orange' },
]
/** A night missed is told after 26 hours. */
const SINCE: readonly Step[] = [
  { value: null, color: 'green' },
  { value: 26 * 3_600, color: 'red' },
]

const now: Shelf = {
  title: 'Now',
  height: 5,
  panels: [
    [
      6,
      stat(
        {
          title: 'Match rate',
          description:
            'Balance transactions that runs have matched or explained within the shown range, of those and the open exceptions.',
          unit: 'percentunit',
          decimals: 2,
          kpi: KPIS.matchRate,
          link: linkTo('reconciliation'),
        },
        {
          promql:
            'sum(increase(reconciliation_items_total{match=~"matched|explained"}[$__range])) / (sum(increase(reconciliation_items_total{match=~"matched|explained"}[$__range])) + sum(reconciliation_open_exceptions))',
          legend: 'match rate',
        },
      ),
    ],
    [
      6,
      stat(
        {
          title: 'Open exceptions',
          description: 'Differences between our books and Stripe that nobody has decided yet.',
          unit: 'short',
          steps: ANY,
          link: linkTo('reconciliation', { status: 'open' }),
        },
        { promql: 'sum(reconciliation_open_exceptions)', legend: 'open' },
      ),
    ],
    [
      6,
      stat(
        {
          title: 'Oldest exception',
          description: "Age of the oldest open exception's own item, not of when it was found.",
          unit: 's',
          steps: AGE,
          link: linkTo('reconciliation', { status: 'open', sort: 'age' }),
        },
        { promql: 'max(reconciliation_oldest_exception_age_seconds)', legend: 'age' },
      ),
    ],
    [
      6,
      stat(
        {
          title: 'Last night’s run',
          description: 'Time since a nightly run succeeded. Above 26 hours a night is missing.',
          unit: 's',
          steps: SINCE,
          link: linkTo('reconciliation'),
        },
        { promql: 'time() - max(reconciliation_last_success_timestamp_seconds)', legend: 'ago' },
      ),
    ],
  ],
}

const certificates: Shelf = {
  title: 'Certificates',
  height: 8,
  panels: [
    [
      12,
      series(
        {
          title: 'Certificates issued',
          description: 'Per day, clean or with open exceptions. A new version of a day counts again.',
          unit: 'short',
          link: linkTo('reconciliation'),
        },
        {
          sql: "SELECT toDateTime(toStartOfDay(occurred_at)) AS time, status, count() AS issued FROM grafana_books_v1 WHERE $__timeFilter(occurred_at) AND type = 'certificate.issued' GROUP BY time, status ORDER BY time, status",
        },
        'bars',
      ),
    ],
    [
      12,
      table(
        {
          title: 'Newest certificates',
          description: 'What was certified last, with the closing balance in minor units.',
          unit: 'short',
          link: linkTo('reconciliation'),
        },
        {
          sql: "SELECT occurred_at AS issued_at, currency, status, amount_minor AS closing_minor_units FROM grafana_books_v1 WHERE $__timeFilter(occurred_at) AND type = 'certificate.issued' ORDER BY occurred_at DESC, currency LIMIT 20",
        },
      ),
    ],
  ],
}

const OPEN =
  "SELECT stripe_object, status AS category, currency, argMax(type, (occurred_at, type)) AS last, argMax(amount_minor, occurred_at) AS amount, min(occurred_at) AS since FROM grafana_books_v1 WHERE type IN ('exception.opened', 'exception.resolved') AND occurred_at <= $__toTime GROUP BY stripe_object, category, currency HAVING last = 'exception.opened'"

const exceptions: Shelf = {
  title: 'Exceptions',
  height: 9,
  panels: [
    [
      8,
      bars(
        {
          title: 'Open, by category',
          description: 'What is open at the end of the shown range, by the fourteen categories.',
          unit: 'short',
          link: linkTo('reconciliation', { status: 'open' }),
        },
        {
          sql: `SELECT category, count() AS open FROM (${OPEN}) GROUP BY category ORDER BY open DESC, category`,
        },
      ),
    ],
    [
      8,
      bars(
        {
          title: 'Open, by how long they are known',
          description: 'Exceptions open at the end of the shown range, by the time since they were found.',
          unit: 'short',
          link: linkTo('reconciliation', { status: 'open', sort: 'age' }),
        },
        {
          sql: `SELECT multiIf(days < 1, '1. today', days < 3, '2. up to 3 days', days < 7, '3. up to 7 days', '4. longer') AS known, count() AS open FROM (SELECT dateDiff('day', since, $__toTime) AS days FROM (${OPEN})) GROUP BY known ORDER BY known`,
        },
      ),
    ],
    [
      8,
      table(
        {
          title: 'Value at risk, by currency',
          description: `${KPIS.valueAtRisk.definition}`,
          unit: 'short',
          link: linkTo('reconciliation', { status: 'open', sort: 'amount' }),
        },
        {
          sql: `SELECT currency, count() AS open, sum(abs(amount)) AS minor_units_at_risk, max(abs(amount)) AS largest FROM (${OPEN}) GROUP BY currency ORDER BY currency`,
        },
      ),
    ],
  ],
}

const flow: Shelf = {
  title: 'Coming and going',
  height: 8,
  panels: [
    [
      12,
      series(
        {
          title: 'Exceptions opened and resolved',
          description: 'Per day. Most heal by themselves when Stripe’s row arrives.',
          unit: 'short',
          link: linkTo('reconciliation'),
        },
        {
          sql: "SELECT toDateTime(toStartOfDay(occurred_at)) AS time, replaceOne(type, 'exception.', '') AS change, count() AS exceptions FROM grafana_books_v1 WHERE $__timeFilter(occurred_at) AND type IN ('exception.opened', 'exception.resolved') GROUP BY time, change ORDER BY time, change",
        },
        'bars',
      ),
    ],
    [
      12,
      table(
        {
          title: 'Payouts',
          description: 'Newest changes of payouts, amounts in minor units.',
          unit: 'short',
          link: linkTo('payouts'),
        },
        {
          sql: "SELECT occurred_at AS at, stripe_object AS payout, currency, amount_minor AS minor_units, status FROM grafana_books_v1 WHERE $__timeFilter(occurred_at) AND type = 'payout.status_changed' ORDER BY occurred_at DESC, payout LIMIT 20",
        },
      ),
    ],
  ],
}

/** What finance looks at: how much of Stripe's rows is matched, what is certified, and what is open, how old and how much. */
export const reconciliation: Dashboard = build({
  uid: 'reconciliation',
  title: 'Reconciliation',
  description: 'Match rate, certificates, and open exceptions by age and value, for finance.',
  refresh: '1m',
  from: 'now-14d',
  shelves: [now, certificates, exceptions, flow],
})
