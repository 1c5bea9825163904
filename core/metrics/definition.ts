import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** Labels of a metric: each with all its values, or null where the code that sets them bounds them (routes, rules). */
export type Labels = Readonly<Record<string, readonly string[] | null>>

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
}

const NO_LABELS = {}

/** A counter; its name ends in `_total`. */
export const counter = <L extends Labels = typeof NO_LABELS>(
  name: string,
  help: string,
  labels: L = NO_LABELS as L,
): Definition<'counter', L> => ({ kind: 'counter', name, help, labels, buckets: [] })

/** A gauge; it shows nothing until it was measured. */
export const gauge = <L extends Labels = typeof NO_LABELS>(
  name: string,
  help: string,
  labels: L = NO_LABELS as L,
): Definition<'gauge', L> => ({ kind: 'gauge', name, help, labels, buckets: [] })

/** A histogram in seconds with its own buckets. */
export const histogram = <L extends Labels = typeof NO_LABELS>(
  name: string,
  help: string,
  buckets: readonly number[],
  labels: L = NO_LABELS as L,
): Definition<'histogram', L> => ({ kind: 'histogram', name, help, labels, buckets })

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

/** Every combination of the labels' values; none when one of them is not bounded here. */
export const combinationsOf = (labels: Labels): Record<string, string>[] => {
  let combinations: Record<string, string>[] = [{}]
  for (const [label, values] of Object.entries(labels)) {
    if (values === null) return []
    combinations = combinations.flatMap((one) => values.map((value) => ({ ...one, [label]: value })))
  }
  return combinations
}

/**
 * Makes the metric. Counters and histograms stand at 0 for every combination of their labels from the start: a series that
 * is born with its first failure shows no increase.
 */
export const make = <D extends Definition>(definition: D, registry: Registry): Made<D> => {
  const { kind, name, help, labels, buckets } = definition
  const config = { name, help, labelNames: Object.keys(labels), registers: [registry] }
  if (kind === 'gauge') {
    const made = new Gauge(config)
    forget(made)
    return made as Made<D>
  }
  if (kind === 'histogram') {
    const made = new Histogram({ ...config, buckets: [...buckets] })
    for (const combination of combinationsOf(labels)) made.zero(combination)
    return made as Made<D>
  }
  const made = new Counter(config)
  for (const combination of combinationsOf(labels)) made.inc(combination, 0)
  return made as Made<D>
}
