import { afterAll, beforeAll, expect, test } from 'vitest'
import { createToken } from '#core/access/tokens.ts'
import { createRoot } from '#core/http/root.ts'
import type { Service } from '#core/service.ts'
import { startReconciler } from '../main.ts'
import { reconcilerRoutes } from '../routes.ts'
import { createWorld, type World } from '../testing/world.ts'

let world: World
let service: Service
let token: string

beforeAll(async () => {
  world = await createWorld('2026-03-02T09:00:00Z')
  service = await startReconciler(world.deps)
  token = (await createToken(world.deps.env, world.db, { name: 'finance', role: 'finance' })).token
})

afterAll(async () => {
  await service.stop()
  await world.close()
})

const call = async (method: string, path: string, body?: unknown) => {
  const root = createRoot(world.deps)
  root.route('/', reconcilerRoutes(world.deps))
  const response = await root.request(`http://test${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const status = async () => (await call('GET', '/reconciliation/status')).body

const pass = async (at: string): Promise<void> => {
  world.moveTo(at)
  await service.enqueueDue(world.deps.env.clock.now())
  await expect.poll(async () => service.open(), { timeout: 10_000 }).toBe(0)
}

test('says when it looked, how far it is behind, what is due and since when it fails', async () => {
  expect(await status()).toMatchObject({
    last_look: null,
    lag_s: null,
    failing_since: null,
    last_nightly: null,
    failed_nightly: null,
    next_due: { look: '2026-03-02T09:05:00.000Z', nightly: null },
  })
  await world.charge('x', '2026-03-02T09:01:00Z', 700, 'stripe')
  await pass('2026-03-02T09:05:00Z')
  const { data } = (await call('GET', '/reconciliation/runs')).body as { data: Record<string, unknown>[] }
  expect(data).toMatchObject([
    { kind: 'continuous', status: 'succeeded', from: '2026-03-02', to: '2026-03-02', full: false },
  ])
  world.moveTo('2026-03-02T09:06:30Z')
  expect(await status()).toMatchObject({
    last_look: {
      at: '2026-03-02T09:05:00.000Z',
      looks: 1,
      rows: 1,
      examined: 1,
      last_run_id: data[0]?.['id'],
    },
    lag_s: 90,
    next_due: { look: '2026-03-02T09:10:00.000Z' },
  })
  world.stripe.failOn = '/v1/payouts'
  await pass('2026-03-02T09:10:00Z')
  await pass('2026-03-02T09:15:00Z')
  expect(await status()).toMatchObject({
    last_look: { at: '2026-03-02T09:05:00.000Z', looks: 1 },
    lag_s: 600,
    failing_since: '2026-03-02T09:10:00.000Z',
    error: { code: 'provider_unavailable' },
  })
  world.stripe.failOn = undefined
  await pass('2026-03-02T09:20:00Z')
  expect(await status()).toMatchObject({ failing_since: null, error: null, lag_s: 0 })
  await pass('2026-03-03T02:00:00Z')
  expect(await status()).toMatchObject({
    last_nightly: { date: '2026-03-02' },
    next_due: { nightly: '2026-03-04T02:00:00.000Z' },
  })
})

test('a night that fails is shown with its next try, until its date was run by hand', async () => {
  world.stripe.failOn = '/v1/balance_transactions'
  world.moveTo('2026-03-04T02:00:00Z')
  await service.enqueueDue(world.deps.env.clock.now())
  await expect.poll(async () => (await status())['failed_nightly'], { timeout: 10_000 }).not.toBeNull()
  await expect.poll(async () => service.open(), { timeout: 10_000 }).toBe(0)
  const failed = (await status())['failed_nightly'] as { run_id: string }
  expect(failed).toMatchObject({
    date: '2026-03-03',
    attempts: 1,
    failures: 1,
    failed_at: '2026-03-04T02:00:00.000Z',
    next_try_at: '2026-03-04T02:00:01.000Z',
    error: { code: 'provider_unavailable' },
  })
  const run = (await call('GET', `/reconciliation/runs/${failed.run_id}`)).body
  expect(run).toMatchObject({ status: 'failed', failures: 1, next_try_at: '2026-03-04T02:00:01.000Z' })
  world.stripe.failOn = undefined
  world.moveTo('2026-03-04T02:00:00.500Z')
  const byHand = await call('POST', '/reconciliation/runs', { from: '2026-03-03', to: '2026-03-03' })
  expect(byHand).toMatchObject({ status: 201, body: { status: 'succeeded', failures: 0, next_try_at: null } })
  // The night's own run has not been tried again yet.
  expect((await call('GET', `/reconciliation/runs/${failed.run_id}`)).body).toMatchObject({
    status: 'failed',
  })
  expect((await status())['failed_nightly']).toBeNull()
})

test('a full run needs no dates, every other run does', async () => {
  const { status: refused, body } = await call('POST', '/reconciliation/runs', { dry_run: true })
  expect(refused).toBe(422)
  expect(JSON.stringify(body)).toContain('is required unless full is true')
  expect(
    (await call('POST', '/reconciliation/runs', { full: true, from: '2026-03-03', to: '2026-03-02' })).status,
  ).toBe(422)
})
