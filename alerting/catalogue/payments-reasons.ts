import type { AlertRule } from '../domain/rule.ts'
import { CHALLENGE_MS, challengesMeasure } from '../measures/payments/read-challenges.ts'
import { codesMeasure } from '../measures/payments/read-week.ts'
import { rateOf } from './payments-parts.ts'
import { counted, HOUR_MS, judged, percentOf, rule, shareOf } from './rule-parts.ts'

const ABOUT_REASONS = {
  slo: 'success_rate',
  component: 'payments',
  severity: 'warning',
  tell: ['it_support'],
  pages: false,
  explain: 'attempts',
} as const

const SPIKE = { times: 3, failures: 10, attempts: 50, weekAttempts: 100 } as const

const codeSpike = rule({
  ...ABOUT_REASONS,
  name: 'DeclineCodeSpike',
  measure: codesMeasure,
  windowMs: HOUR_MS,
  minSample: SPIKE.attempts,
  groupBy: ['decline_code'],
  judge: ({ labels, failures, attempts, weekFailures, weekAttempts }) => {
    const isFew = attempts < SPIKE.attempts || weekAttempts < SPIKE.weekAttempts
    // failures/attempts > 3 * weekFailures/weekAttempts, without dividing.
    const isSpike =
      failures >= SPIKE.failures && failures * weekAttempts > SPIKE.times * weekFailures * attempts
    const share = shareOf(failures, attempts)
    const usual = shareOf(weekFailures, weekAttempts)
    return judged(
      isFew ? 'too_few' : isSpike,
      { value: share, line: (usual ?? 0) * SPIKE.times, numerator: failures, denominator: attempts },
      {
        headline: `Decline code ${labels['decline_code'] ?? ''}: ${percentOf(share)} of the attempts, usually ${percentOf(usual)} (1 h, ${failures} of ${attempts})`,
        value: `${percentOf(share)} of the attempts`,
        line: `more than ${SPIKE.times} times the week's ${percentOf(usual)}, and ${SPIKE.failures} or more`,
        window: '1 h, against the 7 days before',
        counted: `${failures} of ${counted(attempts, 'attempt')}; ${weekFailures} of ${weekAttempts} in the week before`,
      },
    )
  },
  runbook: {
    title: 'Runbook section 3, Card Declined',
    steps: [
      'What does the code mean? The payment pages say it in plain words, with what the cashier should do.',
      'One bank or brand of card only? Then it is theirs; cashiers offer another card.',
      'Many small amounts or many cards in a row at one till? That may be fraud: call the security team.',
      'Did it begin with a change of ours (amounts, currencies, a new reader)? Undo it.',
    ],
  },
  prometheus: {
    expr: 'sum by (decline_code) (increase(payment_declines_total[1h])) >= 10 and sum by (decline_code) (increase(payment_declines_total[1h])) / on () group_left () sum(increase(payments_total{outcome=~"succeeded|failed"}[1h])) > 3 * sum by (decline_code) (increase(payment_declines_total[7d] offset 1h)) / on () group_left () sum(increase(payments_total{outcome=~"succeeded|failed"}[7d] offset 1h)) and on () sum(increase(payments_total{outcome=~"succeeded|failed"}[1h])) >= 50',
    for: '0s',
  },
})

const DROP_OFF_LINE = 0.3
const MIN_ASKED = 20

const dropOff = rule({
  ...ABOUT_REASONS,
  name: 'AuthenticationDropOff',
  measure: challengesMeasure,
  windowMs: CHALLENGE_MS.window,
  minSample: MIN_ASKED,
  judge: ({ asked, passed }) => {
    const lost = asked - passed
    return judged(
      asked < MIN_ASKED ? 'too_few' : lost * 10 > asked * 3,
      { value: shareOf(lost, asked), line: DROP_OFF_LINE, numerator: lost, denominator: asked },
      {
        headline: `${lost} of ${asked} customers did not complete 3-D Secure, only ${rateOf(passed, asked)} did (1 h)`,
        value: `${percentOf(shareOf(lost, asked))} not completed`,
        line: `above ${percentOf(DROP_OFF_LINE, 0)}`,
        window: '1 h, each with 10 min to answer',
        counted: `${lost} of ${counted(asked, 'customer')} who were asked`,
      },
    )
  },
  runbook: {
    title: 'Runbook section 3, Authentication Required',
    steps: [
      'Ask a cashier what customers see: no message from the bank, a page that does not open, too little time?',
      'Guide customers through it: they need their phone, and may try once more.',
      'One bank only? It is theirs; offer another card. All banks? Look at the status page of Stripe.',
    ],
  },
})

/** Rows about why attempts fail. */
export const REASONS_RULES: readonly AlertRule[] = [codeSpike, dropOff]
