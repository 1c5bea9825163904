import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createToken } from '#core/access/tokens.ts'
import type { Role } from '#core/access/roles.ts'
import { createRoot, type Api } from '#core/http/root.ts'
import { openStripe } from '#core/stripe-client.ts'
import { openWorkerDeps, type WorkerDeps } from '../testing/worker-deps.ts'
import { deliveryRoute, webhookRoutes } from './routes.ts'

let worker: WorkerDeps
let stripe: Server
let endpoints: { id: string; url: string; status: string }[] = []
const tokens = new Map<Role, string>()

beforeAll(async () => {
  stripe = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ object: 'list', has_more: false, url: '/', data: endpoints }))
  })
  await new Promise<void>((done) => stripe.listen(0, '127.0.0.1', done))
})
afterAll(async () => {
  stripe.closeAllConnections()
  await new Promise((done) => stripe.close(done))
})
beforeEach(async () => {
  worker = await openWorkerDeps({ notify: { publicUrl: 'http://shop.example' } })
  const { env, db } = worker.deps
  env.moveTo('2026-03-02T12:00:00.000Z')
  for (const role of ['oncall', 'auditor', 'cashier'] as const)
    tokens.set(role, (await createToken(env, db, { name: role, role })).token)
  endpoints = [{ id: 'we_1', url: 'http://shop.example/payments/webhooks/stripe', status: 'enabled' }]
})
afterEach(async () => worker.close())

const NOW = '2026-03-02T12:00:00.000Z'

/** The platform as Stripe reaches it: whoever sends to its public address comes to `door`. */
const platform = (door?: Api): Api => {
  const base = `http://127.0.0.1:${(stripe.address() as AddressInfo).port}`
  const deps = { ...worker.deps, stripe: openStripe('sk_test_tillwatch0000', base) }
  const own = createRoot(deps).route('/', deliveryRoute(deps))
  const reached: typeof fetch = async (url, init) => (door ?? own).request(String(url), init)
  const tested = { ...deps, env: { ...deps.env, clock: deps.env.clock, fetch: reached } }
  return createRoot(deps).route('/payments/api', webhookRoutes(tested as WorkerDeps['deps']))
}

