import { lineValue } from '#core/kpi/kpi.ts'
import { isBelowLine } from '../domain/page-decision.ts'
import type { AlertRule, RuleSettings } from '../domain/rule.ts'
import {
  methodAttemptsMeasure,
  storeAttemptsMeasure,
  WINDOW_MS,
  type AttemptsReading,
} from '../measures/payments/read-attempts.ts'
import { failureRunsMeasure, RUN_MS } from '../measures/payments/read-runs.ts'
import {
  ERRORS_SECTION,
  ESCALATION_SECTION,
  lineOf,
  PROMETHEUS_LINES,
  rateOf,
  successLines,
} from './payments-parts.ts'
import { counted, judged, rule } from './rule-parts.ts'

const ABOUT_PLACES = {
  slo: 'success_rate',
  component: 'payments',
  explain: 'attempts',
} as const

const judgePlace = (what: string) => (reading: AttemptsReading, settings: RuleSettings) => {
  const kpi = settings.kpis.storeSuccessRate
  const lines = successLines(kpi, settings)
  const { h1_attempts: attempts, h1_failures: failures } = reading
  const rate = rateOf(attempts - failures, attempts)
  const line = lineOf(kpi.threshold)
  return judged(
    attempts < lines.minAttempts ? 'too_few' : isBelowLine({ attempts, failures }, lines),
    {
      value: attempts === 0 ? null : (attempts - failures) / attempts,
      line: kpi.threshold && lineValue(kpi.threshold),
      numerator: failures,
      denominator: attempts,
    },
    {
      headline: `Success rate of ${what} ${Object.values(reading.labels).join(', ')} ${rate} against a line of ${line}, while the shop as a whole is well (1 h, ${failures} of ${attempts} failed)`,
      value: rate,
      line: `below ${line}`,
      window: '1 h',
      counted: `${failures} of ${attempts} card attempts failed`,
    },
  )
}

const ABOUT_SHARE = {
  ...ABOUT_PLACES,
  severity: 'warning',
  tell: ['it_support', 'store_manager'],
  pages: false,
  windowMs: WINDOW_MS.h1,
  minSample: 20,
} as const

const storeLow = rule({
  ...ABOUT_SHARE,
  name: 'StoreSuccessRateLow',
  measure: storeAttemptsMeasure,
  groupBy: ['store'],
  judge: judgePlace('store'),
  runbook: {
    title: ERRORS_SECTION,
    steps: [
      'Call the store: what do the cashiers see, since when, at which till?',
      'Is it one reader or till? Restart it; use another one meanwhile.',
      "Is the store's own line slow or down? The other stores are well, so Stripe is.",
      'Only refused cards, all different ones: tell the cashiers to offer another card or cash.',
    ],
  },
})

const methodLow = rule({
  ...ABOUT_SHARE,
  name: 'MethodSuccessRateLow',
  measure: methodAttemptsMeasure,
  groupBy: ['method'],
  judge: judgePlace('method'),
  runbook: {
    title: ERRORS_SECTION,
    steps: [
      'Can customers pay another way? Tell the cashiers to offer it until this one works.',
      "Look at Stripe's status page for this method of payment.",
      'Was the method set up or changed lately? Look at its settings at Stripe.',
    ],
  },
  prometheus: {
    expr: `1 - sum by (method) (increase(payments_total{outcome="failed"}[1h])) / (sum by (method) (increase(payments_total{outcome=~"succeeded|failed"}[1h])) > 0) < ${PROMETHEUS_LINES.storeThreshold} and on (method) sum by (method) (increase(payments_total{outcome=~"succeeded|failed"}[1h])) >= 20 and on (method) sum by (method) (increase(payments_total{outcome="failed"}[1h])) >= 5`,
    for: '0s',
  },
})

const RUN_FAILURES = 5
const RUN_CUSTOMERS = 3

const repeatedFailures = rule({
  ...ABOUT_PLACES,
  name: 'RepeatedFailuresAcrossCustomers',
  severity: 'critical',
  tell: ['on_call', 'it_support'],
  pages: true,
  measure: failureRunsMeasure,
  windowMs: RUN_MS,
  minSample: RUN_FAILURES,
  groupBy: ['store'],
  origin: 'runbook',
  judge: ({ labels, attempts, failures, customers }) => {
    const store = labels['store'] ?? ''
    const isRun = failures >= RUN_FAILURES && customers >= RUN_CUSTOMERS
    // Fewer than five attempts, none of which succeeded, say neither that it is over nor that it is not.
    const finding = isRun ? true : attempts === failures && attempts < RUN_FAILURES ? 'too_few' : false
    return judged(
      finding,
      { value: failures, line: RUN_FAILURES, numerator: failures, denominator: attempts },
      {
        headline: `${counted(failures, 'payment')} in a row failed at store ${store}, of ${counted(customers, 'customer')} (15 min)`,
        value: `${failures} in a row`,
        line: `${RUN_FAILURES} in a row, of ${RUN_CUSTOMERS} customers or more`,
        window: '15 min',
        counted: `the last ${failures} of ${counted(attempts, 'attempt')}; a sale without a named customer counts as one`,
      },
    )
  },
  runbook: {
    title: ESCALATION_SECTION,
    steps: [
      'Call the store at once: customers stand there. Can they pay in cash meanwhile?',
      'All at one reader or till? Restart it, send customers to another one.',
      'All with the same error? It is in this message: a refusal of banks, Stripe, our line, or our own system.',
      'Still failing after ten minutes: follow Payment System Outage and tell the store manager.',
    ],
  },
})

/** Rows about one store, one method, or customers one after the other. */
export const PLACES_RULES: readonly AlertRule[] = [repeatedFailures, storeLow, methodLow]
