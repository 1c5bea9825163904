import { afterAll, beforeAll, expect, test } from 'vitest'
import { createToken } from '#core/access/tokens.ts'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import type { EventBodyInput } from '#core/contracts/event.ts'
import { createRoot, type Api } from '#core/http/root.ts'
import { appendEvent } from '#core/postgres/append-event.ts'
import { startTempClickHouse, type TempClickHouse } from '#core/testing/temp-clickhouse.ts'
import { relayEvents } from '../relay/relay-events.ts'
import { openWorkerDeps, type WorkerDeps } from '../testing/worker-deps.ts'
import { metricsRoutes } from './routes.ts'

let engine: TempClickHouse
let worker: WorkerDeps
let app: Api
let token: string

const mount = (deps: WorkerDeps['deps']): Api => createRoot(deps).route('/payments/api', metricsRoutes(deps))

beforeAll(async () => {
  engine = await startTempClickHouse()
  worker = await openWorkerDeps({ clickhouse: engine.url })
  const { env, db, clickhouse } = worker.deps
  await migrateClickHouse(clickhouse, env.clock.now())
  token = (await createToken(env, db, { name: 'manager', role: 'manager' })).token
  app = mount(worker.deps)
  await liveAnHour()
})
afterAll(async () => {
  await worker.close()
  await engine.stop()
})

const attempt = async (at: string, payment: string, over: EventBodyInput = {}) =>
  appendEvent(worker.deps.env, worker.deps.db, 'payment.attempted', new Date(at), {
    store_id: 'high-street',
    payment_id: payment,
    method: 'card',
    currency: 'gbp',
    amount_minor: '250',
    outcome: 'succeeded',
    latency_ms: 1_000,
    ...over,
  })

/**
 * 09:00-09:15: 30 taken and one refused. 09:15-09:30: nothing. 09:30-09:45: 3 taken in 4 s. 09:45-10:00: 20 taken, one refused by the
 * bank, one lost by Stripe, one called off. 10:00 exactly: one more, which the hour does not hold.
 */
const liveAnHour = async () => {
  for (let n = 0; n < 30; n += 1) await attempt('2026-03-02T09:05:00Z', `pay_a${n}`)
  await attempt('2026-03-02T09:14:59.999Z', 'pay_refused', { outcome: 'failed', failure_class: 'issuer' })
  for (let n = 0; n < 3; n += 1) await attempt('2026-03-02T09:30:00Z', `pay_b${n}`, { latency_ms: 4_000 })
  for (let n = 0; n < 20; n += 1) await attempt('2026-03-02T09:50:00Z', `pay_c${n}`)
  await attempt('2026-03-02T09:51:00Z', 'pay_bank', { outcome: 'failed', failure_class: 'issuer' })
  await attempt('2026-03-02T09:52:00Z', 'pay_stripe', { outcome: 'failed', failure_class: 'provider' })
  await attempt('2026-03-02T09:53:00Z', 'pay_off', { outcome: 'canceled' })
  await attempt('2026-03-02T10:00:00Z', 'pay_later')
  worker.deps.env.moveTo('2026-03-02T10:00:00.000Z')
  await relayEvents(worker.deps)
}

