import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** A label whose values are known only at the start, and which are as many as there are of what it is named after. */
export interface Named {
  readonly oneOf: string
}

/** A label that is bounded by what the product has: its routes, its rules, the shop's currencies. */
export const each = (oneOf: string): Named => ({ oneOf })

/** Labels of a metric: each with all its values, or with what bounds them. Never ids, amounts or names of people. */
export type Labels = Readonly<Record<string, readonly string[] | Named>>

type Combination = Readonly<Record<string, string>>

/** A metric as data: what the page of all metrics says of it and what `createMetrics` makes of it. */
export interface Definition<
  Kind extends 'counter' | 'gauge' | 'histogram' = 'counter' | 'gauge' | 'histogram',
  L extends Labels = Labels,
> {
  readonly kind: Kind
  readonly name: string
  readonly help: string
  readonly labels: L
  readonly buckets: readonly number[]
  /** Which combinations of labels there can be, where not all. */
  readonly only: ((one: Combination) => boolean) | null
}

const NO_LABELS = {}

/** A counter; its name ends in `_total`. */
export const counter = <L extends Labels = typeof NO_LABELS>(
  name: string,
  help: string,
  labels: L = NO_LABELS as L,
  only: Definition['only'] = null,
): Definition<'counter', L> => ({ kind: 'counter', name, help, labels, buckets: [], only })

/** A gauge; it shows nothing until it was measured. */
export const gauge = <L extends Labels = typeof NO_LABELS>(
  name: string,
  help: string,
  labels: L = NO_LABELS as L,
): Definition<'gauge', L> => ({ kind: 'gauge', name, help, labels, buckets: [], only: null })

/** A histogram in seconds with its own buckets. */
export const histogram = <L extends Labels = typeof NO_LABELS>(
  name: string,
  help: string,
  buckets: readonly number[],
  labels: L = NO_LABELS as L,
): Definition<'histogram', L> => ({ kind: 'histogram', name, help, labels, buckets, only: null })

type Name<L> = keyof L & string

/** What a definition becomes. */
export type Made<D> =
  D extends Definition<'counter', infer L>
    ? Counter<Name<L>>
    : D extends Definition<'gauge', infer L>
      ? Gauge<Name<L>>
      : D extends Definition<'histogram', infer L>
        ? Histogram<Name<L>>
        : never

/** Has a gauge show nothing: what was not measured is not 0. */
export const forget = (gauge: Pick<Gauge, 'reset' | 'remove'>): void => {
  gauge.reset()
  // Reset, a gauge without labels would show 0.
  gauge.remove({})
}

/** Every combination of the labels' values; none when one of them is known only at the start. */
export const combinationsOf = ({ labels, only }: Pick<Definition, 'labels' | 'only'>): Combination[] => {
  let combinations: Combination[] = [{}]
  for (const [label, values] of Object.entries(labels)) {
    if ('oneOf' in values) return []
    combinations = combinations.flatMap((one) => values.map((value) => ({ ...one, [label]: value })))
  }
  return only === null ? combinations : combinations.filter(only)
}

/** What a value outside its label's set is counted as: no caller can make series without end. */
export const OTHER = 'other'

type Given = Readonly<Record<string, string | number>>

/** Keeps every label inside its set. */
const boundsOf = (labels: Labels): ((given: Given) => Given) => {
  const sets = Object.entries(labels).flatMap(([label, values]) =>
    'oneOf' in values ? [] : [[label, new Set<unknown>(values)] as const],
  )
  return (given) => {
    let kept = given
    for (const [label, set] of sets)
      if (given[label] !== undefined && !set.has(given[label])) kept = { ...kept, [label]: OTHER }
    return kept
  }
}

const isGiven = (value: unknown): value is Given => typeof value === 'object' && value !== null

type Call = (first?: unknown, second?: number) => void

const keepInside = (call: Call, labels: Labels): Call => {
  const bound = boundsOf(labels)
  return (first, second) => {
    if (isGiven(first)) call(bound(first), second)
    else call(first)
  }
}

type Config = Readonly<{ name: string; help: string; labelNames: string[]; registers: Registry[] }>

const makeCounter = (definition: Definition, config: Config): Counter => {
  const made = new Counter(config)
  made.inc = keepInside(made.inc.bind(made) as Call, definition.labels)
  for (const combination of combinationsOf(definition)) made.inc(combination, 0)
  return made
}

const makeHistogram = (definition: Definition, config: Config): Histogram => {
  const made = new Histogram({ ...config, buckets: [...definition.buckets] })
  made.observe = keepInside(made.observe.bind(made) as Call, definition.labels)
  for (const combination of combinationsOf(definition)) made.zero(combination)
  return made
}

const makeGauge = (definition: Definition, config: Config): Gauge => {
  const made = new Gauge(config)
  made.set = keepInside(made.set.bind(made) as Call, definition.labels)
  forget(made)
  return made
}

/**
 * Makes the metric. Counters and histograms stand at 0 for every combination of their labels from the start: a series that
 * is born with its first failure shows no increase. A label's value outside its set is shown as `other`.
 */
export const make = <D extends Definition>(definition: D, registry: Registry): Made<D> => {
  const { kind, name, help, labels } = definition
  const config = { name, help, labelNames: Object.keys(labels), registers: [registry] }
  const makers = { counter: makeCounter, gauge: makeGauge, histogram: makeHistogram }
  return makers[kind](definition, config) as Made<D>
}
