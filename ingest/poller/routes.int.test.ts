import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Role } from '#core/access/roles.ts'
import { createToken } from '#core/access/tokens.ts'
import { createRoot, type Api } from '#core/http/root.ts'
import type { Service } from '#core/service.ts'
import { systemMachine } from '#core/system-env.ts'
import { confirmAtStripe, storeProcessingPayment } from '../testing/stored-payment.ts'
import { startStripeProxy, type StripeProxy } from '../testing/stripe-proxy.ts'
import { startTempSandbox } from '../testing/temp-sandbox.ts'
import { openWorkerDeps, type WorkerDeps } from '../testing/worker-deps.ts'
import { startWorker } from '../worker.ts'
import { pollerRoutes } from './routes.ts'

let sandbox: Awaited<ReturnType<typeof startTempSandbox>>
let proxy: StripeProxy
let worker: WorkerDeps
let service: Service
let app: Api
const tokens = new Map<Role, string>()

beforeAll(async () => {
  sandbox = await startTempSandbox(new Date('2026-03-02T09:00:00Z'))
  proxy = await startStripeProxy(sandbox.url)
  worker = await openWorkerDeps({ stripe: proxy.url })
  const { env, db } = worker.deps
  service = await startWorker(worker.deps)
  app = createRoot(worker.deps).route(
    '/payments/api',
    pollerRoutes({ ...worker.deps, env: { ...env, machine: systemMachine } }),
  )
  for (const role of ['cashier', 'finance', 'oncall', 'manager', 'admin', 'auditor'] as const)
    tokens.set(role, (await createToken(env, db, { name: role, role })).token)
})
afterAll(async () => {
  await service.stop()
  await worker.close()
  await proxy.close()
  await sandbox.stop()
})

const replay = async (since: unknown, role: Role = 'oncall') => {
  const response = await app.request('/payments/api/replay', {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.get(role) ?? ''}`, 'content-type': 'application/json' },
    body: JSON.stringify({ since }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const pay = async (id: string) => {
  await storeProcessingPayment(worker.deps, id, 300)
  return confirmAtStripe(worker.deps, id, 300)
}
const polledUpTo = async () =>
  (
    await worker.deps.db.first<{ at: Date }>("SELECT at FROM poll_cursors WHERE name = 'events'")
  )?.at.toISOString()
test('the first poll is due one interval after the first start, and holds time until it has ended', async () => {
  const { env } = worker.deps
  expect(await polledUpTo()).toBe('2026-03-02T09:00:00.000Z')
  expect(await service.nextDue(env.clock.now())).toEqual(new Date('2026-03-02T09:15:00.000Z'))
  expect(await service.open()).toBe(0)
  env.moveTo('2026-03-02T09:15:00.000Z')
  // One for each list.
  expect(await service.open()).toBe(5)
  await service.enqueueDue(env.clock.now())
  await expect.poll(polledUpTo).toBe('2026-03-02T09:15:00.000Z')
  await expect.poll(async () => service.open()).toBe(0)
  expect(await service.nextDue(env.clock.now())).toEqual(new Date('2026-03-02T09:30:00.000Z'))
})

test('while Stripe is away the poll ends, time goes on and the cursor stays', async () => {
  const { env } = worker.deps
  proxy.failing = /events/
  env.moveTo('2026-03-02T09:30:00.000Z')
  await service.enqueueDue(env.clock.now())
  await expect.poll(async () => service.open(), { timeout: 20_000 }).toBe(0)
  expect(await polledUpTo()).toBe('2026-03-02T09:15:00.000Z')
  expect(await service.nextDue(env.clock.now())).toEqual(new Date('2026-03-02T09:45:00.000Z'))
  proxy.failing = undefined
  env.moveTo('2026-03-02T09:45:00.000Z')
  await service.enqueueDue(env.clock.now())
  await expect.poll(polledUpTo).toBe('2026-03-02T09:45:00.000Z')
})

test('a replay stores and applies what never came, and answers how much', async () => {
  const { db } = worker.deps
  await pay('pay_replayed')
  const { status, body } = await replay('2026-03-02T09:00:00Z')
  // The events of one sale: created, charge succeeded, intent succeeded; later ones come with their own time.
  expect(status).toBe(201)
  expect(body).toEqual({
    since: '2026-03-02T09:00:00.000Z',
    events_since: '2026-03-02T09:00:00.000Z',
    events: body['new'],
    // One intent; its events had told it.
    objects: 1,
    new: body['new'],
    processed: body['new'],
  })
  expect(body['new']).toBeGreaterThanOrEqual(3)
  expect(await db.first("SELECT status, first_writer FROM payments WHERE id = 'pay_replayed'")).toEqual({
    status: 'succeeded',
    first_writer: 'poller',
  })
  expect(await polledUpTo()).toBe('2026-03-02T09:45:00.000Z')
  expect((await replay('2026-03-02T09:00:00Z')).body).toEqual({ ...body, new: 0, processed: 0 })
})

test('a date begins at the account, and no event is read from before thirty days', async () => {
  expect((await replay('2026-03-02')).body['since']).toBe('2026-03-02T00:00:00.000Z')
  expect((await replay('2020-01-01')).body).toMatchObject({
    since: '2020-01-01T00:00:00.000Z',
    events_since: '2026-01-31T09:45:00.000Z',
  })
})

test('a replay while Stripe is away says so', async () => {
  proxy.failing = /events/
  const { status, body } = await replay('2026-03-02')
  proxy.failing = undefined
  expect(status).toBe(503)
  expect(body['error']).toMatchObject({ code: 'provider_unavailable' })
})

test.each([['yesterday'], ['2026-02-30'], [5], [null]])('since %s is refused', async (since) => {
  expect((await replay(since)).status).toBe(422)
})

test.each([
  ['cashier', 403],
  ['finance', 403],
  ['auditor', 403],
  ['manager', 201],
  ['admin', 201],
] as const)('%s: %i', async (role, status) => {
  expect((await replay('2026-03-02', role)).status).toBe(status)
})

test('every layer that may be first is shown, also at 0', async () => {
  const { values } = await worker.deps.metrics.factsFirstWriter.get()
  expect(values).toHaveLength(20)
})
