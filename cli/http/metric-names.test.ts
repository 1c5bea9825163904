import { expect, test } from 'vitest'
import { METRICS } from '#core/metrics/create-metrics.ts'
import { DECLINE_CODES } from '#core/metrics/decline-codes.ts'
import { CATALOGUE } from '../../alerting/catalogue.ts'
import { KNOWN_DECLINE_CODES } from '../../ingest/domain/decline-advice.ts'

/** Words of PromQL that look like metrics: what stands before a selector or a range, or alone in a comparison. */
const metricsIn = (expr: string): string[] =>
  [...expr.matchAll(/\b([a-z]+(?:_[a-z0-9]+){1,})\b(?=\s*[{[)><=])/g)].map(([, name = '']) => name)

test('forty decline codes are counted by name, and all are known to the advice for the till', () => {
  expect(new Set(DECLINE_CODES).size).toBe(40)
  expect(DECLINE_CODES.filter((code) => !KNOWN_DECLINE_CODES.includes(code))).toEqual([])
})

test('the alerts ask Prometheus only for metrics that there are', () => {
  const known = new Set(
    Object.values(METRICS).flatMap(({ name }) => [name, `${name}_bucket`, `${name}_count`, `${name}_sum`]),
  )
  const labels = new Set(Object.values(METRICS).flatMap((one) => Object.keys(one.labels)))
  const asked = CATALOGUE.flatMap(({ prometheus }) => (prometheus === null ? [] : metricsIn(prometheus.expr)))
  expect(asked.length).toBeGreaterThan(20)
  expect(asked.filter((name) => !known.has(name) && !labels.has(name))).toEqual([])
})
