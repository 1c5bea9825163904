import type { AlertRule } from '../domain/rule.ts'
import { payoutsMeasure, stripeBalanceMeasure } from '../measures/reconciliation/read-money-at-stripe.ts'
import { moneyOf } from './money-in-words.ts'
import { counted, HOUR_MS, judged, rule, spanOf } from './rule-parts.ts'

const ABOUT_MONEY = {
  component: 'reconciler',
  severity: 'warning',
  tell: ['finance'],
  pages: false,
  explain: 'reconciliation',
} as const

const payoutOverdue = rule({
  ...ABOUT_MONEY,
  slo: 'payouts',
  name: 'PayoutOverdue',
  measure: payoutsMeasure,
  windowMs: 24 * HOUR_MS,
  judge: ({ overdue, lateMs, graceMs, amounts }) => {
    const worth = amounts.map(({ amount, currency }) => moneyOf(amount, currency)).join(', ')
    return judged(
      overdue > 0,
      { value: overdue, line: 0 },
      {
        headline:
          overdue === 0
            ? 'Every payout came in time'
            : `${counted(overdue, 'payout')} not arrived: ${worth}, more than ${spanOf(graceMs)} after the day it was due`,
        value: overdue === 0 ? 'none is late' : `${counted(overdue, 'payout')}, ${worth}`,
        line: `later than ${spanOf(graceMs)} after its arrival date`,
        window: 'now',
        ...(overdue === 0 ? {} : { counted: `the oldest is ${spanOf(lateMs)} beyond that` }),
      },
    )
  },
  runbook: {
    title: 'Runbook section 8, Receipt and Record Keeping',
    steps: [
      'Look at the payout in GET /payments/api/payouts and in Stripe: in transit, failed or held?',
      'Is it a bank holiday? Then it comes on the next working day.',
      "Ask the bank with Stripe's trace id; check that the bank account at Stripe is still ours.",
    ],
  },
  prometheus: { expr: 'max(payout_overdue_seconds) > 0', for: '5m' },
})

const negativeBalance = rule({
  ...ABOUT_MONEY,
  slo: 'stripe_balance',
  name: 'NegativeStripeBalance',
  measure: stripeBalanceMeasure,
  windowMs: HOUR_MS,
  forMs: HOUR_MS,
  whenGone: 'no_data',
  groupBy: ['currency'],
  judge: ({ labels, available }) => {
    const { currency = '' } = labels
    const held = moneyOf(available, currency)
    return judged(
      available < 0n,
      { value: Number(available), line: 0 },
      {
        headline: `Our balance at Stripe is below zero: ${held} available (for 1 h)`,
        value: held,
        line: 'below 0',
        window: '1 h',
      },
    )
  },
  runbook: {
    title: 'Runbook section 8, Dispute Resolution',
    steps: [
      "Stripe takes what is missing from the next sales or from the bank account: look at the account's balance there.",
      'What took it: refunds, disputes, a payout that came back? See the last balance transactions.',
      'If sales do not fill it within a day, top it up at Stripe, or refunds will fail.',
    ],
  },
})

/** Rows about money on its way between Stripe and the bank. */
export const MONEY_RULES: readonly AlertRule[] = [payoutOverdue, negativeBalance]
