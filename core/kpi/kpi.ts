import type { Ratio } from './ratio.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** The definition of one KPI: what is good, from when it is not, and where the runbook says what to do. */
export interface Kpi {
  readonly name: string
  readonly title: string
  /** What is counted, in one sentence for whoever reads the number. */
  readonly definition: string
  readonly unit: 'ratio' | 'ms' | 'count' | 'minor'
  /** Which side is good: at least, or at most, the lines. */
  readonly goodSide: 'above' | 'below'
  readonly windowMs: number
  /** Met only beyond it: the runbook says "> 98 %" and "< 3 seconds". Null: there is no target line. */
  readonly target: Ratio | null
  /** An alert only beyond it: 0.95 itself and 10 s itself are no alert. Null: never an alert. */
  readonly threshold: Ratio | null
  /** Below this many measured things nothing is judged: one refused card of two is no outage. */
  readonly minSample: number
  /** Nor below this many bad ones among them: failures, or slow payments. */
  readonly minBad: number
  /** Name of the statement that counts it; null while nothing does. */
  readonly sql: string | null
  /** Where the runbook says what to do. */
  readonly runbook: string
  /** Whether the line is the runbook's own, or ours. */
  readonly origin: 'runbook' | 'added'
}

const whole = (value: bigint): Ratio => ({ numerator: value, denominator: 1n })
const percent = (value: bigint): Ratio => ({ numerator: value, denominator: 100n })
const perMille = (value: bigint): Ratio => ({ numerator: value, denominator: 1_000n })
const RUNBOOK_KPIS = '#key-performance-indicators-kpis'
const ATTEMPTS_SQL = 'attempts_select_summary'
const INBOX_SQL = 'webhook_event_count'

const ABOUT_ATTEMPTS = {
  windowMs: HOUR_MS,
  minSample: 20,
  minBad: 3,
  sql: ATTEMPTS_SQL,
  runbook: RUNBOOK_KPIS,
  origin: 'runbook',
} as const

const ABOUT_INBOX = {
  unit: 'count',
  goodSide: 'below',
  windowMs: HOUR_MS,
  minSample: 0,
  minBad: 0,
  sql: INBOX_SQL,
  runbook: RUNBOOK_KPIS,
  origin: 'runbook',
} as const

const ABOUT_PROOF = {
  minSample: 1,
  minBad: 0,
  runbook: '#4-monitoring-and-metrics',
  origin: 'added',
} as const

