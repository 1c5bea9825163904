import { CATEGORY_RULES } from './categories.ts'
import { isOrphan, isSecondCharge } from './claims.ts'
import { firstHit, type Finding, type Rule } from './classify.ts'
import { exchangeDifference, type RateUnits } from './exchange.ts'
import type { BalanceRow, Claim, Movement, SourceFacts } from './facts.ts'
import { totalOf, type Answer } from './pair.ts'
import { isReturned, statusDiffers, worthIn } from './status.ts'

/** A balance transaction with all that is known of it. */
export interface RowFact {
  readonly row: BalanceRow
  /** The rows that are one fact with it, and the movement that they answer. */
  readonly answer: Answer
  /** For a charge the row that takes its money back, for that row the charge; undefined without one. */
  readonly counter: Answer | undefined
  /** What the row is about, as Stripe shows it; undefined when Stripe shows no such thing. */
  readonly source: SourceFacts | undefined
  /** What of ours a charge without a movement can be of; undefined when nobody asked. */
  readonly claim: Claim | undefined
  /** The object is known here: we keep a status of it, or the ledger has a movement of it. */
  readonly isKnown: boolean
  /** Our own status of the object, where we keep one. */
  readonly statusOfOurs: string | undefined
  /** By the rate card; undefined when it does not say. */
  readonly expectedFee: bigint | undefined
  /** What the items of the payout sum to, for the own row of an itemised one. */
  readonly payoutItemsNet: bigint | undefined
  /** In which units Stripe states its rates, as its other rows show; undefined when none has shown it yet. */
  readonly rateUnits: RateUnits | undefined
}

const ruleOf = ({ row }: RowFact) => CATEGORY_RULES.get(row.category)

/** Only the row that stands for all says what all of them lack. */
const isMain = ({ row, answer }: RowFact): boolean => answer.main?.id === row.id

const differenceOfRows = (
  rows: readonly BalanceRow[],
  movement: Movement,
  units: RateUnits | undefined,
): bigint => {
  const [first] = rows
  if (first === undefined) return 0n
  const total = totalOf(rows)
  if (movement.currency === first.currency) return total - movement.amount
  if (first.exchangeRate === null) return 0n
  const exchange = {
    charged: movement.amount,
    chargedIn: movement.currency,
    settled: total,
    settledIn: first.currency,
    rate: first.exchangeRate,
  }
  return exchangeDifference(exchange, units) ?? 0n
}

/** A payout that says another amount than its items: its own row agrees with them and is not what is wrong. */
const agreesWithItems = ({ row, payoutItemsNet }: RowFact): boolean =>
  payoutItemsNet !== undefined && row.amount === -payoutItemsNet

/** What the rows are more than the movement says, in their currency; 0 when the rate explains it. */
export const amountDifference = (fact: RowFact): bigint => {
  const { answer } = fact
  if (answer.movement === undefined || !isMain(fact) || agreesWithItems(fact)) return 0n
  return differenceOfRows(answer.rows, answer.movement, fact.rateUnits)
}

/** What the object itself is more than the movement says, though its row agrees; in the movement's currency. */
const objectDifference = (fact: RowFact): bigint => {
  const { source, answer } = fact
  if (!isMain(fact) || answer.movement === undefined || source?.moved == null) return 0n
  return source.currency === answer.movement.currency ? source.moved - answer.movement.amount : 0n
}

/** The charge's own currency is not ours; or a row of another currency does not say at which rate it was settled. */
const currencyDiffers = (fact: RowFact): boolean => {
  const { row, answer, source } = fact
  const { movement } = answer
  if (movement === undefined || !isMain(fact)) return false
  if (source?.currency != null && source.currency !== movement.currency) return true
  return movement.currency !== row.currency && row.exchangeRate === null
}

/** What a row brings back more than its object moved; 0 when the rate explains it, or when nobody can say. */
const returnDifference = ({ row, source, rateUnits }: RowFact): bigint => {
  if (source?.moved == null || source.currency === null) return 0n
  if (source.currency === row.currency) return row.amount + source.moved
  if (row.exchangeRate === null) return 0n
  const exchange = {
    charged: -source.moved,
    chargedIn: source.currency,
    settled: row.amount,
    settledIn: row.currency,
    rate: row.exchangeRate,
  }
  return exchangeDifference(exchange, rateUnits) ?? 0n
}

/**
 * True for the row that brings the money of an object back as Stripe tells it of that object: it came back, by this row and
 * no second one, and all of it. Of an object that Stripe does not show nothing speaks against it.
 */
const bringsBack = (fact: RowFact): boolean => {
  const { row, source } = fact
  if (source === undefined) return true
  const isItsRow = source.failureRow === null || source.failureRow === row.id
  return isReturned(source.status) && isItsRow && returnDifference(fact) === 0n
}

/**
 * The account that takes a row which nothing of ours answers: Stripe made it by itself. What follows from an object, as the
 * failure of a refund, is explained only where that object is ours and says the same.
 */
export const explainingAccount = (fact: RowFact): string | undefined => {
  const { account, answeredBy } = ruleOf(fact) ?? {}
  return answeredBy === undefined || (fact.isKnown && bringsBack(fact)) ? account : undefined
}

const isUnanswered = (fact: RowFact): boolean =>
  fact.answer.movement === undefined && explainingAccount(fact) === undefined

/** Takes back the money of a charge that we still have as captured. */
const takesBackOurs = ({ row, counter, source }: RowFact): boolean =>
  row.category === 'charge_failure' && counter?.movement !== undefined && source?.status === 'failed'

