import { expect, test } from 'vitest'
import { AWAITED_METRICS } from './awaited.ts'
import { createMetrics, METRICS } from './create-metrics.ts'
import { combinationsOf, forget } from './definition.ts'

const shown = async () => createMetrics().registry.metrics()

test('a counter stands at 0 for each of its labels before anything happened', async () => {
  const text = await shown()
  expect(text).toContain('webhook_events_total{source="webhook",type_group="charge",result="failed"} 0')
  expect(text).toContain(
    'payments_total{outcome="failed",failure_class="issuer",method="card",channel="reader"} 0',
  )
  expect(text).toContain('stripe_requests_total{operation="POST /v1/refunds",outcome="connection_error"} 0')
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

test('no metric has more than 300 series of its own', () => {
  for (const definition of Object.values(METRICS))
    expect(combinationsOf(definition).length, definition.name).toBeLessThanOrEqual(300)
})

test('a value outside its set is counted as other, so that nobody can make series without end', async () => {
  const { registry, paymentDeclines, stripeDuration, paymentsInState } = createMetrics()
  for (const decline_code of ['made_up_1', 'made_up_2', 'do_not_honor']) paymentDeclines.inc({ decline_code })
  stripeDuration.observe({ operation: 'GET /v1/made_up' }, 1)
  paymentsInState.set({ status: 'made_up' }, 1)
  const text = await registry.metrics()
  expect(text).not.toContain('made_up')
  expect(text).toMatch(/^payment_declines_total\{decline_code="other"\} 2$/m)
  expect(text).toMatch(/^payment_declines_total\{decline_code="do_not_honor"\} 1$/m)
  expect(text).toMatch(/^stripe_request_duration_seconds_count\{operation="other"\} 1$/m)
})

test('no metric waits that is there', () => {
  const names = Object.values(METRICS).map(({ name }) => name)
  expect(AWAITED_METRICS.filter(({ name }) => names.includes(name))).toEqual([])
})
