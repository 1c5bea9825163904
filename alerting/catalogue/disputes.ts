import type { AlertRule } from '../domain/rule.ts'
import { disputeRateMeasure, DISPUTE_MS, storeDisputesMeasure } from '../measures/disputes/read-disputes.ts'
import { counted, judged, percentOf, rule, shareOf, spanOf } from './rule-parts.ts'

const ABOUT_STORES = {
  component: 'disputes',
  measure: storeDisputesMeasure,
  groupBy: ['store'],
  explain: 'payments',
} as const

const RESOLUTION = 'Runbook section 8, Dispute Resolution'

const opened = rule({
  ...ABOUT_STORES,
  name: 'DisputeOpened',
  severity: 'warning',
  slo: 'disputes',
  tell: ['store_manager', 'finance', 'compliance'],
  pages: false,
  windowMs: DISPUTE_MS.isNew,
  keepMs: 0,
  origin: 'runbook',
  judge: ({ labels, opened: count }) =>
    judged(
      count > 0,
      { value: count, line: 0 },
      {
        headline:
          count === 0
            ? `No new dispute at ${labels['store'] ?? 'the shop'} in the last hour; those before are in the list of tasks`
            : `${counted(count, 'new dispute')} at ${labels['store'] ?? 'the shop'} (1 h)`,
        value: counted(count, 'new dispute'),
        line: 'more than 0',
        window: '1 h',
      },
    ),
  runbook: {
    title: RESOLUTION,
    steps: [
      'GET /payments/api/disputes names payment, amount, reason and by when to answer.',
      'Collect what shows that the customer bought and received it: receipt, lines of the sale, signature.',
      "Answer in Stripe's dashboard before the date, or accept the loss there.",
      'Write every talk with the customer down as a note of the payment.',
    ],
  },
  prometheus: { expr: 'sum(increase(disputes_total{outcome="opened"}[1h])) > 0', for: '0s' },
})

const dueSoon = rule({
  ...ABOUT_STORES,
  name: 'DisputeEvidenceDueSoon',
  severity: 'critical',
  slo: 'dispute_evidence',
  tell: ['store_manager', 'compliance'],
  // Two days are left: nobody is woken for it.
  pages: false,
  windowMs: DISPUTE_MS.dueSoon,
  keepMs: 0,
  judge: ({ at, labels, dueSoon: count, firstDue }) => {
    const left = firstDue === null ? null : spanOf(firstDue.getTime() - at.getTime())
    return judged(
      count > 0,
      { value: count, line: 0 },
      {
        headline:
          left === null
            ? `Every dispute at ${labels['store'] ?? 'the shop'} that is due within 48 h has its evidence`
            : `${counted(count, 'dispute')} at ${labels['store'] ?? 'the shop'} without evidence, the first is due in ${left}`,
        value: counted(count, 'dispute') + ' without evidence',
        line: 'due in less than 48 h',
        window: '48 h',
        ...(left === null ? {} : { counted: `the first is due in ${left}` }),
      },
    )
  },
  runbook: {
    title: RESOLUTION,
    steps: [
      "Send what there is now, in Stripe's dashboard: an answer that comes too late is a lost dispute.",
      'If there is nothing to send, accept the dispute there: that ends it.',
    ],
  },
  prometheus: { expr: 'sum(disputes_evidence_due{within="48h"}) > 0', for: '5m' },
})

/** 0.65 %, as parts of ten thousand: card networks begin to watch a shop near it. */
const RATE_LINE_BP = 65
const BP = 10_000
const RATE_MIN_PAYMENTS = 100

const rateHigh = rule({
  name: 'DisputeRateHigh',
  severity: 'warning',
  slo: 'dispute_rate',
  component: 'disputes',
  tell: ['compliance', 'store_manager'],
  pages: false,
  measure: disputeRateMeasure,
  windowMs: DISPUTE_MS.rate,
  minSample: RATE_MIN_PAYMENTS,
  judge: ({ disputes, payments }) => {
    const share = shareOf(disputes, payments)
    return judged(
      payments < RATE_MIN_PAYMENTS ? 'too_few' : disputes * BP > RATE_LINE_BP * payments,
      { value: share, line: RATE_LINE_BP / BP, numerator: disputes, denominator: payments },
      {
        headline: `${percentOf(share, 2)} of the payments are disputed, above 0.65 % (30 d, ${disputes} of ${payments})`,
        value: percentOf(share, 2),
        line: 'above 0.65 %',
        window: '30 d',
        counted: `${counted(disputes, 'dispute')} of ${counted(payments, 'card payment')}; inquiries do not count`,
      },
    )
  },
  runbook: {
    title: RESOLUTION,
    steps: [
      'By what reason are they? Fraud: see FraudFlagged. "Not received": look at how goods are handed over.',
      'Refund what is likely to be disputed before it is: a refund costs less and does not count.',
      'Above 0.75 % to 1 % networks put a shop under watch and charge for it: tell compliance now.',
    ],
  },
})

const fraud = rule({
  ...ABOUT_STORES,
  name: 'FraudFlagged',
  severity: 'critical',
  slo: 'fraud',
  tell: ['security', 'store_manager'],
  pages: true,
  windowMs: DISPUTE_MS.isNew,
  keepMs: 0,
  origin: 'runbook',
  judge: ({ labels, warnings }) =>
    judged(
      warnings > 0,
      { value: warnings, line: 0 },
      {
        headline:
          warnings === 0
            ? `No new warning of fraud at ${labels['store'] ?? 'the shop'} that something can be done about`
            : `${counted(warnings, 'payment')} at ${labels['store'] ?? 'the shop'} reported as fraud by the bank (1 h)`,
        value: counted(warnings, 'warning'),
        line: 'more than 0',
        window: '1 h, until it is refunded or disputed',
      },
    ),
  runbook: {
    title: 'Runbook section 7, Fraud',
    steps: [
      'Look at the payment and at others of the same card: were the goods handed over?',
      'Not handed over: stop it. Refund the payment before it becomes a dispute, which costs a fee besides.',
      'More than one in an hour: call the security team; somebody may be trying cards.',
      'Do not tell the customer what the bank suspects.',
    ],
  },
  prometheus: { expr: 'sum(increase(fraud_flags_total{severity="high"}[1h])) > 0', for: '0s' },
})

/** Rows of the alert catalogue about disputes and fraud. */
export const DISPUTES_RULES: readonly AlertRule[] = [opened, dueSoon, rateHigh, fraud]
