import type { DisputeRateReading, StoreDisputesReading } from '../../measures/disputes/read-disputes.ts'
import type { RuleCase } from './rule-case.ts'

const AT = new Date('2026-03-02T12:00:00.000Z')

const store = (change: Partial<StoreDisputesReading>): StoreDisputesReading => ({
  labels: { store: 'bakery' },
  at: AT,
  opened: 0,
  warnings: 0,
  dueSoon: 0,
  firstDue: null,
  ...change,
})
const rate = (disputes: number, payments: number): DisputeRateReading => ({ labels: {}, disputes, payments })

/** The rows about disputes and fraud at their edges. */
export const DISPUTES_CASES: readonly RuleCase[] = [
  { rule: 'DisputeOpened', over: store({ opened: 1 }), under: store({}), tooFew: null, mutedBy: [] },
  {
    rule: 'DisputeEvidenceDueSoon',
    over: store({ dueSoon: 1, firstDue: new Date(AT.getTime() + 3_600_000) }),
    under: store({}),
    tooFew: null,
    mutedBy: [],
  },
  {
    rule: 'DisputeRateHigh',
    // 13 of 2,000 are 0.65 % itself.
    over: rate(13, 1_999),
    under: rate(13, 2_000),
    tooFew: rate(99, 99),
    mutedBy: [],
    also: [['a hundred are enough', rate(1, 100), 'breached']],
  },
  { rule: 'FraudFlagged', over: store({ warnings: 1 }), under: store({}), tooFew: null, mutedBy: [] },
]
