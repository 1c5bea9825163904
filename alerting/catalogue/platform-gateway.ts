import type { AlertRule } from '../domain/rule.ts'
import { pulseMeasure } from '../measures/platform/read-pulses.ts'
import { counted, judged, MINUTE_MS, percentOf, rule, SECOND_MS, shareOf, spanOf } from './rule-parts.ts'

const OUTAGE = 'Runbook, Payment System Outage'
const SILENT_MS = MINUTE_MS

const ABOUT_GATEWAY = {
  slo: 'gateway',
  component: 'gateway',
  severity: 'critical',
  pages: true,
  measure: pulseMeasure,
  origin: 'runbook',
  explain: 'attempts',
} as const

const down = rule({
  ...ABOUT_GATEWAY,
  name: 'PaymentGatewayDown',
  tell: ['on_call', 'store_manager', 'management'],
  windowMs: SILENT_MS,
  // A platform that was just started has not given a sign of life yet.
  forMs: 15 * SECOND_MS,
  explain: null,
  judge: ({ at, anyAt, gatewayAt }) => {
    // Nobody at all writes signs of life: then nothing is known of the gateway either.
    if (anyAt === null)
      return judged(
        'no_data',
        { value: null, line: SILENT_MS / 1_000 },
        { headline: 'No process gives signs of life', value: 'nothing is known', line: 'none for 60 s' },
      )
    const silentMs = gatewayAt === null ? null : at.getTime() - gatewayAt.getTime()
    const since = silentMs === null ? 'for an hour or longer' : `for ${spanOf(silentMs)}`
    return judged(
      silentMs === null || silentMs > SILENT_MS,
      { value: silentMs === null ? null : silentMs / 1_000, line: SILENT_MS / 1_000 },
      {
        headline: `No payment gateway has given a sign of life ${since}: tills cannot take cards`,
        value: `no sign of life ${since}`,
        line: 'none for 60 s',
        window: 'each gives one every 5 s',
      },
    )
  },
  runbook: {
    title: OUTAGE,
    steps: [
      'Tell the tills to take cash or checks, and to write down every sale.',
      'Does /healthz answer? If not, start the gateway again: npx tillwatch start gateway, or the container.',
      'If it ends at once, its first error line names the cause: database, setting, disk.',
      'When it answers, take one payment to the end before the tills go back to cards.',
      'Tell management since when, and how many sales were written down.',
    ],
  },
  prometheus: {
    expr: 'up{job="tillwatch",service="gateway"} == 0 or absent(up{job="tillwatch",service="gateway"})',
    for: '1m',
  },
})

const ERROR_LINE = 0.05
const MIN_ANSWERS = 20

const errors = rule({
  ...ABOUT_GATEWAY,
  name: 'PaymentGatewayErrors',
  tell: ['on_call', 'it_support'],
  windowMs: 5 * MINUTE_MS,
  minSample: MIN_ANSWERS,
  forMs: 2 * MINUTE_MS,
  judge: ({ answers, serverErrors }) => {
    const share = shareOf(serverErrors, answers)
    return judged(
      answers < MIN_ANSWERS ? 'too_few' : serverErrors > ERROR_LINE * answers,
      { value: share, line: ERROR_LINE, numerator: serverErrors, denominator: answers },
      {
        headline: `${percentOf(share)} of the gateway's answers are errors of ours, above 5 % (5 min, ${serverErrors} of ${answers})`,
        value: percentOf(share),
        line: 'above 5 %',
        window: '5 min',
        counted: `${serverErrors} of ${counted(answers, 'answer')} were 500 or above`,
      },
    )
  },
  runbook: {
    title: 'Runbook section 3, Escalation Procedures: system errors',
    steps: [
      'Open /readyz: it names the dependency that does not answer.',
      'Read the ERROR lines of the payment log; the same code everywhere means one cause.',
      'If it began with a release, go back to the one before.',
      'While tills are refused, have them take cash or checks.',
    ],
  },
  prometheus: {
    expr: 'sum(rate(http_requests_total{status_class="5xx"}[5m])) / (sum(rate(http_requests_total[5m])) > 0) > 0.05 and on() sum(increase(http_requests_total[5m])) >= 20',
    for: '2m',
  },
})

/** Rows about whether tills can be served. */
export const GATEWAY_RULES: readonly AlertRule[] = [down, errors]
