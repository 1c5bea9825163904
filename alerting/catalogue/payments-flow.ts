import type { AlertRule } from '../domain/rule.ts'
import {
  PAYMENT_MS,
  repeatedMeasure,
  unfinishedMeasure,
  type UnfinishedReading,
} from '../measures/payments/read-payments.ts'
import { RUN_MS } from '../measures/payments/read-runs.ts'
import { medianOf, tradeMeasure } from '../measures/payments/read-trade.ts'
import { counted, judged, rule, spanOf } from './rule-parts.ts'

const ABOUT_STUCK = {
  slo: 'payments_stuck',
  component: 'payments',
  measure: unfinishedMeasure,
  explain: 'payments',
  windowMs: PAYMENT_MS.processing,
} as const

const stuckWords = ({ at, processing, oldest, authorized }: UnfinishedReading, line: string) => ({
  headline:
    processing === 0 && authorized > 0
      ? `${counted(authorized, 'payment')} authorised more than 5 days ago and not captured`
      : `${counted(processing, 'payment')} processing for more than 10 min, the oldest for ${oldest === null ? 'no time' : spanOf(at.getTime() - oldest.getTime())}`,
  value: `${processing} processing, ${authorized} not captured`,
  line,
  window: 'processing for more than 10 min, or authorised more than 5 days ago',
})

const STUCK_STEPS = [
  'Open each payment and have it ask Stripe (POST /payments/api/payments/{id}/sync): most come to their end by it.',
  'Tell the cashier to wait and not to charge again: the customer may have paid. The payment page says it when it is known.',
  'Stripe says processing, too: the network of the cards is slow; it answers in the end.',
  'Authorised and not captured: capture it or cancel it before the bank lets go of the money.',
]

const stuck = rule({
  ...ABOUT_STUCK,
  name: 'PaymentStuckProcessing',
  severity: 'warning',
  tell: ['it_support'],
  pages: false,
  judge: (reading) =>
    judged(
      reading.processing + reading.authorized > 0,
      { value: reading.processing + reading.authorized, line: 0 },
      stuckWords(reading, 'more than 0'),
    ),
  runbook: { title: 'Runbook section 2, Transaction Status Meanings', steps: STUCK_STEPS },
  prometheus: { expr: 'max(payments_stuck) > 0', for: '0s' },
})

const MANY = 5

const manyStuck = rule({
  ...ABOUT_STUCK,
  name: 'PaymentsStuckProcessing',
  severity: 'critical',
  tell: ['on_call', 'it_support'],
  pages: true,
  minSample: MANY,
  judge: (reading) =>
    judged(
      reading.processing >= MANY,
      { value: reading.processing, line: MANY },
      stuckWords(reading, `${MANY} or more processing`),
    ),
  runbook: {
    title: 'Runbook section 2, Transaction Status Meanings',
    steps: [
      'Many at once have one cause: does the worker run (/readyz), does Stripe answer, do webhooks come in?',
      ...STUCK_STEPS,
    ],
  },
  prometheus: { expr: `max(payments_stuck) >= ${MANY}`, for: '0s' },
})

const EXPECTED = 10
/** One week is no season. */
const WEEKS_MIN = 2

const stopped = rule({
  name: 'PaymentsStopped',
  slo: 'payments_stopped',
  component: 'payments',
  severity: 'critical',
  tell: ['on_call', 'store_manager'],
  pages: true,
  measure: tradeMeasure,
  windowMs: RUN_MS,
  minSample: EXPECTED,
  judge: ({ attempts, formerWeeks }) => {
    const usual = medianOf(formerWeeks) ?? 0
    // A closed shop says nothing of whether it would work: an alert of the afternoon is not over because it is evening.
    const finding =
      attempts > 0 ? false : formerWeeks.length < WEEKS_MIN || usual < EXPECTED ? 'too_few' : true
    return judged(
      finding,
      { value: attempts, line: 0, numerator: attempts, denominator: Math.floor(usual) },
      {
        headline:
          attempts > 0
            ? `${counted(attempts, 'payment')} in the last 15 min`
            : `No card payment for 15 min, where there usually are ${usual}`,
        value: counted(attempts, 'card attempt'),
        line: `none, while ${EXPECTED} or more are usual at this time of the week`,
        window: '15 min',
        counted: `usually ${usual}: the median of ${counted(formerWeeks.length, 'former week')}`,
      },
    )
  },
  runbook: {
    title: 'Runbook, Payment System Outage',
    steps: [
      'Call a store: are they open, do the tills work, what do the cashiers see?',
      'Open and nothing works: take cash or checks, write down every sale; is our gateway up (/readyz)?',
      'Open and nobody tried: a holiday, an event? Then close this alert and say so in its note.',
      'Tell the manager since when, how many payments are usual at this time, and what they amount to.',
    ],
  },
  // What is usual at this hour only our own events say.
  prometheus: null,
})

const duplicate = rule({
  name: 'DuplicateCharge',
  slo: 'duplicate_charge',
  component: 'payments',
  severity: 'critical',
  tell: ['store_manager', 'finance'],
  pages: true,
  measure: repeatedMeasure,
  windowMs: PAYMENT_MS.shown,
  judge: ({ repeated, samples }) =>
    judged(
      repeated > 0,
      { value: repeated, line: 0 },
      {
        headline: `${counted(repeated, 'card payment')} looks like a second charge: same sale, amount and card within 10 min`,
        value: counted(repeated, 'second charge'),
        line: 'more than 0',
        window: 'within 10 min of each other, in the last hour',
        more: samples.length === 0 ? [] : [{ name: 'Payments', value: samples.join(', ') }],
      },
    ),
  runbook: {
    title: 'Runbook section 2, Transaction Management',
    steps: [
      'Open the sale: was it paid in two equal parts on purpose? Ask the cashier.',
      'If not, refund the later payment and tell the customer before he notices.',
      'Keep both payment ids with the incident: finance looks for them in the next reconciliation.',
    ],
  },
})

/** Rows about payments that do not come, do not end, or come twice. */
export const FLOW_RULES: readonly AlertRule[] = [stuck, manyStuck, stopped, duplicate]
