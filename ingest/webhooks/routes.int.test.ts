import { afterAll, beforeAll, expect, test } from 'vitest'
import { createToken } from '#core/access/tokens.ts'
import type { Role } from '#core/access/roles.ts'
import { createRoot, type Api } from '#core/http/root.ts'
import { openWorkerDeps, type WorkerDeps } from '../testing/worker-deps.ts'
import { webhookRoutes } from './routes.ts'

let worker: WorkerDeps
let app: Api
const tokens = new Map<Role, string>()

beforeAll(async () => {
  worker = await openWorkerDeps()
  const { env, db } = worker.deps
  app = createRoot(worker.deps).route('/payments/api', webhookRoutes(worker.deps))
  for (const role of ['cashier', 'oncall', 'auditor'] as const)
    tokens.set(role, (await createToken(env, db, { name: role, role })).token)
  for (const [n, status] of ['processed', 'received', 'failed', 'parked'].entries())
    await store(`evt_${n}`, `2026-03-02T08:0${n}:00Z`, status)
})
afterAll(async () => worker.close())

const payload = JSON.stringify({
  type: 'charge.succeeded',
  data: {
    object: {
      object: 'charge',
      billing_details: { name: 'Ada', email: 'ada@example.com' },
      client_secret: 'x',
    },
  },
})
const store = async (id: string, at: string, status: string) =>
  worker.deps.db.run(
    `INSERT INTO webhook_events (id, type, object_type, object_id, source, payload, stripe_created, received_at, next_attempt_at, status, attempts)
     VALUES ($1, 'charge.succeeded', 'charge', 'ch_1', 'webhook', $4, $2, $2, $2, $3, 5)`,
    [id, at, status, payload],
  )

type Body = {
  data?: { id: string }[]
  next_cursor?: string | null
  error?: { code: string }
  status?: string
  payload?: unknown
}
const call = async (path: string, role: Role, method = 'GET') => {
  const headers = { authorization: `Bearer ${tokens.get(role) ?? ''}` }
  const response = await app.request(`/payments/api${path}`, { method, headers })
  return { status: response.status, body: (await response.json()) as Body }
}
const ids = (body: Body) => body.data?.map(({ id }) => id)

const lists: [string, string[]][] = [
  ['', ['evt_3', 'evt_2', 'evt_1', 'evt_0']],
  ['?status=parked', ['evt_3']],
  ['?type=charge.succeeded&from=2026-03-02T08:01:00Z&to=2026-03-02T08:03:00Z', ['evt_2', 'evt_1']],
  ['?type=charge.updated', []],
]
test.each(lists)('the list %s has its events, newest first', async (query, expected) => {
  expect(ids((await call(`/webhooks${query}`, 'oncall')).body)).toEqual(expected)
})

test('a list goes on where its page ended', async () => {
  const first = await call('/webhooks?limit=3', 'oncall')
  const second = await call(`/webhooks?limit=3&cursor=${first.body.next_cursor ?? ''}`, 'oncall')
  expect([ids(first.body), ids(second.body)]).toEqual([['evt_3', 'evt_2', 'evt_1'], ['evt_0']])
  expect(second.body.next_cursor).toBeNull()
})

test('one event shows its payload without what opens doors or names people', async () => {
  const { body } = await call('/webhooks/evt_3', 'auditor')
  expect(body.payload).toEqual({
    type: 'charge.succeeded',
    data: {
      object: {
        object: 'charge',
        billing_details: { name: '[hidden]', email: '[hidden]' },
        client_secret: '[hidden]',
      },
    },
  })
})

const refused: [string, string, Role, string, number, string][] = [
  ['the list', '/webhooks', 'cashier', 'GET', 403, 'forbidden'],
  ['a retry by one who only reads', '/webhooks/evt_3/retry', 'auditor', 'POST', 403, 'forbidden'],
  ['a retry of an applied event', '/webhooks/evt_0/retry', 'oncall', 'POST', 409, 'invalid_state'],
  ['an event that does not exist', '/webhooks/evt_none', 'oncall', 'GET', 404, 'not_found'],
  ['a retry of what does not exist', '/webhooks/evt_none/retry', 'oncall', 'POST', 404, 'not_found'],
  ['an unknown status', '/webhooks?status=lost', 'oncall', 'GET', 422, 'query_invalid'],
  ['a cursor of another list', '/webhooks?cursor=e30', 'oncall', 'GET', 422, 'query_invalid'],
]
test.each(refused)('%s is refused', async (_name, path, role, method, status, code) => {
  const answer = await call(path, role, method)
  expect(answer.status).toBe(status)
  expect(answer.body.error).toMatchObject({ code })
})

test('a parked event that is retried is due at once with all its tries, and the inbox is woken', async () => {
  const { status, body } = await call('/webhooks/evt_3/retry', 'oncall', 'POST')
  expect(status).toBe(202)
  expect(body).toMatchObject({ id: 'evt_3', status: 'received', attempts: 0 })
  expect(worker.deps.wakeups.woken).toEqual(['inbox'])
})

const callWithBody = async (path: string, role: Role, body: object) => {
  const response = await app.request(`/payments/api${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.get(role) ?? ''}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test('many events are retried at once, by state and type, and nobody else may', async () => {
  const { db } = worker.deps
  await db.run(
    "UPDATE webhook_events SET status = 'parked', attempts = 5, postponed = 3 WHERE id IN ('evt_1', 'evt_2')",
  )
  const [{ type } = { type: '' }] = await db.rows<{ type: string }>(
    "SELECT type FROM webhook_events WHERE id = 'evt_1'",
  )
  expect((await callWithBody('/webhooks/retry', 'auditor', { status: 'parked' })).status).toBe(403)
  expect((await callWithBody('/webhooks/retry', 'oncall', { status: 'processed' })).status).toBe(422)
  const none = await callWithBody('/webhooks/retry', 'oncall', { status: 'parked', type: 'no.such' })
  expect(none).toEqual({ status: 202, body: { retried: 0 } })
  const known = await db.rows("SELECT id FROM webhook_events WHERE status = 'parked' AND type = $1", [type])
  const done = await callWithBody('/webhooks/retry', 'oncall', { status: 'parked', type })
  expect(done).toEqual({ status: 202, body: { retried: known.length } })
  expect(known.length).toBeGreaterThan(0)
  const due = await db.rows('SELECT status, attempts, postponed FROM webhook_events WHERE id = $1', ['evt_1'])
  expect(due).toEqual([{ status: 'received', attempts: 0, postponed: 0 }])
})
