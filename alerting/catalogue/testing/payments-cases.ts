import {
  NO_ATTEMPTS,
  type AttemptCounts,
  type AttemptsReading,
} from '../../measures/payments/read-attempts.ts'
import type { RepeatedReading, UnfinishedReading } from '../../measures/payments/read-payments.ts'
import type { CodeReading, WeekReading } from '../../measures/payments/read-week.ts'
import type { PageTierReading } from '../../measures/payments/read-page-tier.ts'
import type { RuleCase } from './rule-case.ts'

const AT = new Date('2026-03-02T12:00:00.000Z')
const ago = (minutes: number, ms = 0): Date => new Date(AT.getTime() - minutes * 60_000 - ms)

const counts = (change: Partial<AttemptCounts>, labels = {}): AttemptsReading => ({
  labels,
  ...NO_ATTEMPTS,
  ...change,
})
/** So many of so many failed within the hour. */
const hour = (failures: number, attempts: number, labels = {}): AttemptsReading =>
  counts({ h1_failures: failures, h1_attempts: attempts }, labels)
const tier = (failures: number, attempts: number, lowSince: Date | null = null): PageTierReading => ({
  ...hour(failures, attempts),
  at: AT,
  lowSince,
})
/** System failures of the long and of the short window. */
const fast = (long: number, of: number, short: number, ofShort: number) =>
  counts({ h1_system: long, h1_attempts: of, m5_system: short, m5_attempts: ofShort })
const slow = (long: number, of: number, short: number, ofShort: number) =>
  counts({ h6_system: long, h6_attempts: of, m30_system: short, m30_attempts: ofShort })
const week = (long: number, of: number, short: number, ofShort: number): WeekReading => ({
  labels: {},
  days3: { system: long, attempts: of },
  hours6: { system: short, attempts: ofShort },
  weekAttempts: 0,
  codes: {},
})
const run = (failures: number, customers: number, attempts = failures) => ({
  labels: { store: 'bakery' },
  failures,
  customers,
  attempts,
})
const code = (
  failures: number,
  attempts: number,
  weekFailures: number,
  weekAttempts: number,
): CodeReading => ({
  labels: { decline_code: 'do_not_honor' },
  failures,
  attempts,
  weekFailures,
  weekAttempts,
})
const challenges = (passed: number, asked: number) => ({ labels: {}, passed, asked })
/** So many of so many took longer than the line, within the hour and within ten minutes. */
const p95 = (over: number, timed: number, fastOver = 0, fastTimed = 0) =>
  counts({ h1_over_line: over, h1_timed: timed, m10_over_line: fastOver, m10_timed: fastTimed })
const aboveTarget = (over: number, timed: number) => counts({ h1_over_target: over, h1_timed: timed })
const average = (sumMs: number, timed: number) => counts({ h1_latency_ms: sumMs, h1_timed: timed })
const unfinished = (processing: number, authorized = 0): UnfinishedReading => ({
  labels: {},
  at: AT,
  processing,
  oldest: processing === 0 ? null : ago(10, 1),
  authorized,
})
const trade = (attempts: number, ...formerWeeks: number[]) => ({ labels: {}, attempts, formerWeeks })
const repeated = (count: number): RepeatedReading => ({
  labels: {},
  repeated: count,
  samples: count === 0 ? [] : ['pay_2'],
})

/** Causes that explain whatever is wrong with payments. */
const OUTAGES: NonNullable<RuleCase['mutedBy']> = [
  ['DependencyDown', { dependency: 'postgres' }],
  ['PaymentGatewayDown'],
  ['StripeApiErrors'],
  ['StripeUnreachable', { dependency: 'stripe' }],
]
const LOW_OF_SHOP: NonNullable<RuleCase['mutedBy']> = [...OUTAGES, ['PaymentSuccessRateCritical']]

