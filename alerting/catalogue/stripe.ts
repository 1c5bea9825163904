import type { AlertRule } from '../domain/rule.ts'
import { pulseMeasure, type PulseReading } from '../measures/platform/read-pulses.ts'
import { probeMeasure } from '../measures/probes.ts'
import { counted, judged, MINUTE_MS, percentOf, rule, shareOf, spanOf } from './rule-parts.ts'

const stripeProbe = probeMeasure('stripe_probe', ['stripe'])

const ABOUT_STRIPE = { slo: 'stripe', component: 'stripe', explain: 'stripe', whenGone: 'no_data' } as const
const WINDOW_MS = 5 * MINUTE_MS
const NETWORK = 'Runbook section 3, Network Connection Issues'
const OTHER_MEANS =
  'Tell the tills to take cash or checks meanwhile (Runbook, Payment System Outage) and to write down what they cannot book.'
const HELP = 'Call Stripe (https://support.stripe.com) with a request id from our log.'

/** Outcomes of a call that are Stripe's own fault or the way to it; a refused card is none, and a wrong key has a row of its own. */
const PROVIDER_ERRORS = ['api_error', 'connection_error', 'rate_limited'] as const
const ERROR_LINE = 0.05
const MIN_CALLS = 20
/** Our own looks at Stripe are among the calls: a few that fail at night hurt nobody, and three in a row are StripeUnreachable. */
const MIN_ERRORS = 5

const outcomes = ({ stripeOutcomes }: PulseReading, names: readonly string[]): number =>
  names.reduce((sum, name) => sum + (stripeOutcomes[name] ?? 0), 0)

const apiErrors = rule({
  ...ABOUT_STRIPE,
  name: 'StripeApiErrors',
  severity: 'critical',
  tell: ['on_call', 'store_manager'],
  pages: true,
  measure: pulseMeasure,
  windowMs: WINDOW_MS,
  minSample: MIN_CALLS,
  forMs: 2 * MINUTE_MS,
  judge: (reading) => {
    const errors = outcomes(reading, PROVIDER_ERRORS)
    const calls = reading.stripeCalls
    const share = shareOf(errors, calls)
    return judged(
      calls < MIN_CALLS ? 'too_few' : errors >= MIN_ERRORS && errors > ERROR_LINE * calls,
      { value: share, line: ERROR_LINE, numerator: errors, denominator: calls },
      {
        headline: `${percentOf(share)} of the calls to Stripe fail, above 5 % (5 min, ${errors} of ${calls})`,
        value: percentOf(share),
        line: `above 5 %, and ${MIN_ERRORS} calls at least`,
        window: '5 min',
        counted: `${errors} of ${counted(calls, 'call')} failed; refused cards do not count`,
      },
    )
  },
  runbook: {
    title: NETWORK,
    steps: [
      'Look at status.stripe.com. If Stripe says it is down, wait with it and skip to the tills.',
      'Try Stripe from our machine: curl https://api.stripe.com/healthcheck. No answer means our own line, proxy or DNS.',
      'Was something released or a firewall changed? Undo it.',
      OTHER_MEANS,
      HELP,
    ],
  },
  prometheus: {
    expr: 'sum(rate(stripe_requests_total{outcome=~"api_error|connection_error|rate_limited"}[5m])) / (sum(rate(stripe_requests_total[5m])) > 0) > 0.05 and on() sum(increase(stripe_requests_total[5m])) >= 20 and on() sum(increase(stripe_requests_total{outcome=~"api_error|connection_error|rate_limited"}[5m])) >= 4.5',
    for: '2m',
  },
})

const FAILED_LOOKS = 3

