import { shuffled } from './plan.ts'
import type { Outcome, Variant } from './run-variant.ts'
import { PLACES } from './steps.ts'

const plain = (name: string, pageSize: number, seed: number): Variant => ({
  name,
  pageSize,
  seed,
  lateSeed: null,
  places: [],
})

/** Places that every night has, whatever the page size. */
const ANYWHERE = PLACES.filter((place) => !/#3|healed|ghost|po_|drained/.test(place))

/** The same month another way: page sizes, and orders in which facts are written. */
export const READINGS: readonly Variant[] = [
  plain('pages of 100, as made', 100, 1),
  plain('pages of 7', 7, 1),
  plain('pages of 1', 1, 1),
  plain('pages of 100, shuffled', 100, 20_161_101),
  plain('pages of 7, shuffled again', 7, 42),
]

/** The same, killed: at every place with pages of 7, at some with pages of 1 and of 100. */
export const KILLED: readonly Variant[] = [
  { ...plain(`pages of 7, shuffled, killed at ${PLACES.length} places`, 7, 7), places: PLACES },
  { ...plain('pages of 1, killed at 5 places', 1, 8), places: shuffled(ANYWHERE, 8).slice(0, 5) },
  { ...plain('pages of 100, killed at 5 places', 100, 9), places: shuffled(ANYWHERE, 9).slice(0, 5) },
]

/** A sixth of the movements one to three nights late: other versions on the way, the same in the end. */
export const LATE: readonly Variant[] = [
  { ...plain('pages of 7, a sixth told late', 7, 10), lateSeed: 10 },
  { ...plain('pages of 100, another sixth told late', 100, 11), lateSeed: 11 },
]

/** What is wrong with the outcomes of variants, in words; nothing when the month is the same whatever way it went. */
export const judge = (outcomes: readonly Outcome[]): string[] => {
  const [first, ...others] = outcomes
  if (first === undefined) return ['nothing was run']
  const isLate = ({ variant }: Outcome) => LATE.some(({ name }) => name === variant)
  const wanted = new Map(KILLED.map(({ name, places }) => [name, places]))
  return [
    ...others
      .filter((one) => !isLate(one) && one.digest !== first.digest)
      .map((one) => `${one.variant}: other certificates`),
    ...others
      .filter((one) => one.finals !== first.finals)
      .map((one) => `${one.variant}: states something else in the end`),
    ...others
      .filter((one) => isLate(one) && one.certificates.length <= first.certificates.length)
      .map((one) => `${one.variant}: lateness made no new version`),
    ...outcomes
      .filter((one) => !wanted.has(one.variant) && one.troubled > 0)
      .map((one) => `${one.variant}: ${one.troubled} runs needed more than one attempt`),
    ...outcomes.filter(({ staged }) => staged > 0).map((one) => `${one.variant}: pages left behind`),
    ...outcomes.flatMap((one) =>
      (wanted.get(one.variant) ?? [])
        .filter((place) => !one.killed.some((kill) => kill.place === place))
        .map((place) => `${one.variant}: never killed at ${place}`),
    ),
  ]
}

/** Where and on which nights processes were killed, for people. */
export const killsOf = (outcomes: readonly Outcome[]): string =>
  outcomes
    .flatMap((one) => one.killed.map(({ place, date }) => `${date}  ${one.variant}: ${place}`))
    .join('\n')