const isUnansweredCharge = (fact: RowFact): boolean =>
  isUnanswered(fact) && fact.source?.kind === 'charge' && fact.answer.main?.category === 'charge'

const standsOtherwise = (fact: RowFact): boolean => {
  const { answer, source, statusOfOurs } = fact
  // A payout is judged as a payout, by its row or without.
  if (source === undefined || source.kind === 'payout') return false
  const isOurs = answer.movement !== undefined || takesBackOurs(fact)
  return isOurs && statusDiffers(source, statusOfOurs)
}

/** What the object is worth in a state; said once, by the row that stands for all. */
const worth = (fact: RowFact, status: string): bigint =>
  isMain(fact) && fact.answer.movement ? worthIn(status, fact.answer.movement.amount) : 0n

const theirWorth = (fact: RowFact): bigint =>
  fact.source?.captured === false ? 0n : worth(fact, fact.source?.status ?? STANDING)

/** What we posted stands, where we keep no status. */
const STANDING = 'succeeded'

const nothing = (): bigint => 0n
const rowAmount = ({ row }: RowFact): bigint => row.amount

/** The decision table for balance transactions, in order: the first line that holds wins (architecture §3.2). */
export const ROW_RULES: readonly Rule<RowFact>[] = [
  {
    category: 'unknown_type',
    when: ({ row }) => !CATEGORY_RULES.has(row.category),
    expected: nothing,
    actual: ({ row }) => row.net,
  },
  {
    category: 'duplicate_in_stripe',
    when: (fact) => isUnansweredCharge(fact) && fact.claim !== undefined && isSecondCharge(fact.claim),
    expected: nothing,
    actual: rowAmount,
  },
  {
    category: 'orphan_in_stripe',
    when: (fact) => isUnansweredCharge(fact) && fact.claim !== undefined && isOrphan(fact.claim),
    expected: nothing,
    actual: rowAmount,
  },
  {
    category: 'missing_in_ledger',
    when: (fact) => isUnanswered(fact) && !takesBackOurs(fact),
    expected: nothing,
    actual: rowAmount,
  },
  {
    category: 'status_mismatch',
    when: standsOtherwise,
    expected: (fact) => worth(fact, fact.statusOfOurs ?? STANDING),
    actual: theirWorth,
  },
  {
    category: 'currency_mismatch',
    when: currencyDiffers,
    // Nothing was expected in this currency; what was expected in the other one is named in the details, never subtracted.
    expected: nothing,
    actual: rowAmount,
  },
  {
    category: 'amount_mismatch',
    when: (fact) => amountDifference(fact) !== 0n,
    expected: (fact) => totalOf(fact.answer.rows) - amountDifference(fact),
    actual: (fact) => totalOf(fact.answer.rows),
  },
  {
    category: 'amount_mismatch',
    when: (fact) => objectDifference(fact) !== 0n,
    expected: ({ answer }) => answer.movement?.amount ?? 0n,
    actual: ({ source }) => source?.moved ?? 0n,
  },
  {
    category: 'fee_mismatch',
    when: ({ row, answer, expectedFee }) =>
      answer.movement !== undefined && expectedFee !== undefined && expectedFee !== row.fee,
    expected: ({ expectedFee }) => expectedFee ?? 0n,
    actual: ({ row }) => row.fee,
  },
]

/**
 * True for a charge that failed after all and the row that takes it back, where nothing of ours is about it: the money came
 * and went, and no fact is left.
 */
export const cameToNothing = ({ answer, counter, source }: RowFact): boolean => {
  if (source?.status !== 'failed' || answer.movement !== undefined || counter === undefined) return false
  return counter.movement === undefined && totalOf([...answer.rows, ...counter.rows]) === 0n
}

/** Worth and amounts of the object are in our movement's currency, amounts of the row in the row's. */
const currencyOf = (fact: RowFact, category: Finding['category']): string => {
  const isOfObject =
    category === 'status_mismatch' || (category === 'amount_mismatch' && amountDifference(fact) === 0n)
  return (isOfObject ? fact.answer.movement?.currency : undefined) ?? fact.row.currency
}

/** What the exception is about: a state is the object's, money is the row's, or of the row that stands for it. */
const objectOf = ({ row, answer, source }: RowFact, category: Finding['category']): string => {
  if (category === 'status_mismatch') return source?.id ?? row.id
  return answer.movement === undefined ? (answer.main?.id ?? row.id) : row.id
}

const detailsOf = ({ row, answer, source, claim, statusOfOurs }: RowFact): Finding['details'] => ({
  reporting_category: row.category,
  type: row.type,
  ...(row.source === null ? {} : { source: row.source }),
  ...(source?.status == null ? {} : { status: source.status }),
  ...(statusOfOurs === undefined ? {} : { status_ours: statusOfOurs }),
  ...(claim?.sale == null ? {} : { sale: claim.sale }),
  ...(answer.movement === undefined
    ? {}
    : {
        counterpart: answer.movement.key,
        counterpart_currency: answer.movement.currency,
        counterpart_amount: answer.movement.amount.toString(),
      }),
})

/** The exception that a balance transaction is, if any. */
export const classifyRow = (fact: RowFact): Finding | undefined => {
  if (cameToNothing(fact)) return undefined
  const hit = firstHit(ROW_RULES, fact)
  const { row, answer } = fact
  return (
    hit && {
      ...hit,
      object: objectOf(fact, hit.category),
      currency: currencyOf(fact, hit.category),
      businessDate: row.businessDate,
      paymentId: answer.movement?.paymentId ?? null,
      details: detailsOf(fact),
    }
  )
}
