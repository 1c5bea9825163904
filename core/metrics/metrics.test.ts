import { expect, test } from 'vitest'
import { createMetrics, METRICS } from './create-metrics.ts'
import { combinationsOf, forget } from './definition.ts'

const shown = async () => createMetrics().registry.metrics()

test('a counter stands at 0 for each of its labels before anything happened', async () => {
  const text = await shown()
  expect(text).toContain('webhook_events_total{result="failed"} 0')
  expect(text).toContain('payments_total{outcome="failed",failure_class="issuer",method="card"} 0')
  expect(text).toContain('stripe_requests_total{outcome="connection_error"} 0')
  expect(text).toContain(
    'payment_processing_duration_seconds_bucket{le="10",outcome="succeeded",method="card"} 0',
  )
})

test('a gauge that nobody has measured shows nothing, with labels or without', async () => {
  const text = await shown()
  expect(text).not.toMatch(/^webhook_unprocessed /m)
  expect(text).not.toMatch(/^alerts_firing\{/m)
})

test('a gauge that is forgotten shows nothing again', async () => {
  const { registry, webhookUnprocessed, alertsFiring } = createMetrics()
  webhookUnprocessed.set(4)
  alertsFiring.set({ severity: 'critical' }, 1)
  expect(await registry.metrics()).toMatch(/^webhook_unprocessed 4$/m)
  forget(webhookUnprocessed)
  forget(alertsFiring)
  expect(await registry.metrics()).not.toMatch(/^(?:webhook_unprocessed |alerts_firing\{)/m)
})

test('names follow the conventions, and no two are the same', () => {
  const names = Object.values(METRICS).map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const { kind, name } of Object.values(METRICS))
    expect(name.endsWith('_total'), name).toBe(kind === 'counter')
})

test('no metric has more than 200 series of its own', () => {
  for (const definition of Object.values(METRICS))
    expect(combinationsOf(definition).length, definition.name).toBeLessThanOrEqual(200)
})