const call = async (app: Api, path: string, role: Role, body?: object) => {
  const response = await app.request(`/payments/api${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      authorization: `Bearer ${tokens.get(role) ?? ''}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const store = async (
  id: string,
  over: Partial<Record<'status' | 'at' | 'due' | 'type' | 'error' | 'source' | 'failed' | 'made', string>>,
) => {
  const { at = NOW, due = at, status = 'received', type = 'charge.succeeded', source = 'webhook' } = over
  await worker.deps.db.run(
    `INSERT INTO webhook_events (id, type, object_type, object_id, source, payload, stripe_created, received_at, next_attempt_at,
                                 status, last_error, failed_at)
     VALUES ($1, $2, 'charge', 'ch_1', $3, '{}', $4, $5, $6, $7, $8, $9)`,
    [id, type, source, over.made ?? at, at, due, status, over.error ?? null, over.failed ?? null],
  )
}

const stepsOf = ({ body }: { body: Record<string, unknown> }) =>
  (body['steps'] as { name: string; state: string }[]).map(({ name, state }) => `${name} ${state}`)

test('a test goes the way that Stripe goes: its endpoint, a signed delivery, the inbox', async () => {
  const answer = await call(platform(), '/webhooks/test', 'oncall', {})
  expect(answer.status).toBe(200)
  expect(answer.body['ok']).toBe(true)
  expect(stepsOf(answer)).toEqual(['endpoint ok', 'delivery ok', 'inbox ok'])
  const rows = await worker.deps.db.rows('SELECT id, type, source, status FROM webhook_events')
  expect(rows).toEqual([
    { id: answer.body['event'], type: 'tillwatch.endpoint_test', source: 'webhook', status: 'received' },
  ])
})

test('an endpoint that Stripe has disabled, or does not know, is said', async () => {
  endpoints = [{ id: 'we_1', url: 'http://shop.example/payments/webhooks/stripe', status: 'disabled' }]
  expect(stepsOf(await call(platform(), '/webhooks/test', 'oncall', {}))[0]).toBe('endpoint failed')
  endpoints = [{ id: 'we_2', url: 'http://else.example/hooks', status: 'enabled' }]
  const answer = await call(platform(), '/webhooks/test', 'oncall', {})
  expect(answer.body).toMatchObject({ ok: false, endpoints: [{ id: 'we_2', ours: false }] })
  expect(stepsOf(answer)).toEqual(['endpoint failed', 'delivery ok', 'inbox ok'])
})

const strangers: [string, Api['request'], string[]][] = [
  ['answers everything with 200', () => new Response('{}'), ['endpoint ok', 'delivery ok', 'inbox failed']],
  ['refuses it', () => new Response('{}', { status: 404 }), ['endpoint ok', 'delivery failed']],
  [
    'is not there',
    () => {
      throw new TypeError('fetch failed')
    },
    ['endpoint ok', 'delivery failed'],
  ],
]
test.each(strangers)(
  'our public address behind which somebody %s is found out',
  async (_name, request, steps) => {
    const answer = await call(platform({ request } as unknown as Api), '/webhooks/test', 'oncall', {})
    expect([answer.status, answer.body['ok'], stepsOf(answer)]).toEqual([200, false, steps])
  },
)

test('who only reads may not test', async () => {
  expect((await call(platform(), '/webhooks/test', 'auditor', {})).status).toBe(403)
  expect((await call(platform(), '/webhooks/summary', 'cashier')).status).toBe(403)
})

/** One of each: 11:59 applied, waiting, waiting for its next try, parked twice, and one stuck since 11:54:59. */
const oneOfEach = async () => {
  await store('evt_done', { status: 'processed', at: '2026-03-02T11:59:00Z', made: '2026-03-02T11:58:58Z' })
  await store('evt_yesterday', { status: 'processed', at: '2026-03-01T11:00:00Z' })
  await store('evt_new', { at: '2026-03-02T11:59:59Z' })
  const failed = { error: 'provider_unavailable', failed: '2026-03-02T11:30:00Z' }
  await store('evt_later', {
    status: 'failed',
    at: '2026-03-02T11:30:00Z',
    due: '2026-03-02T12:05:00Z',
    ...failed,
  })
  await store('evt_stuck', { at: '2026-03-02T11:54:59Z', source: 'poller' })
  const parked = { status: 'parked', error: 'invariant_violated', type: 'refund.failed' }
  await store('evt_p1', { ...parked, at: '2026-03-02T08:00:00Z', failed: '2026-03-02T09:00:00Z' })
  await store('evt_p2', { ...parked, at: '2026-03-02T11:40:00Z', failed: '2026-03-02T11:50:00Z' })
}

test('the inbox in figures, counted by hand', async () => {
  await oneOfEach()
  expect((await call(platform(), '/webhooks/summary', 'auditor')).body).toEqual({
    counts: { received: 2, processing: 0, failed: 1, parked: 2, processed_day: 1 },
    stuck: 1,
    stuck_after_s: 300,
    oldest_unprocessed_at: '2026-03-02T08:00:00.000Z',
    last_received_at: '2026-03-02T11:59:59.000Z',
    received_hour: 4,
    received_day: 5,
    delivery_lag_ms: { p50: 0, p95: 2000 },
    failing: [
      { type: 'refund.failed', error: 'invariant_violated', status: 'parked', count: 2 },
      { type: 'charge.succeeded', error: 'provider_unavailable', status: 'failed', count: 1 },
    ],
    as_of: NOW,
  })
})

test.each([
  ['status=open', ['evt_new', 'evt_stuck', 'evt_p2', 'evt_later', 'evt_p1']],
  ['status=failing', ['evt_p2', 'evt_later', 'evt_p1']],
  ['status=stuck', ['evt_stuck']],
  ['status=failing&failed_from=2026-03-02T11:00:00Z&failed_to=2026-03-02T12:00:00Z', ['evt_p2', 'evt_later']],
  ['source=poller', ['evt_stuck']],
])('the list ?%s opens the rows that were counted', async (query, expected) => {
  await oneOfEach()
  const { body } = await call(platform(), `/webhooks?${query}`, 'oncall')
  expect((body['data'] as { id: string }[]).map(({ id }) => id)).toEqual(expected)
})

test('a retry of many does all that the person saw, or nothing', async () => {
  await oneOfEach()
  const retry = async (expected: number) =>
    call(platform(), '/webhooks/retry', 'oncall', { status: 'parked', expected_count: expected })
  expect(await retry(3)).toMatchObject({ status: 409, body: { error: { code: 'count_differs', count: 2 } } })
  expect(await worker.deps.db.rows("SELECT id FROM webhook_events WHERE status = 'parked'")).toHaveLength(2)
  expect(await retry(2)).toEqual({ status: 202, body: { retried: 2 } })
  expect(await worker.deps.db.rows("SELECT id FROM webhook_events WHERE status = 'parked'")).toHaveLength(0)
})
