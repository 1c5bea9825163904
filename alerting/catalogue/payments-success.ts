import { lineValue } from '#core/kpi/kpi.ts'
import { isBelowLine, isWorthAPage } from '../domain/page-decision.ts'
import type { AlertRule, RuleSettings } from '../domain/rule.ts'
import { attemptsMeasure, WINDOW_MS, type AttemptCounts } from '../measures/payments/read-attempts.ts'
import { LOW_RULE, pageTierMeasure } from '../measures/payments/read-page-tier.ts'
import {
  KPI_SECTION,
  lineOf,
  PROMETHEUS_LINES,
  promAttempts,
  promFailures,
  rateOf,
  successLines,
} from './payments-parts.ts'
import { judged, MINUTE_MS, rule, spanOf } from './rule-parts.ts'

const ABOUT_SUCCESS = {
  slo: 'success_rate',
  component: 'payments',
  explain: 'attempts',
  whenGone: 'no_data',
  windowMs: WINDOW_MS.h1,
  minSample: 20,
  origin: 'runbook',
} as const

const countsOf = ({ h1_attempts: attempts, h1_failures: failures }: AttemptCounts) => ({ attempts, failures })

const figures = (reading: AttemptCounts, line: number | null) => ({
  value: reading.h1_attempts === 0 ? null : (reading.h1_attempts - reading.h1_failures) / reading.h1_attempts,
  line,
  numerator: reading.h1_failures,
  denominator: reading.h1_attempts,
})

const words = (reading: AttemptCounts, verdict: string, line: string) => {
  const rate = rateOf(reading.h1_attempts - reading.h1_failures, reading.h1_attempts)
  const failed = `${reading.h1_failures} of ${reading.h1_attempts}`
  return {
    headline: `Payment success rate ${rate} ${verdict} (1 h, ${failed} failed)`,
    value: rate,
    line,
    window: '1 h',
    counted: `${failed} card attempts failed; what was called off counts for neither`,
  }
}

/** On which side of the line a big enough sample is; of a smaller one nothing can be said. */
const belowLine = (reading: AttemptCounts, settings: RuleSettings): boolean | 'too_few' => {
  const lines = successLines(settings.kpis.successRate, settings)
  return reading.h1_attempts < lines.minAttempts ? 'too_few' : isBelowLine(countsOf(reading), lines)
}

const low = rule({
  ...ABOUT_SUCCESS,
  name: LOW_RULE,
  severity: 'warning',
  tell: ['on_call', 'it_support'],
  pages: false,
  measure: attemptsMeasure,
  judge: (reading, settings) => {
    const { threshold } = settings.kpis.successRate
    const line = lineOf(threshold)
    return judged(
      belowLine(reading, settings),
      figures(reading, threshold && lineValue(threshold)),
      words(reading, `against a line of ${line}`, `below ${line}`),
    )
  },
  runbook: {
    title: KPI_SECTION,
    steps: [
      'Read the cause above: one decline code, one till, one reader, or everywhere?',
      "Refused by the customers' banks: nothing is broken. The cashier says so, offers another card or cash, and does not try the same card again at once.",
      'One till or reader: restart it, and send customers to another one meanwhile.',
      "Failing at Stripe or on the way: check our line, then Stripe's status page.",
      'Failing in our own system: look for ERROR lines in the payment log; undo what was released last.',
    ],
  },
  prometheus: {
    expr: `1 - ${promFailures('1h')} / (${promAttempts('1h')} > 0) < ${PROMETHEUS_LINES.successThreshold} and ${promAttempts('1h')} >= 20 and ${promFailures('1h')} >= 3`,
    for: '0s',
  },
})

/** A low rate that nobody mended for so long rings, whatever the odds. */
const LEFT_OPEN_MS = 30 * MINUTE_MS

