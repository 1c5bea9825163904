import { afterAll, beforeAll, expect, test } from 'vitest'
import { pino } from 'pino'
import { createMetrics } from '../metrics/create-metrics.ts'
import { openDatabase, type Database } from '../postgres/db.ts'
import { manualEnv } from '../testing/manual-env.ts'
import { createTempDatabase } from '../testing/temp-postgres.ts'
import { PULSE_EVERY_MS, startPulse } from './start-pulse.ts'

let temp: Awaited<ReturnType<typeof createTempDatabase>>
let db: Database

beforeAll(async () => {
  temp = await createTempDatabase()
  db = openDatabase(temp.appUrl)
})
afterAll(async () => {
  await db.close()
  await temp.drop()
})

const pulses = async () =>
  db.rows<{ at: Date; services: string[]; counts: object }>(
    'SELECT at, services, counts FROM service_pulses ORDER BY at',
  )

const eventuallyRows = async (count: number) => {
  await expect.poll(async () => (await pulses()).length, { timeout: 5_000, interval: 5 }).toBe(count)
  return pulses()
}

test('each five seconds a process says that it lives and what it has counted since', async () => {
  const env = manualEnv({ now: '2026-03-02T09:00:00.000Z' })
  const metrics = createMetrics()
  const pulse = startPulse({ env, db, log: pino({ level: 'silent' }), metrics }, ['gateway', 'worker'])
  await eventuallyRows(1)
  metrics.httpRequests.inc({ method: 'POST', route: '/payments', status_class: '2xx' }, 3)
  metrics.httpRequests.inc({ method: 'GET', route: '/sales', status_class: '2xx' })
  metrics.httpRequests.inc({ method: 'GET', route: '/sales', status_class: '5xx' })
  metrics.stripeRequests.inc({ outcome: 'rate_limited' }, 2)
  await expect.poll(() => env.sleepers(), { interval: 5 }).toBe(1)
  env.moveTo('2026-03-02T09:00:05.000Z')
  await env.passMachine(PULSE_EVERY_MS)
  const rows = await eventuallyRows(2)
  expect(rows).toEqual([
    {
      at: new Date('2026-03-02T09:00:00.000Z'),
      services: ['gateway', 'worker'],
      counts: { http_requests: {}, stripe_requests: {}, webhook_signature_failures: {} },
    },
    {
      at: new Date('2026-03-02T09:00:05.000Z'),
      services: ['gateway', 'worker'],
      counts: {
        http_requests: { '2xx': 4, '5xx': 1 },
        stripe_requests: { rate_limited: 2 },
        webhook_signature_failures: {},
      },
    },
  ])
  await pulse.stop()
})
