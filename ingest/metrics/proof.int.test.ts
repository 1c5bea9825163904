import { afterAll, beforeAll, expect, test } from 'vitest'
import { createToken } from '#core/access/tokens.ts'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import { createRoot, type Api } from '#core/http/root.ts'
import { appendEvent } from '#core/postgres/append-event.ts'
import { startTempClickHouse, type TempClickHouse } from '#core/testing/temp-clickhouse.ts'
import { relayEvents } from '../relay/relay-events.ts'
import { storeProcessingPayment } from '../testing/stored-payment.ts'
import { openWorkerDeps, type WorkerDeps } from '../testing/worker-deps.ts'
import { metricsRoutes } from './routes.ts'

let engine: TempClickHouse
let worker: WorkerDeps
let token: string

const mount = (deps: WorkerDeps['deps']): Api => createRoot(deps).route('/payments/api', metricsRoutes(deps))

beforeAll(async () => {
  engine = await startTempClickHouse()
  worker = await openWorkerDeps({ clickhouse: engine.url })
  const { env, db, clickhouse } = worker.deps
  await migrateClickHouse(clickhouse, env.clock.now())
  token = (await createToken(env, db, { name: 'manager', role: 'manager' })).token
})
afterAll(async () => {
  await worker.close()
  await engine.stop()
})

const ask = async (path: string, app: Api = mount(worker.deps)) => {
  const response = await app.request(`/payments/api/metrics/${path}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  return (await response.json()) as Record<string, unknown>
}

const attempt = async (at: string) =>
  appendEvent(worker.deps.env, worker.deps.db, 'payment.attempted', new Date(at), { method: 'card' })

const completenessOf = async (app?: Api) => {
  const { data } = (await ask('proof', app)) as { data: Record<string, unknown>[] }
  const { value, state, numerator, denominator } = data.find(({ kpi }) => kpi === 'completeness') ?? {}
  return { value, state, numerator, denominator }
}

test('what did not reach ClickHouse is missing; what is younger than five minutes is on its way', async () => {
  const { env } = worker.deps
  env.moveTo('2026-03-02T10:00:00.000Z')
  await attempt('2026-03-02T09:00:00Z')
  await attempt('2026-03-02T09:10:00Z')
  await relayEvents(worker.deps)
  await attempt('2026-03-02T09:20:00Z')
  await attempt('2026-03-02T09:56:00Z')
  expect(await completenessOf()).toEqual({ value: 1, state: 'alert', numerator: 1, denominator: 3 })
  await relayEvents(worker.deps)
  expect(await completenessOf()).toEqual({ value: 0, state: 'ok', numerator: 0, denominator: 3 })
})

test('while ClickHouse is away completeness could not be measured, and the books are still judged', async () => {
  const away = await openWorkerDeps()
  const app = mount({ ...worker.deps, clickhouse: away.deps.clickhouse })
  expect(await completenessOf(app)).toMatchObject({ value: null, state: 'failed', numerator: null })
  expect(await ask('proof', app)).toMatchObject({ value_at_risk: { state: 'ok', amounts: [] } })
  await away.close()
})

test('a shop without movements has no data about its books, which is not zero', async () => {
  const { data } = (await ask('proof')) as { data: Record<string, unknown>[] }
  const states = data.map(({ kpi, value, state }) => [kpi, value, state])
  expect(states.slice(1)).toEqual([
    ['timeliness', null, 'no_data'],
    ['match_rate', null, 'no_data'],
    ['clearing_overdue', 0, 'ok'],
  ])
})

test("today's takings are those of the business date, per method and currency", async () => {
  const { deps } = worker
  deps.env.moveTo('2026-03-02T22:00:00.000Z')
  const paid = async (id: string, amount: number, at: string) => {
    await storeProcessingPayment(deps, id, amount)
    await deps.db.run(
      "UPDATE payments SET status = 'succeeded', amount_captured = amount, created_at = $2 WHERE id = $1",
      [id, at],
    )
  }
  await paid('pay_yesterday', 900, '2026-03-01T23:59:59.999Z')
  await paid('pay_first', 250, '2026-03-02T00:00:00Z')
  await paid('pay_second', 300, '2026-03-02T21:59:00Z')
  await storeProcessingPayment(deps, 'pay_open', 700)
  await deps.db.run(
    `INSERT INTO refunds (id, payment_id, method, currency, amount, reason, status, trace_id, created_at, updated_at)
     VALUES ('rfd_1', 'pay_yesterday', 'card', 'gbp', 100, 'requested_by_customer', 'succeeded', 't', $1, $1),
            ('rfd_2', 'pay_yesterday', 'card', 'gbp', 40, 'requested_by_customer', 'failed', 't', $1, $1)`,
    ['2026-03-02T12:00:00Z'],
  )
  expect(await ask('takings')).toEqual({
    business_date: '2026-03-02',
    data: [{ method: 'card', currency: 'gbp', taken: 550, refunded: 100, payments: 2, refunds: 1 }],
    as_of: '2026-03-02T22:00:00.000Z',
  })
})
