import { KPIS } from '#core/kpi/kpi.ts'
import type { AlertRule, Judgement, Reading, RuleSettings } from '../domain/rule.ts'
import { attemptsMeasure, WINDOW_MS } from '../measures/payments/read-attempts.ts'
import { WEEK_MS, weekMeasure } from '../measures/payments/read-week.ts'
import { KPI_SECTION, promAttempts, promSystem } from './payments-parts.ts'
import { judged, percentOf, rule, shareOf } from './rule-parts.ts'

interface Part {
  readonly attempts: number
  readonly system: number
}

/** How fast the error budget may burn: times the allowed share, in a long and a short window, of at least so many attempts. */
interface Burn {
  /** In tenths: 14.4 times is 144. */
  readonly tenths: number
  readonly minSample: number
  readonly long: string
  readonly short: string
}

/** share > tenths/10 * (1 - target), in integers. */
const isBurning = ({ attempts, system }: Part, tenths: number, { kpis }: RuleSettings): boolean => {
  const { numerator, denominator } = kpis.systemSuccess.target ?? KPIS.systemSuccess.target
  const allowed = denominator - numerator
  return BigInt(system) * 10n * denominator > BigInt(tenths) * allowed * BigInt(attempts)
}

const judgeBurn = <R extends Reading>(burn: Burn, partsOf: (reading: R) => readonly [Part, Part]) => {
  const { tenths, minSample, long, short } = burn
  return (reading: R, settings: RuleSettings): Judgement => {
    const [whole, recent] = partsOf(reading)
    const { target } = settings.kpis.systemSuccess
    const { numerator, denominator } = target ?? KPIS.systemSuccess.target
    const line = (tenths * Number(denominator - numerator)) / (10 * Number(denominator))
    const share = shareOf(whole.system, whole.attempts)
    const now = shareOf(recent.system, recent.attempts)
    return judged(
      whole.attempts < minSample
        ? 'too_few'
        : isBurning(whole, tenths, settings) && isBurning(recent, tenths, settings),
      { value: share, line, numerator: whole.system, denominator: whole.attempts },
      {
        headline: `${percentOf(share)} of the payments failed by no fault of the customer or the bank, above ${percentOf(line)} (${long}, ${whole.system} of ${whole.attempts})`,
        value: `${percentOf(share)} in ${long}, ${percentOf(now)} in ${short}`,
        line: `above ${percentOf(line)} in both`,
        window: `${long} and ${short}`,
        counted: `${whole.system} of ${whole.attempts} card attempts failed at Stripe, on the way or in our own system`,
      },
    )
  }
}

const ABOUT_BUDGET = {
  slo: 'system_success',
  component: 'payments',
  explain: 'attempts',
  whenGone: 'no_data',
} as const

const STEPS = [
  'Whose fault is it? The message says: Stripe, the network between us, our own system, or a wrong setting.',
  'Stripe: look at its status page. The network: does our machine reach other addresses?',
  'Our own system or a setting: what was released or changed last? Undo it.',
  'Tell the tills to take cash meanwhile if it does not stop within ten minutes (Runbook, Payment System Outage).',
]

const prom = (tenths: number, long: string, short: string, min: number): string => {
  const line = Number(((tenths / 10) * 0.005).toFixed(4))
  return `${promSystem(long)} / (${promAttempts(long)} > 0) > ${line} and ${promSystem(short)} / (${promAttempts(short)} > 0) > ${line} and ${promAttempts(long)} >= ${min}`
}

const FAST = { tenths: 144, minSample: 20, long: '1 h', short: '5 min' } as const
const fast = rule({
  ...ABOUT_BUDGET,
  name: 'PaymentErrorBudgetBurnFast',
  severity: 'critical',
  tell: ['on_call'],
  pages: true,
  measure: attemptsMeasure,
  windowMs: WINDOW_MS.h1,
  minSample: FAST.minSample,
  judge: judgeBurn(FAST, (reading) => [
    { attempts: reading.h1_attempts, system: reading.h1_system },
    { attempts: reading.m5_attempts, system: reading.m5_system },
  ]),
  runbook: { title: KPI_SECTION, steps: STEPS },
  prometheus: { expr: prom(FAST.tenths, '1h', '5m', FAST.minSample), for: '0s' },
})

const SLOW = { tenths: 60, minSample: 50, long: '6 h', short: '30 min' } as const
const slow = rule({
  ...ABOUT_BUDGET,
  name: 'PaymentErrorBudgetBurnSlow',
  severity: 'critical',
  tell: ['on_call'],
  pages: true,
  measure: attemptsMeasure,
  windowMs: WINDOW_MS.h6,
  minSample: SLOW.minSample,
  judge: judgeBurn(SLOW, (reading) => [
    { attempts: reading.h6_attempts, system: reading.h6_system },
    { attempts: reading.m30_attempts, system: reading.m30_system },
  ]),
  runbook: { title: KPI_SECTION, steps: STEPS },
  prometheus: { expr: prom(SLOW.tenths, '6h', '30m', SLOW.minSample), for: '0s' },
})

const TICKET = { tenths: 10, minSample: 200, long: '3 d', short: '6 h' } as const
const ticket = rule({
  ...ABOUT_BUDGET,
  name: 'PaymentErrorBudgetBurnTicket',
  severity: 'warning',
  tell: ['it_support'],
  pages: false,
  measure: weekMeasure,
  windowMs: WEEK_MS.days3,
  minSample: TICKET.minSample,
  judge: judgeBurn(TICKET, ({ days3, hours6 }) => [days3, hours6]),
  runbook: {
    title: 'Runbook section 4, Review Error Trends',
    steps: [
      'Nobody need be woken. Which failure class is it, at which hours, at which tills?',
      'Open a task with what you found; at this pace the budget of the month is used up before its end.',
      'Mend what comes back, and update the steps of its alert when they did not help.',
    ],
  },
  prometheus: { expr: prom(TICKET.tenths, '3d', '6h', TICKET.minSample), for: '0s' },
})

/** Rows about failures that are nobody's fault but the system's. */
export const BUDGET_RULES: readonly AlertRule[] = [fast, slow, ticket]