/** Every KPI, once, for alerts, the metrics API, Grafana and the UI (runbook section 4). */
export const KPIS = {
  successRate: {
    ...ABOUT_ATTEMPTS,
    name: 'success_rate',
    title: 'Payment success rate',
    definition:
      'Card attempts that succeeded, of those that succeeded or failed. What the customer or the cashier called off counts for neither.',
    unit: 'ratio',
    goodSide: 'above',
    target: percent(98n),
    threshold: percent(95n),
  },
  storeSuccessRate: {
    ...ABOUT_ATTEMPTS,
    name: 'store_success_rate',
    title: 'Success rate of one store or method',
    definition: 'The success rate among the card attempts of one store, or of one method of payment.',
    unit: 'ratio',
    goodSide: 'above',
    target: null,
    threshold: percent(90n),
    minBad: 5,
    origin: 'added',
  },
  systemSuccess: {
    ...ABOUT_ATTEMPTS,
    name: 'system_success',
    title: 'System success',
    definition:
      "Card attempts that did not fail by Stripe's, the network's or our own fault, of all attempts with an outcome. A refusal by the bank or the customer is no fault of the system.",
    unit: 'ratio',
    goodSide: 'above',
    target: perMille(995n),
    threshold: null,
    minBad: 0,
    origin: 'added',
  },
  latencyAverage: {
    ...ABOUT_ATTEMPTS,
    name: 'latency_average',
    title: 'Average processing time',
    definition:
      "From the accepted confirm to the outcome, without the time that the customer took, over the window's card attempts.",
    unit: 'ms',
    goodSide: 'below',
    target: whole(3_000n),
    threshold: null,
    minBad: 0,
  },
  latencyP95: {
    ...ABOUT_ATTEMPTS,
    name: 'latency_p95',
    title: 'Processing time, 95th percentile',
    definition:
      'Nineteen of twenty card attempts are done within it. It is beyond a line when more than 5 % of the attempts took longer than the line.',
    unit: 'ms',
    goodSide: 'below',
    target: whole(5_000n),
    threshold: whole(10_000n),
  },
  webhooksUnprocessed: {
    ...ABOUT_INBOX,
    name: 'webhooks_unprocessed',
    title: 'Unprocessed webhooks',
    definition:
      'Events in the inbox that are not applied yet, whenever they came: 100 % are to be processed.',
    target: whole(1n),
    threshold: null,
  },
  webhooksStuck: {
    ...ABOUT_INBOX,
    name: 'webhooks_stuck',
    title: 'Stuck webhooks',
    definition:
      'Events that have been due for more than 5 min and are not applied; one that waits for its next try is none.',
    target: whole(1n),
    threshold: whole(0n),
  },
  webhooksFailed: {
    ...ABOUT_INBOX,
    name: 'webhooks_failed',
    title: 'Failed webhooks',
    definition: 'Distinct events whose processing failed within the window and has not succeeded since.',
    target: whole(1n),
    threshold: whole(10n),
  },
  completeness: {
    ...ABOUT_PROOF,
    name: 'completeness',
    title: 'Events that are missing',
    definition:
      'Attempts recorded in Postgres in the window, against those in ClickHouse: how many differ. The last five minutes are on their way and do not count.',
    unit: 'count',
    goodSide: 'below',
    windowMs: HOUR_MS,
    target: whole(1n),
    threshold: whole(0n),
    minSample: 0,
    sql: null,
  },
  clearing: {
    ...ABOUT_PROOF,
    name: 'clearing_overdue',
    title: 'Overdue clearing',
    definition:
      'Open exceptions about money whose balance transaction is overdue: every clearing account ends at zero for every object.',
    unit: 'count',
    goodSide: 'below',
    windowMs: 0,
    target: whole(1n),
    threshold: null,
    minSample: 0,
    sql: null,
  },
  timeliness: {
    ...ABOUT_PROOF,
    name: 'timeliness',
    title: 'Time until posted',
    definition:
      "Ninety-nine of a hundred of Stripe's movements are in the ledger this long after they happened.",
    unit: 'ms',
    goodSide: 'below',
    windowMs: DAY_MS,
    target: whole(60_000n),
    threshold: whole(BigInt(120 * MINUTE_MS)),
    minSample: 20,
    sql: null,
  },
  matchRate: {
    ...ABOUT_PROOF,
    name: 'match_rate',
    title: 'Match rate',
    definition:
      "Stripe's balance transactions of the last 30 days that are matched, explained or adjusted, of all that were settled or are an exception.",
    unit: 'ratio',
    goodSide: 'above',
    windowMs: 30 * DAY_MS,
    target: perMille(999n),
    threshold: null,
    sql: null,
  },
  valueAtRisk: {
    ...ABOUT_PROOF,
    name: 'value_at_risk',
    title: 'Value at risk',
    definition:
      'By how much all open exceptions differ, each without its sign, per currency in minor units. Never added across currencies.',
    unit: 'minor',
    goodSide: 'below',
    windowMs: 0,
    target: whole(1n),
    threshold: null,
    minSample: 0,
    sql: null,
  },
} as const satisfies Record<string, Kpi>

/** Failure classes that are the system's own: ours, Stripe's, the network's between us, and wrong settings. */
export const SYSTEM_CLASSES = ['provider', 'network', 'system', 'config'] as const

/** A line as the number that people read: 0.95, 10000. */
export const lineValue = (line: Ratio): number => Number(line.numerator) / Number(line.denominator)

/** The lines of a KPI, for rounding that never crosses one. */
export const linesOf = (kpi: Kpi): Ratio[] => [kpi.target, kpi.threshold].filter((line) => line !== null)
