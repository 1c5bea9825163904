import { afterAll, beforeAll, expect, test } from 'vitest'
import { createToken } from '#core/access/tokens.ts'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import type { EventBodyInput } from '#core/contracts/event.ts'
import { createRoot, type Api } from '#core/http/root.ts'
import { appendEvent } from '#core/postgres/append-event.ts'
import { startTempClickHouse, type TempClickHouse } from '#core/testing/temp-clickhouse.ts'
import { relayEvents } from '../relay/relay-events.ts'
import { storeProcessingPayment } from '../testing/stored-payment.ts'
import { openWorkerDeps, type WorkerDeps } from '../testing/worker-deps.ts'
import { metricsRoutes } from './routes.ts'

let engine: TempClickHouse
let worker: WorkerDeps
let app: Api
let tokens: Record<'oncall' | 'cashier', string>

const mount = (deps: WorkerDeps['deps']): Api => createRoot(deps).route('/payments/api', metricsRoutes(deps))

beforeAll(async () => {
  engine = await startTempClickHouse()
  worker = await openWorkerDeps({ clickhouse: engine.url })
  const { env, db, clickhouse } = worker.deps
  await migrateClickHouse(clickhouse, env.clock.now())
  const tokenOf = async (role: 'oncall' | 'cashier') =>
    (await createToken(env, db, { name: role, role })).token
  tokens = { oncall: await tokenOf('oncall'), cashier: await tokenOf('cashier') }
  app = mount(worker.deps)
  await liveAnHour()
})
afterAll(async () => {
  await worker.close()
  await engine.stop()
})

const attempt = async (at: string, over: EventBodyInput) => {
  const { env, db } = worker.deps
  await appendEvent(env, db, 'payment.attempted', new Date(at), {
    store_id: 'high-street',
    method: 'card',
    currency: 'gbp',
    amount_minor: '250',
    outcome: 'succeeded',
    latency_ms: 1_000,
    ...over,
  })
}

const webhook = async (id: string, at: string, status: string, failedAt: string | null = null) =>
  worker.deps.db.run(
    `INSERT INTO webhook_events (id, type, object_type, object_id, source, payload, stripe_created, received_at, next_attempt_at, status, failed_at)
     VALUES ($1, 'charge.succeeded', 'charge', 'ch_1', 'webhook', '{}', $2, $2, $2, $3, $4)`,
    [id, at, status, failedAt],
  )

/**
 * Between 09:00 and 10:00: 40 cards taken for 2.50 GBP each in 1 s, one for 9 JPY in 12 s, one refused after 3 s; one called
 * off, one cash sale, and one card before the hour count for nothing.
 */
const liveAnHour = async () => {
  const { env } = worker.deps
  for (let n = 0; n < 40; n += 1) await attempt('2026-03-02T09:30:00.000Z', {})
  await attempt('2026-03-02T09:40:00.000Z', { currency: 'jpy', amount_minor: '9', latency_ms: 12_000 })
  await attempt('2026-03-02T09:41:00.000Z', { outcome: 'failed', latency_ms: 3_000, failure_class: 'issuer' })
  await attempt('2026-03-02T09:42:00.000Z', { outcome: 'canceled', latency_ms: 90_000 })
  await attempt('2026-03-02T09:43:00.000Z', { method: 'cash' })
  await attempt('2026-03-02T08:59:59.000Z', { outcome: 'failed' })
  await webhook('evt_old', '2026-03-02T08:00:00Z', 'processed')
  await webhook('evt_one', '2026-03-02T09:10:00Z', 'processed')
  await webhook('evt_two', '2026-03-02T09:20:00Z', 'processed')
  await webhook('evt_bad', '2026-03-02T09:50:00Z', 'failed', '2026-03-02T09:50:05Z')
  await webhook('evt_new', '2026-03-02T09:59:30Z', 'received')
  env.moveTo('2026-03-02T10:00:00.000Z')
  await relayEvents(worker.deps)
}

