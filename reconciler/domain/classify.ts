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
            paymentId: known.paymentId ?? finding.paymentId,
            businessDate:
              known.businessDate < finding.businessDate ? known.businessDate : finding.businessDate,
          },
    )
  }
  return [...merged.values()]
}
