import type { BalanceReading as LedgerReading } from '../../measures/ledger/read-balance.ts'
import type { ExceptionsReading } from '../../measures/reconciliation/read-exceptions.ts'
import type { BalanceReading, PayoutsReading } from '../../measures/reconciliation/read-money-at-stripe.ts'
import type { RunsReading } from '../../measures/reconciliation/read-runs.ts'
import type { RuleCase } from './rule-case.ts'

const AT = new Date('2026-03-02T12:00:00.000Z')
const HOUR_MS = 3_600_000
const ago = (hours: number, ms = 0): Date => new Date(AT.getTime() - hours * HOUR_MS - ms)

const ledger = (entries: number, isWhole = true): LedgerReading => ({
  labels: {},
  entries,
  samples: entries === 0 ? [] : ['jrn_1'],
  amounts: entries === 0 ? [] : [{ currency: 'gbp', amount: 100n }],
  isWhole,
})
const runs = (change: Partial<RunsReading>): RunsReading => ({
  labels: {},
  at: AT,
  lastSuccess: AT,
  firstSale: ago(1_000),
  failed: null,
  looksFailingSince: null,
  uncertified: 0,
  firstUncertified: null,
  ...change,
})
const exceptions = (change: Partial<ExceptionsReading>): ExceptionsReading => ({
  labels: {},
  open: 0,
  high: 0,
  values: [],
  items: 0,
  payoutMismatches: 0,
  oldestDays: null,
  ...change,
})
const worth = (amount: bigint): ExceptionsReading =>
  exceptions({ open: 1, items: 100, values: [{ currency: 'gbp', amount, line: 10_000n }] })
const payouts = (overdue: number): PayoutsReading => ({
  labels: {},
  overdue,
  lateMs: 0,
  graceMs: 24 * HOUR_MS,
  amounts: [{ currency: 'gbp', amount: 1_234n }],
})
const balance = (available: bigint): BalanceReading => ({ labels: { currency: 'gbp' }, available })
const failedRun = (attempts: number) =>
  runs({ failed: { date: '2026-03-01', attempts, code: 'internal_error' } })

/** The row about the ledger at its edges. */
export const LEDGER_CASES: readonly RuleCase[] = [
  {
    rule: 'LedgerImbalance',
    over: ledger(1),
    under: ledger(0),
    tooFew: null,
    mutedBy: [],
    also: [
      ['nothing is proven before the first round is over', ledger(0, false), 'too_few'],
      ['what is found before it is found', ledger(1, false), 'breached'],
    ],
  },
]

/** The rows about reconciliation at their edges. */
export const RECONCILIATION_CASES: readonly RuleCase[] = [
  {
    rule: 'ReconciliationMissed',
    over: runs({ lastSuccess: ago(26, 1) }),
    under: runs({ lastSuccess: ago(26) }),
    tooFew: null,
    mutedBy: [],
    also: [
      ['never one since the first sale', runs({ lastSuccess: null, firstSale: ago(26, 1) }), 'breached'],
      ['a shop in its first day', runs({ lastSuccess: null, firstSale: ago(20) }), 'quiet'],
      ['a shop that sold nothing', runs({ lastSuccess: null, firstSale: null }), 'quiet'],
    ],
  },
  { rule: 'ReconciliationFailed', over: failedRun(2), under: failedRun(1), tooFew: null, mutedBy: [] },
  {
    rule: 'ReconciliationLooksFailing',
    over: runs({ looksFailingSince: ago(0.25, 1) }),
    under: runs({ looksFailingSince: ago(0.25) }),
    tooFew: null,
    mutedBy: [['ReconciliationFailed'], ['ReconciliationMissed']],
  },
  {
    rule: 'UncertifiedDay',
    over: runs({ uncertified: 1, firstUncertified: '2026-03-01' }),
    under: runs({}),
    tooFew: null,
    mutedBy: [['ReconciliationFailed'], ['ReconciliationMissed']],
  },
  {
    rule: 'ReconciliationExceptionsOpen',
    over: worth(10_001n),
    under: worth(10_000n),
    tooFew: null,
    mutedBy: [],
    also: [
      ['one of high severity', exceptions({ open: 1, high: 1, items: 1 }), 'breached'],
      ['more than one in a thousand', exceptions({ open: 3, items: 2_999 }), 'breached'],
      ['one in a thousand', exceptions({ open: 3, items: 3_000 }), 'quiet'],
      ['of fewer than a thousand the share says nothing', exceptions({ open: 900, items: 999 }), 'quiet'],
      ['none is open', exceptions({}), 'quiet'],
    ],
  },
  {
    rule: 'ExceptionAging',
    over: exceptions({ open: 1, oldestDays: 4 }),
    under: exceptions({ open: 1, oldestDays: 3 }),
    tooFew: null,
    mutedBy: [['ReconciliationMissed']],
  },
  {
    rule: 'PayoutMismatch',
    over: exceptions({ open: 1, payoutMismatches: 1 }),
    under: exceptions({ open: 1 }),
    tooFew: null,
    mutedBy: [],
  },
  { rule: 'PayoutOverdue', over: payouts(1), under: payouts(0), tooFew: null, mutedBy: [] },
  { rule: 'NegativeStripeBalance', over: balance(-1n), under: balance(0n), tooFew: null, mutedBy: [] },
]
