import { CATEGORIES, expectationOf, type Category, type Figures } from './expectations.ts'
import type { Planted } from './stripe-hand.ts'

/** An exception as the platform's API shows it. */
export interface Exception {
  readonly category: string
  readonly object: string
  readonly currency: string
  readonly difference: number
  readonly expected: number
  readonly actual: number
  readonly date: string
}

/** One line of the table. */
export interface Line {
  readonly category: Category
  readonly planted: number
  readonly found: number
  readonly missed: number
  readonly false: number
}

export interface Comparison {
  readonly lines: readonly Line[]
  /** Facts that no exception shows as it should, with what was seen of them. */
  readonly missed: readonly string[]
  /** Exceptions that are no fact, with the edit that they come from where there is one. */
  readonly false: readonly string[]
  readonly nearMisses: { readonly planted: number; readonly silent: number }
}

const matches = (category: Category, figures: Figures, exception: Exception): boolean =>
  exception.category === category &&
  exception.currency === figures.currency &&
  exception.difference === figures.difference &&
  (figures.expected === undefined || exception.expected === figures.expected) &&
  exception.object === figures.object

const show = ({ category, object, currency, expected, actual, date }: Exception): string =>
  `${category} ${object} ${currency} ${expected} -> ${actual} (${date})`

const describe = ({ kind, facts }: Planted): string =>
  `"${kind}" of ${facts.object} (row ${facts.row}): ${facts.was.currency} ${facts.was.amount} -> ${facts.currency} ${facts.amount}, fee ${facts.was.fee} -> ${facts.fee}`

const touches = ({ facts }: Planted, { object }: Exception): boolean =>
  object === facts.object || object === facts.row

/** Compares what was planted with what is open: each fact is one exception, and each exception is a fact. */
export const compare = (planted: readonly Planted[], exceptions: readonly Exception[]): Comparison => {
  const left = new Set(exceptions)
  const found = new Map<string, number>()
  const missed: { category: Category; fact: Planted }[] = []
  const facts = planted.filter(({ kind }) => expectationOf(kind).category !== null)
  for (const fact of facts) {
    const { category, figures } = expectationOf(fact.kind)
    if (category === null || !figures) continue
    const allowed = [figures(fact.facts)].flat()
    const hit = [...left].find((exception) => allowed.some((one) => matches(category, one, exception)))
    if (hit) left.delete(hit)
    if (hit) found.set(category, (found.get(category) ?? 0) + 1)
    else missed.push({ category, fact })
  }
  const silent = planted.filter(({ kind }) => expectationOf(kind).category === null)
  const loud = silent.filter((near) => [...left].some((exception) => touches(near, exception)))
  return {
    lines: CATEGORIES.map((category) => ({
      category,
      planted: facts.filter(({ kind }) => expectationOf(kind).category === category).length,
      found: found.get(category) ?? 0,
      missed: missed.filter((one) => one.category === category).length,
      false: [...left].filter((exception) => exception.category === category).length,
    })),
    missed: missed.map(({ category, fact }) => {
      const seen = exceptions.filter((exception) => touches(fact, exception)).map(show)
      return `${category}: ${describe(fact)}; seen: ${seen.join(', ') || 'nothing'}`
    }),
    false: [...left].map((exception) => {
      const of = planted.filter((one) => touches(one, exception)).map(describe)
      return `${show(exception)}; planted: ${of.join(' and ') || 'nothing'}`
    }),
    nearMisses: { planted: silent.length, silent: silent.length - loud.length },
  }
}
