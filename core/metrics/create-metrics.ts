import { collectDefaultMetrics, Registry } from 'prom-client'
import { make, type Definition, type Made } from './definition.ts'
import { OF_BOOKS } from './of-books.ts'
import { OF_PAYMENTS } from './of-payments.ts'
import { OF_PLATFORM } from './of-platform.ts'
import { OF_STRIPE } from './of-stripe.ts'

/** Gauges of the default set that are named like counters, which `promtool check metrics` refuses. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

/** Every metric of the platform, by the property that code knows it by; labels are bounded sets, never ids or amounts. */
export const METRICS = { ...OF_PAYMENTS, ...OF_STRIPE, ...OF_BOOKS, ...OF_PLATFORM }

/** What `createMetrics` makes. */
export type Metrics = { readonly registry: Registry } & {
  readonly [K in keyof typeof METRICS]: Made<(typeof METRICS)[K]>
}

/** A registry of its own with every metric in it. */
export const createMetrics = (): Metrics => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of MISNAMED) registry.removeSingleMetric(name)
  const made = Object.entries(METRICS).map(([key, definition]) => [
    key,
    make(definition as Definition, registry),
  ])
  return { registry, ...(Object.fromEntries(made) as Omit<Metrics, 'registry'>) }
}