const critical = rule({
  ...ABOUT_SUCCESS,
  name: 'PaymentSuccessRateCritical',
  severity: 'critical',
  tell: ['on_call', 'it_support', 'store_manager'],
  pages: true,
  measure: pageTierMeasure,
  judge: (reading, settings) => {
    const { kpis, pageTail } = settings
    const { threshold, target } = kpis.successRate
    const isLow = belowLine(reading, settings)
    const openMs = reading.lowSince === null ? 0 : reading.at.getTime() - reading.lowSince.getTime()
    const isLeft = openMs >= LEFT_OPEN_MS
    const rings = isWorthAPage(countsOf(reading), successLines(kpis.successRate, settings)) || isLeft
    const line = lineOf(threshold)
    const why = isLeft
      ? `is below ${line} and has been for ${spanOf(openMs)}`
      : `against a line of ${line}, far below the target of ${lineOf(target)}`
    return judged(
      isLow === true ? rings : isLow,
      figures(reading, threshold && lineValue(threshold)),
      words(
        reading,
        why,
        pageTail >= 1
          ? `below ${line}`
          : `below ${line} and rarer than ${pageTail} by bad luck at ${lineOf(target)}, or below it for 30 min`,
      ),
    )
  },
  runbook: {
    title: KPI_SECTION,
    steps: [
      'Take this alert, then read its cause: which decline code, which till or reader, whose fault?',
      'Take one payment yourself at the till that fails most, with another card: does it go through?',
      'If no card works anywhere, follow Payment System Outage: cash or checks, write down every sale, tell the manager.',
      'If it began with a release or a change of settings, undo it now and look for the reason later.',
      'If it is Stripe (status page) or our line, tell the manager how many sales are at risk: it is in this message.',
      'When it is over, write down what it was with the incident; the manager reads it.',
    ],
  },
  prometheus: {
    expr: `1 - ${promFailures('1h')} / (${promAttempts('1h')} > 0) < ${PROMETHEUS_LINES.successThreshold} and ${promAttempts('1h')} >= 20 and ${promFailures('1h')} >= 3 and ${promFailures('1h')} >= 0.02 * ${promAttempts('1h')} + 4.5 * sqrt(0.02 * ${promAttempts('1h')})`,
    for: '0s',
  },
})

/** Two failures of a hundred are 98 %: fewer attempts cannot tell a good shop from one just below its target. */
const TARGET_SAMPLE = 100

const belowTarget = rule({
  ...ABOUT_SUCCESS,
  name: 'PaymentSuccessRateBelowTarget',
  severity: 'warning',
  tell: ['it_support', 'store_manager'],
  pages: false,
  measure: attemptsMeasure,
  minSample: TARGET_SAMPLE,
  forMs: 15 * MINUTE_MS,
  judge: (reading, { kpis, pageTail }) => {
    const { target } = kpis.successRate
    const { targetBp } = successLines(kpis.successRate, { kpis, pageTail })
    const { h1_attempts: attempts, h1_failures: failures } = reading
    const line = lineOf(target)
    return judged(
      attempts < TARGET_SAMPLE
        ? 'too_few'
        : target !== null && (attempts - failures) * 10_000 < targetBp * attempts,
      figures(reading, target && lineValue(target)),
      words(reading, `against a target of ${line}`, `below ${line} for 15 min`),
    )
  },
  runbook: {
    title: 'Runbook section 4, Check Payment Success Rate',
    steps: [
      'Nothing is broken yet. Look which decline code or till makes the difference, and whether it grows.',
      'Compare with the same day of last week on the KPI dashboard: some days have more refused cards.',
      'Note what you found for the weekly review of error trends.',
    ],
  },
  prometheus: {
    expr: `1 - ${promFailures('1h')} / (${promAttempts('1h')} > 0) < ${PROMETHEUS_LINES.successTarget} and ${promAttempts('1h')} >= ${TARGET_SAMPLE}`,
    for: '15m',
  },
})

/** Rows about the success rate of the whole shop. */
export const SUCCESS_RULES: readonly AlertRule[] = [low, critical, belowTarget]
