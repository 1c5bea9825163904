import { AWAITED_METRICS } from './awaited.ts'
import type { Definition, Labels } from './definition.ts'
import { OF_BOOKS } from './of-books.ts'
import { OF_PAYMENTS } from './of-payments.ts'
import { OF_PLATFORM } from './of-platform.ts'
import { OF_STRIPE } from './of-stripe.ts'

const VALUES_SHOWN = 12

const labelText = ([label, values]: [string, Labels[string]]): string => {
  if ('oneOf' in values) return `\`${label}\`: one per ${values.oneOf}`
  const shown = values.slice(0, VALUES_SHOWN).join(', ')
  const rest = values.length - VALUES_SHOWN
  return `\`${label}\`: ${shown}${rest > 0 ? ` and ${rest} more` : ''}`
}

const rowOf = ({ kind, name, help, labels, buckets }: Definition): string => {
  const told = Object.entries(labels).map(labelText).join('; ')
  const bounds = buckets.length > 0 ? ` Buckets: ${buckets.join(', ')} s.` : ''
  return `| \`${name}\` | ${kind} | ${help}.${bounds} | ${told} |`
}

const section = (title: string, definitions: Readonly<Record<string, Definition>>): string =>
  [
    `## ${title}`,
    '',
    '| metric | type | meaning | labels |',
    '|---|---|---|---|',
    ...Object.values(definitions).map(rowOf),
    '',
  ].join('\n')

const INTRO = `# Metrics

Written from the catalogue (core/metrics) by \`npx tsx docs/write-metrics.ts\`; a test fails when it is stale.

Every process answers \`GET /metrics\`. Counters and histograms stand at 0 for every combination of their labels from the start,
because Prometheus sees no increase in a series that is born with its first failure. Gauges are measured when they are asked
for; what could not be measured has no sample, never a zero. Labels are bounded sets, never ids, amounts or names: a value outside
its set is shown as \`other\`. Per store and per card reader ask ClickHouse, or the metrics API.

Besides these there are Node's own process metrics (\`process_*\`, \`nodejs_*\`).
`

/** The page of all metrics, and of those that wait for what they would count. */
export const metricsPage = (): string =>
  [
    INTRO,
    section('Payments', OF_PAYMENTS),
    section('Stripe and its webhooks', OF_STRIPE),
    section('Books', OF_BOOKS),
    section('Platform and alerting', OF_PLATFORM),
    '## Not there yet',
    '',
    'Declared, and not exported before there is something to count: a zero would be a lie.',
    '',
    '| metric | waits for |',
    '|---|---|',
    ...AWAITED_METRICS.map(({ name, waitsFor }) => `| \`${name}\` | ${waitsFor} |`),
    '',
  ].join('\n')
