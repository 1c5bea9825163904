import { shareOf } from '#core/money.ts'
import { CATEGORY_RULES } from './categories.ts'
import { exchangeDifference } from './exchange.ts'
import type { AtStripe, BalanceRow, Movement, PayoutState } from './facts.ts'

/** The categories of architecture §3.2, in the order of the decision table: the first hit wins, one fact has one category. */
export const CATEGORIES = [
  'unknown_type',
  'duplicate_in_stripe',
  'orphan_in_stripe',
  'missing_in_ledger',
  'duplicate_in_ledger',
  'missing_in_stripe',
  'status_mismatch',
  'currency_mismatch',
  'amount_mismatch',
  'fee_mismatch',
  'payout_mismatch',
  'payout_overdue',
  'clearing_overdue',
  'balance_mismatch',
] as const
export type Category = (typeof CATEGORIES)[number]

/** A balance transaction with what answers it; `expectedFee` is undefined when the rate card does not say. */
export interface RowFact {
  readonly row: BalanceRow
  readonly movement: Movement | undefined
  readonly expectedFee: bigint | undefined
}

/** A movement that no balance transaction answers. */
export interface MovementFact {
  readonly movement: Movement
  readonly atStripe: AtStripe
  readonly overdue: boolean
}

/** A payout; `unexplained` is what its items lack beyond what their own exceptions already say. */
export interface PayoutFact {
  readonly payout: PayoutState
  readonly unexplained: bigint
  readonly overdue: boolean
}

/** One exception as a run finds it; expected, actual and their difference are minor units of `currency`. */
export interface Finding {
  readonly category: Category
  readonly object: string
  readonly currency: string
  readonly expected: bigint
  readonly actual: bigint
  readonly businessDate: string
  readonly paymentId: string | null
  readonly details: Readonly<Record<string, string>>
}

interface Rule<Fact> {
  readonly category: Category
  readonly when: (fact: Fact) => boolean
  readonly expected: (fact: Fact) => bigint
  readonly actual: (fact: Fact) => bigint
}

/** What the row's amount is more than the movement says, in the row's currency; 0 when the rate explains it. */
const amountDifference = ({ row, movement }: RowFact): bigint => {
  if (movement === undefined) return 0n
  if (movement.currency === row.currency) return row.amount - movement.amount
  if (row.exchangeRate === null) return 0n
  const currencies = [movement.currency, row.currency] as const
  return exchangeDifference(movement.amount, row.amount, row.exchangeRate, currencies) ?? 0n
}

/** A row in the settlement's currency says its rate; one in another currency without a rate is wrong. */
const currencyDiffers = ({ row, movement }: RowFact): boolean =>
  movement !== undefined && movement.currency !== row.currency && row.exchangeRate === null

/** The decision table for rows, in order: the first that holds wins, one fact has one category (architecture §3.2). */
export const ROW_RULES: readonly Rule<RowFact>[] = [
  {
    category: 'unknown_type',
    when: ({ row }) => !CATEGORY_RULES.has(row.category),
    expected: () => 0n,
    actual: ({ row }) => row.net,
  },
  {
    category: 'missing_in_ledger',
    when: ({ row, movement }) =>
      movement === undefined && CATEGORY_RULES.get(row.category)?.account === undefined,
    expected: () => 0n,
    actual: ({ row }) => row.amount,
  },
  {
    category: 'currency_mismatch',
    when: currencyDiffers,
    // Nothing was expected in this currency; what was expected in the other one is named in the details, never subtracted.
    expected: () => 0n,
    actual: ({ row }) => row.amount,
  },
  {
    category: 'amount_mismatch',
    when: (fact) => amountDifference(fact) !== 0n,
    expected: (fact) => fact.row.amount - amountDifference(fact),
    actual: ({ row }) => row.amount,
  },
  {
    category: 'fee_mismatch',
    when: ({ row, movement, expectedFee }) =>
      movement !== undefined && expectedFee !== undefined && expectedFee !== row.fee,
    expected: ({ expectedFee }) => expectedFee ?? 0n,
    actual: ({ row }) => row.fee,
  },
]