const ask = async (url: string, token: string, api: Api = app) => {
  const response = await api.request(url, { headers: { authorization: `Bearer ${token}` } })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const WINDOW = 'from=2026-03-02T09:00:00.000Z&to=2026-03-02T10:00:00.000Z'
const WEBHOOKS = {
  received: 4,
  processed: 2,
  unprocessed: 2,
  processing: 0,
  stuck: 1,
  failed: { value: 1, threshold: 10, state: 'warn' },
  oldest_unprocessed_s: 600,
  last_received_at: '2026-03-02T09:59:30.000Z',
}

test('a window has exactly the numbers counted by hand', async () => {
  expect(await ask(`/payments/api/metrics?${WINDOW}`, tokens.oncall)).toEqual({
    status: 200,
    body: {
      window: { from: '2026-03-02T09:00:00.000Z', to: '2026-03-02T10:00:00.000Z' },
      success_rate: {
        value: 0.9762, // 41 of 42
        state: 'warn',
        numerator: 41,
        denominator: 42,
        target: 0.98,
        threshold: 0.95,
        min_sample: 20,
        rows: '/payments/api/metrics/attempts?from=2026-03-02T09%3A00%3A00.000Z&to=2026-03-02T10%3A00%3A00.000Z',
      },
      system_success: {
        value: 1, // the one refusal was the bank's
        state: 'ok',
        numerator: 42,
        denominator: 42,
        target: 0.995,
        min_sample: 20,
      },
      stores: [
        {
          store: 'high-street',
          value: 0.9762,
          state: 'ok',
          numerator: 41,
          denominator: 42,
          threshold: 0.9,
          min_sample: 20,
          rows: '/payments/api/metrics/attempts?from=2026-03-02T09%3A00%3A00.000Z&to=2026-03-02T10%3A00%3A00.000Z&store=high-street',
        },
      ],
      latency_ms: {
        average: { value: 1310, state: 'ok', target: 3000 }, // (40 * 1000 + 12000 + 3000) / 42 = 1309.5
        p50: 1000,
        p95: { value: 1000, state: 'ok', target: 5000, threshold: 10000 },
        p99: 12000,
        count: 42,
        min_sample: 20,
      },
      webhooks: WEBHOOKS,
      volume: [
        { currency: 'gbp', amount: 10_000, count: 40 },
        { currency: 'jpy', amount: 9, count: 1 },
      ],
      as_of: '2026-03-02T10:00:00.000Z',
      lag_ms: 0,
    },
  })
})

test('the last hour is asked for with or without the slash, and holds the present moment', async () => {
  const [plain, slash, unsaid] = await Promise.all(
    ['metrics?hours=1', 'metrics/?hours=1', 'metrics/'].map(async (path) =>
      ask(`/payments/api/${path}`, tokens.oncall),
    ),
  )
  expect(plain).toEqual(slash)
  expect(plain).toEqual(unsaid)
  expect(plain?.body['window']).toEqual({ from: '2026-03-02T09:00:00.001Z', to: '2026-03-02T10:00:00.001Z' })
  expect(plain?.body['success_rate']).toMatchObject({ numerator: 41, denominator: 42 })
})

test('an empty window has no data, which is not zero', async () => {
  const { body } = await ask(
    '/payments/api/metrics/?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z',
    tokens.oncall,
  )
  expect(body['success_rate']).toMatchObject({ value: null, state: 'no_data', numerator: 0, denominator: 0 })
  expect(body['latency_ms']).toMatchObject({
    average: { value: null, state: 'no_data' },
    p50: null,
    p99: null,
    count: 0,
  })
  expect(body['volume']).toEqual([])
})

test('events on their way show as lag', async () => {
  const { env } = worker.deps
  await attempt('2026-03-02T10:00:00.000Z', {})
  env.pass(2_500)
  expect((await ask('/payments/api/metrics/', tokens.oncall)).body['lag_ms']).toBe(2_500)
  await relayEvents(worker.deps)
  expect((await ask('/payments/api/metrics/', tokens.oncall)).body['lag_ms']).toBe(0)
})

test('while ClickHouse is away its parts say failed and the rest is there', async () => {
  const away = await openWorkerDeps()
  const app = mount({ ...worker.deps, clickhouse: away.deps.clickhouse })
  const { status, body } = await ask(`/payments/api/metrics/?${WINDOW}`, tokens.oncall, app)
  await away.close()
  expect(status).toBe(200)
  expect(body['success_rate']).toMatchObject({
    value: null,
    state: 'failed',
    numerator: null,
    denominator: null,
  })
  expect(body['latency_ms']).toMatchObject({ p95: { value: null, state: 'failed' }, count: null })
  expect(body['volume']).toBeNull()
  expect(body['stores']).toBeNull()
  expect(body['webhooks']).toMatchObject({ received: 4, unprocessed: 2 })
})

const wrong = [
  'hours=0',
  'hours=169',
  'hours=1.5',
  'hours=-1',
  'hours=',
  'from=2026-03-02T09:00:00Z',
  `hours=1&${WINDOW}`,
  'window=1',
  'store=no-such-store',
]
test.each(wrong)('?%s is refused', async (query) => {
  const { status, body } = await ask(`/payments/api/metrics/?${query}`, tokens.oncall)
  expect(status).toBe(422)
  expect(body['error']).toMatchObject({ code: 'query_invalid' })
})

test('a cashier may not see them', async () => {
  expect((await ask('/payments/api/metrics/', tokens.cashier)).status).toBe(403)
})

test('facts are counted by the layer that was first to write them, also the layers that never were', async () => {
  const { deps } = worker
  for (const [id, writer] of [
    ['pay_w1', 'webhook'],
    ['pay_w2', 'webhook'],
    ['pay_c', 'completer'],
    ['pay_none', null],
  ]) {
    await storeProcessingPayment(deps, String(id), 100)
    await deps.db.run('UPDATE payments SET first_writer = $2 WHERE id = $1', [id, writer])
  }
  await deps.db.run(
    `INSERT INTO payouts (id, currency, amount, status, automatic, method, arrival_at, stripe_created, reconciliation_status,
                          updated_at, first_writer)
     VALUES ('po_1', 'gbp', 1, 'paid', true, 'standard', $1, $1, 'completed', $1, 'reconciler')`,
    [new Date('2026-03-01T00:00:00Z')],
  )
  const get = async (query: string, token: string) =>
    app.request(`/payments/api/metrics/first-writers${query}`, {
      headers: { authorization: `Bearer ${token}` },
    })
  const countsOf = async (query: string) => {
    const { data } = (await (await get(query, tokens.oncall)).json()) as {
      data: { kind: string; writer: string; count: number }[]
    }
    expect(data).toHaveLength(20)
    return Object.fromEntries(
      data.filter(({ count }) => count > 0).map((row) => [`${row.kind} ${row.writer}`, row.count]),
    )
  }
  expect(await countsOf('')).toEqual({ 'payment webhook': 2, 'payment completer': 1, 'payout reconciler': 1 })
  const now = deps.env.clock.now()
  const since = `?from=${now.toISOString()}&to=${new Date(now.getTime() + 1).toISOString()}`
  expect(await countsOf(since)).toEqual({ 'payment webhook': 2, 'payment completer': 1 })
  expect((await get('', tokens.cashier)).status).toBe(403)
})