const unreachable = rule({
  ...ABOUT_STRIPE,
  name: 'StripeUnreachable',
  severity: 'critical',
  tell: ['on_call', 'store_manager'],
  pages: true,
  measure: stripeProbe,
  windowMs: WINDOW_MS,
  origin: 'runbook',
  judge: ({ failuresInARow, failingForMs }) =>
    judged(
      failuresInARow >= FAILED_LOOKS,
      { value: failuresInARow, line: FAILED_LOOKS },
      {
        headline: `Stripe cannot be reached: ${counted(failuresInARow, 'look')} in a row without an answer (${spanOf(failingForMs)})`,
        value: failuresInARow === 0 ? 'answers' : `${counted(failuresInARow, 'look')} in a row unanswered`,
        line: `${FAILED_LOOKS} in a row`,
        window: 'asked every 10 s, 3 s to answer',
      },
    ),
  runbook: {
    title: NETWORK,
    steps: [
      'Check that our machine is online: does any other address answer?',
      'Try Stripe itself: curl https://api.stripe.com/healthcheck, and look at status.stripe.com from a phone.',
      OTHER_MEANS,
      'Nothing is lost: calls without an answer are settled with Stripe by themselves when it is back.',
      HELP,
    ],
  },
  prometheus: { expr: 'min(dependency_up{dependency="stripe"}) == 0', for: '30s' },
})

const RATE_LINE = 10

const rateLimited = rule({
  ...ABOUT_STRIPE,
  name: 'StripeRateLimited',
  severity: 'warning',
  tell: ['it_support'],
  pages: false,
  measure: pulseMeasure,
  windowMs: WINDOW_MS,
  judge: (reading) => {
    const count = outcomes(reading, ['rate_limited'])
    return judged(
      count >= RATE_LINE,
      { value: count, line: RATE_LINE, numerator: count, denominator: reading.stripeCalls },
      {
        headline: `Stripe turned ${counted(count, 'call')} away as too many, ${RATE_LINE} or more is a burst (5 min)`,
        value: counted(count, 'call'),
        line: `${RATE_LINE} or more`,
        window: '5 min',
        counted: `of ${counted(reading.stripeCalls, 'call')}`,
      },
    )
  },
  runbook: {
    title: 'Runbook section 5, Stripe Configuration Recovery',
    steps: [
      'Does something ask Stripe in a loop: a replay, a full reconciliation, another program with our key? Stop it.',
      'Payments come first: put off replays and full reconciliations until the evening.',
      'If it is the shop itself that grew, ask Stripe for a higher limit.',
    ],
  },
  prometheus: { expr: 'sum(increase(stripe_requests_total{outcome="rate_limited"}[5m])) >= 10', for: '0s' },
})

const authError = rule({
  ...ABOUT_STRIPE,
  slo: 'stripe_key',
  name: 'StripeAuthError',
  severity: 'critical',
  tell: ['on_call', 'it_support'],
  pages: true,
  measure: pulseMeasure,
  windowMs: WINDOW_MS,
  judge: (reading) => {
    const count = outcomes(reading, ['auth_error'])
    return judged(
      count > 0,
      { value: count, line: 0, numerator: count, denominator: reading.stripeCalls },
      {
        headline: `Stripe refused our key ${count === 1 ? 'once' : `${count} times`} (5 min): no card can be charged with it`,
        value: counted(count, 'call') + ' refused',
        line: 'more than 0',
        window: '5 min',
        counted: `of ${counted(reading.stripeCalls, 'call')}`,
      },
    )
  },
  runbook: {
    title: 'Runbook section 5, Stripe Configuration Recovery',
    steps: [
      "Was the key rolled or restricted in Stripe's dashboard? Put the new one into STRIPE_SECRET_KEY and start again.",
      'Is it a live key in live mode? npx tillwatch doctor names account and mode.',
      'If nobody rolled it, call the security team: somebody may have found it and Stripe has blocked it.',
      'Take one payment to the end before telling the tills.',
    ],
  },
  prometheus: { expr: 'sum(increase(stripe_requests_total{outcome="auth_error"}[5m])) > 0', for: '0s' },
})

/** Rows of the alert catalogue about Stripe itself. */
export const STRIPE_RULES: readonly AlertRule[] = [apiErrors, unreachable, rateLimited, authError]