/** The decision table for movements without a row. Before their time they are `timing` and no exception. */
export const MOVEMENT_RULES: readonly Rule<MovementFact>[] = [
  {
    category: 'missing_in_stripe',
    when: ({ overdue, atStripe }) => overdue && atStripe === 'absent',
    expected: ({ movement }) => movement.amount,
    actual: () => 0n,
  },
  {
    category: 'clearing_overdue',
    when: ({ overdue, atStripe }) => overdue && atStripe === 'present',
    expected: ({ movement }) => movement.amount,
    actual: () => 0n,
  },
]

/** The decision table for payouts. */
export const PAYOUT_RULES: readonly Rule<PayoutFact>[] = [
  {
    category: 'payout_mismatch',
    when: ({ unexplained }) => unexplained !== 0n,
    expected: ({ payout }) => payout.amount,
    actual: ({ payout, unexplained }) => payout.amount + unexplained,
  },
  {
    category: 'payout_overdue',
    when: ({ overdue }) => overdue,
    expected: ({ payout }) => payout.amount,
    actual: () => 0n,
  },
]

const firstHit = <Fact>(
  rules: readonly Rule<Fact>[],
  fact: Fact,
): Pick<Finding, 'category' | 'expected' | 'actual'> | undefined => {
  const rule = rules.find(({ when }) => when(fact))
  return rule && { category: rule.category, expected: rule.expected(fact), actual: rule.actual(fact) }
}

/** The exception that a balance transaction is, if any; its object is the balance transaction. */
export const classifyRow = (fact: RowFact): Finding | undefined => {
  const hit = firstHit(ROW_RULES, fact)
  const { row, movement } = fact
  return (
    hit && {
      ...hit,
      object: row.id,
      currency: row.currency,
      businessDate: row.businessDate,
      paymentId: movement?.paymentId ?? null,
      details: {
        reporting_category: row.category,
        type: row.type,
        ...(row.source === null ? {} : { source: row.source }),
        ...(movement === undefined
          ? {}
          : {
              counterpart: movement.key,
              counterpart_currency: movement.currency,
              counterpart_amount: movement.amount.toString(),
            }),
      },
    }
  )
}

/** The exception that an unanswered movement is, if any; its object is Stripe's object. */
export const classifyMovement = (fact: MovementFact): Finding | undefined => {
  const hit = firstHit(MOVEMENT_RULES, fact)
  const { movement } = fact
  return (
    hit && {
      ...hit,
      object: movement.object,
      currency: movement.currency,
      businessDate: movement.businessDate,
      paymentId: movement.paymentId,
      details: { account: movement.account, counterpart: movement.key },
    }
  )
}

/** The exception that a payout is, if any. */
export const classifyPayout = (fact: PayoutFact): Finding | undefined => {
  const hit = firstHit(PAYOUT_RULES, fact)
  const { payout } = fact
  return (
    hit && {
      ...hit,
      object: payout.id,
      currency: payout.currency,
      businessDate: payout.businessDate,
      paymentId: null,
      details: { status: payout.status },
    }
  )
}

/** Findings of one category and object as one: their amounts add up, on the earliest date. None is lost behind another. */
export const mergeFindings = (findings: readonly Finding[]): Finding[] => {
  const merged = new Map<string, Finding>()
  for (const finding of findings) {
    const key = JSON.stringify([finding.category, finding.object])
    const known = merged.get(key)
    merged.set(
      key,
      known === undefined || known.currency !== finding.currency
        ? finding
        : {
            ...known,
            expected: known.expected + finding.expected,
            actual: known.actual + finding.actual,
            businessDate:
              known.businessDate < finding.businessDate ? known.businessDate : finding.businessDate,
          },
    )
  }
  return [...merged.values()]
}

/** One line of the shop's rate card. */
export interface RateCardLine {
  readonly currency: string
  readonly basis_points: number
  readonly fixed: number
}

/**
 * The fee that the rate card sets: for a charge a share and a fixed part, for a refund nothing (stripe.md §5). Undefined for
 * other rows, other currencies, or a card without this currency.
 */
export const expectedFee = (
  row: BalanceRow,
  movement: Movement | undefined,
  rateCard: readonly RateCardLine[],
): bigint | undefined => {
  if (movement?.currency !== row.currency) return undefined
  const line = rateCard.find(({ currency }) => currency === row.currency)
  if (line !== undefined && row.category === 'refund') return 0n
  if (row.category !== 'charge') return undefined
  return line && shareOf(row.amount, BigInt(line.basis_points)) + BigInt(line.fixed)
}
