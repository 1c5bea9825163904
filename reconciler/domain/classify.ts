import type { Category } from '#core/contracts/exceptions.ts'

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

/** One line of a decision table. */
export interface Rule<Fact> {
  readonly category: Category
  readonly when: (fact: Fact) => boolean
  readonly expected: (fact: Fact) => bigint
  readonly actual: (fact: Fact) => bigint
}

export type Hit = Pick<Finding, 'category' | 'expected' | 'actual'>

/** The first line of a table that holds: one fact has one category (architecture §3.2). */
export const firstHit = <Fact>(rules: readonly Rule<Fact>[], fact: Fact): Hit | undefined => {
  const rule = rules.find(({ when }) => when(fact))
  return rule && { category: rule.category, expected: rule.expected(fact), actual: rule.actual(fact) }
}

const together = (known: Finding, other: Finding): Finding => ({
  ...known,
  expected: known.expected + other.expected,
  actual: known.actual + other.actual,
  paymentId: known.paymentId ?? other.paymentId,
  businessDate: known.businessDate < other.businessDate ? known.businessDate : other.businessDate,
})

/** What is off, without its direction. */
const sizeOf = ({ expected, actual }: Finding): bigint =>
  actual < expected ? expected - actual : actual - expected

/** What most of one currency is about stands first; of equal sizes the earlier one, then what is missing. */
const byWeight = (one: Finding, other: Finding): number => {
  const [mine, theirs] = [sizeOf(one), sizeOf(other)]
  if (mine !== theirs) return mine > theirs ? -1 : 1
  if (one.businessDate !== other.businessDate) return one.businessDate < other.businessDate ? -1 : 1
  return one.actual < one.expected ? -1 : 1
}

/** Amounts of two currencies, or in two directions, are never added: the second stands beside the first in words. */
const beside = (known: Finding, { currency, expected, actual }: Finding): Finding => {
  const name = `besides_${currency}`
  const told = known.details[name]
  const words = `${expected} expected, ${actual} found`
  return { ...known, details: { ...known.details, [name]: told === undefined ? words : `${told}; ${words}` } }
}

const groupsOf = (findings: readonly Finding[], keyOf: (finding: Finding) => string): Finding[][] => {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    const key = keyOf(finding)
    groups.set(key, [...(groups.get(key) ?? []), finding])
  }
  return [...groups.values()]
}

/**
 * Findings of one category and object as one: their amounts add up, on the earliest date. What is too much and what is too
 * little are not set off against each other, as a withdrawal and a return of one dispute that both wait: the larger stands for
 * both. Of several currencies the first by its name stands for all. None is lost behind another, whatever their order.
 */
export const mergeFindings = (findings: readonly Finding[]): Finding[] =>
  groupsOf(findings, ({ category, object }) => JSON.stringify([category, object])).map((same) =>
    groupsOf(same, ({ currency, expected, actual }) => `${currency} ${actual < expected}`)
      .map((ofOne) => ofOne.reduce(together))
      .sort((one, other) =>
        one.currency === other.currency ? byWeight(one, other) : one.currency < other.currency ? -1 : 1,
      )
      .reduce(beside),
  )