const ask = async (path: string, api: Api = app) => {
  const response = await api.request(`/payments/api/metrics/${path}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

interface Point {
  readonly from: string
  readonly value: number | null
  readonly state: string
  readonly numerator: number | null
  readonly denominator: number | null
}
const HOUR = 'from=2026-03-02T09:00:00Z&to=2026-03-02T10:00:00Z'
const pointsOf = async (kpi: string, more = '', api: Api = app) =>
  (await ask(`trend?kpi=${kpi}&${HOUR}&step=900${more}`, api)).body['points'] as Point[]

test('a trend has its value, numerator and denominator of each step, and nothing where nothing was', async () => {
  const { status, body } = await ask(`trend?kpi=success_rate&${HOUR}&step=900`)
  expect(status).toBe(200)
  expect(body).toEqual({
    kpi: 'success_rate',
    title: 'Payment success rate',
    definition: expect.stringContaining('Card attempts that succeeded') as string,
    unit: 'ratio',
    good_side: 'above',
    target: 0.98,
    threshold: 0.95,
    min_sample: 20,
    window: { from: '2026-03-02T09:00:00.000Z', to: '2026-03-02T10:00:00.000Z' },
    step_s: 900,
    measured: true,
    points: [
      { from: '2026-03-02T09:00:00.000Z', value: 0.9677, state: 'warn', numerator: 30, denominator: 31 },
      { from: '2026-03-02T09:15:00.000Z', value: null, state: 'no_data', numerator: 0, denominator: 0 },
      { from: '2026-03-02T09:30:00.000Z', value: 1, state: 'no_data', numerator: 3, denominator: 3 },
      { from: '2026-03-02T09:45:00.000Z', value: 0.9091, state: 'alert', numerator: 20, denominator: 22 },
    ],
  })
})

test('the steps of a window add up to the KPI of the window', async () => {
  const points = await pointsOf('success_rate')
  const sum = (pick: (point: Point) => number | null) =>
    points.reduce((all, point) => all + (pick(point) ?? 0), 0)
  const { body } = await ask(`?${HOUR}`)
  expect(body['success_rate']).toMatchObject({ numerator: 53, denominator: 56 })
  expect([sum((p) => p.numerator), sum((p) => p.denominator)]).toEqual([53, 56])
})

test('what the bank refused is no fault of the system', async () => {
  const points = await pointsOf('system_success')
  expect(points.map(({ numerator, denominator }) => [numerator, denominator])).toEqual([
    [31, 31],
    [0, 0],
    [3, 3],
    [21, 22],
  ])
})

test('times are averaged and ranked within each step', async () => {
  expect((await pointsOf('latency_average')).map(({ value }) => value)).toEqual([1000, null, 4000, 1000])
  expect((await pointsOf('latency_p95')).map(({ value, denominator }) => [value, denominator])).toEqual([
    [1000, 31],
    [null, 0],
    [4000, 3],
    [1000, 22],
  ])
})

test('while ClickHouse is away every step says failed, and none says zero', async () => {
  const away = await openWorkerDeps()
  const points = await pointsOf(
    'success_rate',
    '',
    mount({ ...worker.deps, clickhouse: away.deps.clickhouse }),
  )
  await away.close()
  expect(points).toHaveLength(4)
  for (const point of points)
    expect(point).toMatchObject({ value: null, state: 'failed', numerator: null, denominator: null })
})

const idsOf = async (query: string): Promise<string[]> => {
  const ids: string[] = []
  for (let cursor = ''; ;) {
    const { body } = await ask(`attempts?${query}&limit=25${cursor}`)
    ids.push(...(body['data'] as { payment_id: string }[]).map(({ payment_id: id }) => id))
    if (body['next_cursor'] === null) return ids
    cursor = `&cursor=${String(body['next_cursor'])}`
  }
}

test.each([
  ['the denominator', '', 56],
  ['the numerator', '&outcome=succeeded', 53],
  ['the failures', '&outcome=failed', 3],
  ["the system's own failures", '&fault=system', 1],
  ["all but the system's own failures", '&fault=not_system', 55],
  ['the slow ones', '&slower_than=3999', 3],
  ['those of the store', '&store=high-street', 56],
])('%s opens exactly the rows that were counted, each once', async (_name, query, count) => {
  const ids = await idsOf(`${HOUR}${query}`)
  expect(ids).toHaveLength(count)
  expect(new Set(ids).size).toBe(count)
  expect(ids).not.toContain('pay_off')
  expect(ids).not.toContain('pay_later')
})

test('a row says what the attempt was', async () => {
  const { body } = await ask(`attempts?${HOUR}&fault=system`)
  expect(body).toEqual({
    data: [
      {
        id: expect.stringMatching(/^evn_/) as string,
        at: '2026-03-02T09:52:00.000Z',
        payment_id: 'pay_stripe',
        store: 'high-street',
        till_id: '',
        currency: 'gbp',
        amount: 250,
        outcome: 'failed',
        failure_class: 'provider',
        decline_code: null,
        latency_ms: 1000,
      },
    ],
    next_cursor: null,
  })
})

test.each([
  'trend',
  'trend?kpi=match_rate',
  'trend?kpi=success_rate&step=59',
  'trend?kpi=success_rate&hours=168&step=60',
  'trend?kpi=success_rate&store=none',
  'attempts?outcome=canceled',
  'attempts?cursor=e30',
  'attempts?from=2026-03-02T09:00:00Z',
])('%s is refused', async (path) => {
  const { status, body } = await ask(path)
  expect(status).toBe(422)
  expect(body['error']).toMatchObject({ code: 'query_invalid' })
})
