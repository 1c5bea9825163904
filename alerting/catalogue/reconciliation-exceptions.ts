import type { AlertRule } from '../domain/rule.ts'
import { exceptionsMeasure, type ExceptionsReading } from '../measures/reconciliation/read-exceptions.ts'
import { counted, DAY_MS, judged, rule } from './rule-parts.ts'
import { moneyOf } from './money-in-words.ts'

const ABOUT_EXCEPTIONS = {
  slo: 'exceptions',
  component: 'reconciler',
  severity: 'warning',
  tell: ['finance'],
  pages: false,
  measure: exceptionsMeasure,
  explain: 'reconciliation',
} as const

/** 0.1 %: of fewer rows than this, less than one. */
const SHARE = { one: 1, of: 1_000 } as const

const overLine = ({ values }: ExceptionsReading) => values.filter(({ amount, line }) => amount > line)

const isShareHigh = ({ open, items }: ExceptionsReading): boolean =>
  items >= SHARE.of && open * SHARE.of > SHARE.one * items

const valuesInWords = (values: ExceptionsReading['values']): string =>
  values.map(({ currency, amount }) => moneyOf(amount, currency)).join(', ')

const lineInWords = ({ line, currency }: ExceptionsReading['values'][number]): string =>
  `more than ${moneyOf(line, currency)}`

const open = rule({
  ...ABOUT_EXCEPTIONS,
  name: 'ReconciliationExceptionsOpen',
  windowMs: 0,
  judge: (reading) => {
    const { open: count, high, items, values } = reading
    const worth = count === 0 ? '' : `, worth ${valuesInWords(values)}`
    return judged(
      high > 0 || overLine(reading).length > 0 || isShareHigh(reading),
      { value: count, line: 0, numerator: count, denominator: items },
      {
        headline: `${counted(count, 'exception')} open${worth} (${high} of high severity)`,
        value: `${counted(count, 'exception')}${worth}`,
        line: ['any of high severity', ...values.map(lineInWords), 'more than 0.1 % of the rows'].join(
          ', or ',
        ),
        window: 'now',
        counted: `${high} of high severity; ${counted(items, 'row')} compared in the last night`,
      },
    )
  },
  runbook: {
    title: 'Runbook section 4, weekly report; docs/exceptions.md',
    steps: [
      'GET /payments/api/reconciliation/exceptions?status=open, the worst first: each names both sides.',
      'Many of one kind: look for one cause (a day without webhooks, a wrong rate card) before touching single ones.',
      'Take each as its owner; resolve it with its reason. What moves money needs a second person.',
    ],
  },
  prometheus: { expr: 'sum(reconciliation_open_exceptions{severity=~"high|critical"}) > 0', for: '5m' },
})

const AGE_LINE_DAYS = 3

const aging = rule({
  ...ABOUT_EXCEPTIONS,
  slo: 'exception_age',
  name: 'ExceptionAging',
  windowMs: AGE_LINE_DAYS * DAY_MS,
  judge: ({ oldestDays }) =>
    judged(
      oldestDays !== null && oldestDays > AGE_LINE_DAYS,
      { value: oldestDays, line: AGE_LINE_DAYS },
      {
        headline:
          oldestDays === null
            ? 'No exception is open'
            : `The oldest open exception is ${counted(oldestDays, 'business day')} old, more than ${AGE_LINE_DAYS}`,
        value: oldestDays === null ? 'none is open' : counted(oldestDays, 'business day'),
        line: `more than ${AGE_LINE_DAYS} business days`,
        window: 'now',
      },
    ),
  runbook: {
    title: 'docs/exceptions.md',
    steps: [
      'GET /payments/api/reconciliation/exceptions?status=open, the oldest first: who owns it?',
      'Disputed facts go to Stripe with the object id; its owner notes the answer.',
      'What nobody can explain is written off by two people, with the reason.',
    ],
  },
  prometheus: { expr: 'max(reconciliation_oldest_exception_age_seconds) > 5 * 86400', for: '5m' },
})

const payoutMismatch = rule({
  ...ABOUT_EXCEPTIONS,
  slo: 'payout_sums',
  name: 'PayoutMismatch',
  windowMs: 0,
  judge: ({ payoutMismatches }) =>
    judged(
      payoutMismatches > 0,
      { value: payoutMismatches, line: 0 },
      {
        headline: `${counted(payoutMismatches, 'payout')} is not the sum of its balance transactions`,
        value: counted(payoutMismatches, 'payout'),
        line: 'more than 0',
        window: 'now',
      },
    ),
  runbook: {
    title: 'Runbook section 8; docs/exceptions.md',
    steps: [
      'Open the exception: it lists the payout, the sum of its items and the difference.',
      'Compare with the bank statement; the payout is what the bank received.',
      'Ask Stripe with the id of the payout; resolve the exception with the answer.',
    ],
  },
})

/** Rows about what does not agree. */
export const EXCEPTION_RULES: readonly AlertRule[] = [open, aging, payoutMismatch]
