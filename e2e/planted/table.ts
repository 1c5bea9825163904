import { CATEGORIES } from './expectations.ts'
import type { Proof } from './proof.ts'

/** One line of the printed table: a category over all stages of some seeds. */
export interface Total {
  readonly category: string
  readonly planted: number
  readonly found: number
  readonly missed: number
  readonly false: number
}

/** Sums the stages of proofs by category. */
export const totalsOf = (proofs: readonly Proof[]): Total[] => {
  const lines = proofs.flatMap(({ stages }) => stages.flatMap(({ comparison }) => comparison.lines))
  return CATEGORIES.map((category) => {
    const of = lines.filter((line) => line.category === category)
    const sum = (field: 'planted' | 'found' | 'missed' | 'false') =>
      of.reduce((total, line) => total + line[field], 0)
    return {
      category,
      ...{ planted: sum('planted'), found: sum('found'), missed: sum('missed'), false: sum('false') },
    }
  })
}

const share = (part: number, whole: number): string =>
  whole === 0 ? '-' : `${((part / whole) * 100).toFixed(1)} %`

/** The table as text, with recall and precision. */
export const tableOf = (proofs: readonly Proof[]): string => {
  const nearMisses = proofs.flatMap(({ stages }) => stages.map(({ comparison }) => comparison.nearMisses))
  const near = nearMisses.reduce((total, one) => total + one.planted, 0)
  const silent = nearMisses.reduce((total, one) => total + one.silent, 0)
  const rows = totalsOf(proofs).map((line) => [
    line.category,
    ...[line.planted, line.found, line.missed, line.false].map(String),
    share(line.found, line.planted),
    share(line.found, line.found + line.false),
  ])
  const head = ['category', 'planted', 'found', 'missed', 'false', 'recall', 'precision']
  const text = [head, ...rows].map((cells) =>
    cells.map((cell, index) => (index === 0 ? cell.padEnd(20) : cell.padStart(10))).join(''),
  )
  const odd = proofs.reduce((sum, { traded }) => sum + traded.odd, 0)
  return [...text, `near misses: ${near} edits, ${silent} silent; ${odd} sales that only look wrong`].join(
    '\n',
  )
}

/** Everything in a proof that is not as it must be; empty when it holds. */
export const faultsOf = (proof: Proof): string[] => [
  ...proof.before.map((trouble) => `before any edit: ${trouble}`),
  ...proof.stages.flatMap(({ name, comparison }) => [
    ...comparison.missed.map((line) => `${name}: missed ${line}`),
    ...comparison.false.map((line) => `${name}: false ${line}`),
  ]),
  ...proof.repeated
    .filter(({ opened, posted, versions }) => opened + posted + versions > 0)
    .map((again) => `a second run did something: ${JSON.stringify(again)}`),
  ...proof.after.map((trouble) => `after all was put back: ${trouble}`),
]
