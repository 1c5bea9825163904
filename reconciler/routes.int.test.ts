import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createToken } from '#core/access/tokens.ts'
import { createRoot } from '#core/http/root.ts'
import type { Service } from '#core/service.ts'
import { startReconciler } from './main.ts'
import { reconcilerRoutes } from './routes.ts'
import { createWorld, type World } from './testing/world.ts'

let world: World
let service: Service
const tokens: Record<string, string> = {}

beforeEach(async () => {
  world = await createWorld('2026-03-01T00:00:00Z')
  await world.charge('a', '2026-03-02T10:00:00Z', 1_234)
  await world.charge('x', '2026-03-02T11:00:00Z', 700, 'stripe')
  await world.payout('a', '2026-03-03T12:00:00Z', ['txn_a'])
  world.moveTo('2026-03-05T12:00:00Z')
  service = await startReconciler(world.deps)
  for (const role of ['finance', 'auditor', 'cashier'] as const) {
    tokens[role] = (await createToken(world.deps.env, world.db, { name: role, role })).token
  }
})

afterEach(async () => {
  await service.stop()
  await world.close()
})

const call = async (method: string, path: string, role: string, body?: unknown): Promise<Response> => {
  const root = createRoot(world.deps)
  root.route('/', reconcilerRoutes(world.deps))
  return root.request(`http://test${path}`, {
    method,
    headers: { authorization: `Bearer ${tokens[role]}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

interface Listed {
  data: { id: string; [field: string]: unknown }[]
}

test('a run by hand answers its summary; certificates, exceptions and payouts can be read', async () => {
  const range = { from: '2026-03-02', to: '2026-03-04' }
  const started = await call('POST', '/reconciliation/runs', 'finance', range)
  expect(started.status).toBe(201)
  const run = (await started.json()) as { id: string; status: string; summary: { matched: number } }
  expect([run.status, run.summary.matched]).toEqual(['succeeded', 2])

  const exceptions = (await (
    await call('GET', '/reconciliation/exceptions?status=open', 'auditor')
  ).json()) as Listed
  expect(exceptions.data).toMatchObject([
    {
      category: 'orphan_in_stripe',
      object: 'txn_x',
      expected: 0,
      actual: 700,
      // Seven pounds, and three days old.
      severity: 'high',
      text: 'Stripe took 7.00 GBP (txn_x, charge ch_x) that names no payment of ours. It waits in suspense.',
      date: '2026-03-02',
    },
  ])
  const one = await call('GET', `/exceptions/${exceptions.data[0]?.id}`, 'auditor')
  expect(await one.json()).toMatchObject({ history: [{ version: 1, change: 'opened', difference: 700 }] })

  const certificates = (await (
    await call('GET', '/reconciliation/certificates?from=2026-03-02&to=2026-03-02', 'auditor')
  ).json()) as Listed
  expect(certificates.data).toMatchObject([
    { date: '2026-03-02', opening: 0, closing: 1_864, clean: false, exceptions: ['orphan_in_stripe:txn_x'] },
  ])
  const whole = await call('GET', `/reconciliation/certificates/${certificates.data[0]?.id}`, 'auditor')
  expect(((await whole.json()) as { rows: unknown[] }).rows).toHaveLength(2)

  const payout = await call('GET', '/payouts/po_a', 'auditor')
  // 1234 - (19 + 20)
  expect(await payout.json()).toMatchObject({
    amount: 1_195,
    items: { count: 2, net: 1_195, complete: true },
  })
  expect(await (await call('POST', '/reconciliation/certify', 'auditor', {})).json()).toEqual({
    checked: 3,
    findings: [],
    elsewhere: 0,
  })
})

test('the export has the columns of the report of Stripe, in major units, then ours', async () => {
  const started = await call('POST', '/reconciliation/runs', 'finance', {
    from: '2026-03-02',
    to: '2026-03-03',
  })
  const { id } = (await started.json()) as { id: string }
  const traced =
    "UPDATE payouts SET bank_trace_status = 'supported', bank_trace_id = '021000021234567' WHERE id = 'po_a'"
  await world.db.run(traced)
  const answer = await call('GET', `/reconciliation/runs/${id}/export?format=csv`, 'auditor')
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=UTF-8')
  const rows = parse(await answer.text(), { columns: true }) as Record<string, string>[]
  expect(rows).toHaveLength(3)
  expect(rows[0]).toMatchObject({
    balance_transaction_id: 'txn_a',
    created_utc: '2026-03-02 10:00:00',
    currency: 'gbp',
    gross: '12.34',
    fee: '0.39',
    net: '11.95',
    reporting_category: 'charge',
    source_id: 'ch_a',
    automatic_payout_id: 'po_a',
    charge_id: 'ch_a',
    state: 'matched',
    trace_id: '021000021234567',
    trace_id_status: 'supported',
  })
  expect(rows[1]).toMatchObject({
    balance_transaction_id: 'txn_x',
    state: 'exception',
    category: 'orphan_in_stripe',
  })
})

test.each([
  ['GET', '/reconciliation/runs', 'cashier', undefined, 403],
  ['POST', '/reconciliation/runs', 'auditor', { from: '2026-03-02', to: '2026-03-02' }, 403],
  ['POST', '/reconciliation/runs', 'finance', { from: '2026-03-03', to: '2026-03-02' }, 422],
  ['POST', '/reconciliation/runs', 'finance', { from: '2026-02-30', to: '2026-03-02' }, 422],
  ['POST', '/reconciliation/runs', 'finance', { from: '2026-03-02' }, 422],
  ['GET', '/reconciliation/runs/run_unknown', 'finance', undefined, 404],
  ['GET', '/reconciliation/certificates/nonsense', 'finance', undefined, 404],
  ['GET', '/reconciliation/exceptions?category=odd', 'finance', undefined, 422],
  ['GET', '/exceptions/exc_unknown', 'finance', undefined, 404],
  ['GET', '/payouts/po_unknown', 'finance', undefined, 404],
  ['POST', '/reconciliation/certify', 'finance', { id: 'crt_unknown' }, 404],
])('%s %s as %s with %j answers %i', async (method, path, role, body, status) => {
  expect((await call(method, path, role, body)).status).toBe(status)
})
