import { lineValue } from '#core/kpi/kpi.ts'
import type { AlertRule } from '../domain/rule.ts'
import { attemptsMeasure, WINDOW_MS } from '../measures/payments/read-attempts.ts'
import { KPI_SECTION, secondsOf } from './payments-parts.ts'
import { judged, MINUTE_MS, percentOf, rule, shareOf } from './rule-parts.ts'

const ABOUT_LATENCY = {
  slo: 'latency',
  component: 'payments',
  measure: attemptsMeasure,
  explain: 'slow_attempts',
  whenGone: 'no_data',
  windowMs: WINDOW_MS.h1,
  origin: 'runbook',
} as const

/** P95 is beyond a line exactly when more than one of twenty is: no quantile is estimated. */
const isP95Over = (slow: number, timed: number): boolean => slow * 20 > timed

/** A sudden slowness is told from ten minutes, if there are enough of them. */
const FAST_SAMPLE = 30

const p95High = rule({
  ...ABOUT_LATENCY,
  name: 'PaymentLatencyP95High',
  severity: 'critical',
  tell: ['on_call'],
  pages: true,
  minSample: 20,
  judge: (reading, { kpis }) => {
    const { threshold, minSample, minBad } = kpis.latencyP95
    const { h1_timed: timed, h1_over_line: slow, m10_timed: fastTimed, m10_over_line: fastSlow } = reading
    const lineMs = threshold === null ? null : lineValue(threshold)
    const inHour = timed >= minSample && slow >= minBad && isP95Over(slow, timed)
    const inTen = fastTimed >= FAST_SAMPLE && fastSlow >= minBad && isP95Over(fastSlow, fastTimed)
    const [over, all, window] = inTen && !inHour ? [fastSlow, fastTimed, '10 min'] : [slow, timed, '1 h']
    const line = lineMs === null ? 'any line' : secondsOf(lineMs)
    return judged(
      lineMs !== null && (inHour || inTen) ? true : timed < minSample ? 'too_few' : false,
      { value: shareOf(over, all), line: 0.05, numerator: over, denominator: all },
      {
        headline: `${over} of ${all} payments took longer than ${line}: ${percentOf(shareOf(over, all))}, where P95 allows 5 % (${window})`,
        value: `${percentOf(shareOf(over, all))} took longer than ${line}`,
        line: `P95 above ${line}: more than 5 % take longer`,
        window,
        counted: `${over} of ${all} card attempts; the time that the customer took does not count`,
      },
    )
  },
  runbook: {
    title: KPI_SECTION,
    steps: [
      'One till or store? It is their line or their reader: restart it, use another one meanwhile.',
      "Everywhere? Compare Stripe's own time with ours on the pipeline dashboard; look at Stripe's status page.",
      'Ours is slow: is the database or the machine under load, did a report or a reconciliation start? Stop what can wait.',
      'Tell the cashiers to wait for the answer: trying again while one attempt runs only makes it slower.',
      'If it began with a release, go back to the one before.',
    ],
  },
  prometheus: {
    expr: '1 - sum(increase(payment_processing_duration_seconds_bucket{le="10"}[1h])) / (sum(increase(payment_processing_duration_seconds_count[1h])) > 0) > 0.05 and sum(increase(payment_processing_duration_seconds_count[1h])) >= 20 and sum(increase(payment_processing_duration_seconds_count[1h])) - sum(increase(payment_processing_duration_seconds_bucket{le="10"}[1h])) >= 3',
    for: '0s',
  },
})

const TARGET_SAMPLE = 50
const ABOUT_TARGETS = {
  ...ABOUT_LATENCY,
  severity: 'warning',
  tell: ['it_support'],
  pages: false,
  minSample: TARGET_SAMPLE,
  forMs: 15 * MINUTE_MS,
} as const
const ANALYSIS = {
  title: 'Runbook section 4, Performance Analysis',
  steps: [
    'Nothing is broken yet. Look at the trend of the last days: sudden, or slowly growing?',
    'Sudden: what changed at that moment (a release, a setting, a new till)?',
    'Growing: look at the database and at the machine before it becomes an outage.',
  ],
} as const

const p95AboveTarget = rule({
  ...ABOUT_TARGETS,
  name: 'PaymentLatencyP95AboveTarget',
  judge: (reading, { kpis }) => {
    const { target } = kpis.latencyP95
    const { h1_timed: timed, h1_over_target: slow } = reading
    const line = target === null ? 'any line' : secondsOf(lineValue(target))
    return judged(
      timed < TARGET_SAMPLE ? 'too_few' : target !== null && isP95Over(slow, timed),
      { value: shareOf(slow, timed), line: 0.05, numerator: slow, denominator: timed },
      {
        headline: `P95 is above its target: ${slow} of ${timed} payments took longer than ${line}, ${percentOf(shareOf(slow, timed))} (1 h)`,
        value: `${percentOf(shareOf(slow, timed))} took longer than ${line}`,
        line: `P95 above ${line} for 15 min: more than 5 % take longer`,
        window: '1 h',
        counted: `${slow} of ${timed} card attempts`,
      },
    )
  },
  runbook: ANALYSIS,
  prometheus: {
    expr: '1 - sum(increase(payment_processing_duration_seconds_bucket{le="5"}[1h])) / (sum(increase(payment_processing_duration_seconds_count[1h])) > 0) > 0.05 and sum(increase(payment_processing_duration_seconds_count[1h])) >= 50',
    for: '15m',
  },
})

const avgAboveTarget = rule({
  ...ABOUT_TARGETS,
  name: 'PaymentLatencyAvgAboveTarget',
  judge: (reading, { kpis }) => {
    const { target } = kpis.latencyAverage
    const { h1_timed: timed, h1_latency_ms: sumMs } = reading
    const average = timed === 0 ? null : sumMs / timed
    const lineMs = target === null ? null : lineValue(target)
    const value = average === null ? 'no figure' : `${(Math.ceil(average / 10) / 100).toFixed(2)} s`
    const line = lineMs === null ? 'any line' : secondsOf(lineMs)
    return judged(
      timed < TARGET_SAMPLE ? 'too_few' : lineMs !== null && sumMs > lineMs * timed,
      { value: average, line: lineMs, denominator: timed },
      {
        headline: `Payments take ${value} on average, the target is ${line} (1 h, ${timed} attempts)`,
        value,
        line: `above ${line} for 15 min`,
        window: '1 h',
        counted: `${timed} card attempts; the time that the customer took does not count`,
      },
    )
  },
  runbook: ANALYSIS,
  prometheus: {
    expr: 'sum(increase(payment_processing_duration_seconds_sum[1h])) / (sum(increase(payment_processing_duration_seconds_count[1h])) > 0) > 3 and sum(increase(payment_processing_duration_seconds_count[1h])) >= 50',
    for: '15m',
  },
})

/** Rows about how long payments take. */
export const LATENCY_RULES: readonly AlertRule[] = [p95High, p95AboveTarget, avgAboveTarget]