/** Rows about rates of success at their edges. */
const SUCCESS_CASES: readonly RuleCase[] = [
  {
    rule: 'PaymentSuccessRateLow',
    over: hour(501, 10_000),
    under: hour(5, 100),
    tooFew: hour(19, 19),
    mutedBy: LOW_OF_SHOP,
    also: [
      ['two failures are too few to be told of', hour(2, 20), 'quiet'],
      ['three of twenty are enough', hour(3, 20), 'breached'],
      ['three of fifty are told', hour(3, 50), 'breached'],
      ['no attempt is not 0 %', hour(0, 0), 'too_few'],
    ],
  },
  {
    rule: 'PaymentSuccessRateCritical',
    over: tier(4, 20),
    under: tier(3, 20),
    tooFew: tier(19, 19),
    mutedBy: OUTAGES,
    also: [
      ['six of fifty ring', tier(6, 50), 'breached'],
      ['three of fifty do not', tier(3, 50), 'quiet'],
      ['three of fifty left open for half an hour do', tier(3, 50, ago(30)), 'breached'],
      ['a millisecond less does not', tier(3, 50, ago(30, -1)), 'quiet'],
      ['left open, and good again', tier(5, 100, ago(60)), 'quiet'],
      ['the line itself, among many', tier(25, 500), 'quiet'],
      ['one below the line, among many', tier(26, 500), 'breached'],
    ],
  },
  {
    rule: 'PaymentSuccessRateBelowTarget',
    over: hour(3, 149),
    under: hour(2, 100),
    tooFew: hour(99, 99),
    mutedBy: [...LOW_OF_SHOP, ['PaymentSuccessRateLow']],
    also: [['a hundred are enough', hour(3, 100), 'breached']],
  },
  {
    rule: 'StoreSuccessRateLow',
    over: hour(5, 49, { store: 'bakery' }),
    under: hour(5, 50, { store: 'bakery' }),
    tooFew: hour(19, 19, { store: 'bakery' }),
    mutedBy: [
      ...LOW_OF_SHOP,
      ['PaymentSuccessRateLow'],
      ['RepeatedFailuresAcrossCustomers', { store: 'bakery' }],
    ],
    also: [['four failures are too few', hour(4, 20, { store: 'bakery' }), 'quiet']],
  },
  {
    rule: 'MethodSuccessRateLow',
    over: hour(5, 49, { method: 'card' }),
    under: hour(5, 50, { method: 'card' }),
    tooFew: hour(19, 19, { method: 'card' }),
    mutedBy: [...LOW_OF_SHOP, ['PaymentSuccessRateLow']],
  },
  {
    rule: 'RepeatedFailuresAcrossCustomers',
    over: run(5, 3, 9),
    under: run(4, 4, 9),
    tooFew: run(4, 4),
    mutedBy: LOW_OF_SHOP,
    also: [
      ['two customers who try again and again', run(9, 2), 'quiet'],
      ['nobody tried', run(0, 0), 'too_few'],
    ],
  },
  {
    rule: 'DeclineCodeSpike',
    // 10 of 66 are more than three times 5 of 100; 10 of 67 are not.
    over: code(10, 66, 5, 100),
    under: code(10, 67, 5, 100),
    tooFew: code(49, 49, 0, 1_000),
    mutedBy: LOW_OF_SHOP,
    also: [
      ['nine are too few to be a spike', code(9, 50, 0, 1_000), 'quiet'],
      ['a code never seen before', code(10, 50, 0, 1_000), 'breached'],
      ['a shop without a week to compare with', code(50, 50, 0, 99), 'too_few'],
    ],
  },
  {
    rule: 'AuthenticationDropOff',
    over: challenges(69, 100),
    under: challenges(70, 100),
    tooFew: challenges(0, 19),
    mutedBy: LOW_OF_SHOP,
  },
]

