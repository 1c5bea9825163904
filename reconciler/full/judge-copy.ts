import { nameOf, type CopyState, type DateState, type FilledState, type TrueState } from './copy-state.ts'
import { HASH_VERSION } from './sides.ts'

/** What is wrong with the copy of one date. */
export interface WrongDate {
  readonly date: string
  /** `missing` was never copied, `stale` is not what Postgres says now, `damaged` is not what was copied. */
  readonly why: 'missing' | 'stale' | 'damaged'
}

const SERIOUS = ['missing', 'stale', 'damaged'] as const

const sameFigures = (one: DateState, other: DateState): boolean =>
  one.rows === other.rows && one.amount === other.amount && one.fee === other.fee && one.net === other.net

const judge = (
  truth: TrueState | undefined,
  filled: FilledState | undefined,
  copy: CopyState | undefined,
): WrongDate['why'] | undefined => {
  // Damage first: that Postgres says something new does not excuse a copy that lost what it had.
  if (
    filled !== undefined &&
    (copy === undefined || !sameFigures(filled, copy) || filled.hashes !== copy.hashes)
  )
    return 'damaged'
  // Rows that nobody noted: a fill was killed before it could say that it was done.
  if (filled === undefined) return copy !== undefined ? 'stale' : truth && 'missing'
  if (truth === undefined) return 'stale'
  const isSame = filled.digest === truth.digest && filled.hashVersion === HASH_VERSION
  return isSame && sameFigures(filled, truth) ? undefined : 'stale'
}

/**
 * The dates whose copy is not what Postgres says, each with the gravest reason of its currencies. Nothing found here is a
 * difference of money: the copy is wrong, and is filled again.
 */
export const judgeCopy = (
  truth: readonly TrueState[],
  filled: readonly FilledState[],
  copy: readonly CopyState[],
): WrongDate[] => {
  const truths = new Map(truth.map((state) => [nameOf(state), state]))
  const fills = new Map(filled.map((state) => [nameOf(state), state]))
  const copies = new Map(copy.map((state) => [nameOf(state), state]))
  const wrong = new Map<string, WrongDate['why']>()
  for (const state of [...truth, ...filled, ...copy]) {
    const name = nameOf(state)
    const why = judge(truths.get(name), fills.get(name), copies.get(name))
    const before = wrong.get(state.date)
    if (why === undefined || (before && SERIOUS.indexOf(before) >= SERIOUS.indexOf(why))) continue
    wrong.set(state.date, why)
  }
  return [...wrong]
    .map(([date, why]) => ({ date, why }))
    .sort((one, other) => (one.date < other.date ? -1 : 1))
}