/** Rows about what is the system's own fault, at their edges. */
const BUDGET_CASES: readonly RuleCase[] = [
  {
    rule: 'PaymentErrorBudgetBurnFast',
    // 7.2 % of 1000 are 72.
    over: fast(73, 1_000, 73, 1_000),
    under: fast(72, 1_000, 100, 1_000),
    tooFew: fast(19, 19, 19, 19),
    mutedBy: OUTAGES,
    also: [['it has stopped: five minutes are good', fast(100, 1_000, 72, 1_000), 'quiet']],
  },
  {
    rule: 'PaymentErrorBudgetBurnSlow',
    over: slow(31, 1_000, 31, 1_000),
    under: slow(30, 1_000, 100, 1_000),
    tooFew: slow(49, 49, 49, 49),
    mutedBy: OUTAGES,
    also: [['half an hour is good', slow(100, 1_000, 30, 1_000), 'quiet']],
  },
  {
    rule: 'PaymentErrorBudgetBurnTicket',
    over: week(6, 1_000, 6, 1_000),
    under: week(5, 1_000, 9, 1_000),
    tooFew: week(199, 199, 9, 9),
    mutedBy: [...OUTAGES, ['PaymentErrorBudgetBurnFast'], ['PaymentErrorBudgetBurnSlow']],
    also: [['six hours are good', week(9, 1_000, 5, 1_000), 'quiet']],
  },
]

/** Rows about how long it takes, at their edges. */
const LATENCY_CASES: readonly RuleCase[] = [
  {
    rule: 'PaymentLatencyP95High',
    over: p95(6, 119),
    under: p95(6, 120),
    tooFew: p95(19, 19),
    mutedBy: OUTAGES,
    also: [
      ['two slow ones are too few', p95(2, 20), 'quiet'],
      ['three of twenty are enough', p95(3, 20), 'breached'],
      ['ten minutes alone', p95(3, 600, 3, 30), 'breached'],
      ['ten minutes with too few', p95(3, 600, 3, 29), 'quiet'],
    ],
  },
  {
    rule: 'PaymentLatencyP95AboveTarget',
    over: aboveTarget(6, 119),
    under: aboveTarget(6, 120),
    tooFew: aboveTarget(49, 49),
    mutedBy: [...OUTAGES, ['PaymentLatencyP95High']],
  },
  {
    rule: 'PaymentLatencyAvgAboveTarget',
    over: average(150_001, 50),
    under: average(150_000, 50),
    tooFew: average(999_999, 49),
    mutedBy: [...OUTAGES, ['PaymentLatencyP95High']],
  },
]

/** Rows about payments that do not come, do not end, or come twice, at their edges. */
const FLOW_CASES: readonly RuleCase[] = [
  {
    rule: 'PaymentStuckProcessing',
    over: unfinished(1),
    under: unfinished(0),
    tooFew: null,
    mutedBy: [...OUTAGES, ['PaymentsStuckProcessing']],
    also: [['authorised and never captured', unfinished(0, 1), 'breached']],
  },
  {
    rule: 'PaymentsStuckProcessing',
    over: unfinished(5),
    under: unfinished(4),
    tooFew: null,
    mutedBy: OUTAGES,
    also: [['what was not captured does not ring', unfinished(4, 100), 'quiet']],
  },
  {
    rule: 'PaymentsStopped',
    over: trade(0, 10, 10, 10, 10),
    under: trade(1, 100, 100, 100, 100),
    tooFew: trade(0, 9, 9, 10, 9),
    mutedBy: OUTAGES,
    also: [
      ['the mean of the middle weeks counts', trade(0, 0, 9, 11, 99), 'breached'],
      ['one week is no season', trade(0, 100), 'too_few'],
      ['a shop that is closed at this time', trade(0, 0, 0, 0, 0), 'too_few'],
    ],
  },
  { rule: 'DuplicateCharge', over: repeated(1), under: repeated(0), tooFew: null, mutedBy: [] },
]

/** The rows about card payments at their edges. */
export const PAYMENTS_CASES: readonly RuleCase[] = [
  ...SUCCESS_CASES,
  ...BUDGET_CASES,
  ...LATENCY_CASES,
  ...FLOW_CASES,
]
