import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sign, stripeEvent } from '../../../ingest/testing/signed-delivery.ts'
import { WEBHOOK_SECRETS } from '../../../ingest/testing/worker-deps.ts'
import { sale } from '../testing/a-sale.ts'
import { problemOf } from '../testing/expect-refusal.ts'
import { openDoor, type Answer, type Door } from '../testing/open-door.ts'

const API = '/payments/api'
let door: Door
let atMs = 0

beforeAll(async () => {
  door = await openDoor({
    machine: { nowMs: () => atMs, sleep: async () => undefined },
    config: {
      TILLWATCH_LIMIT_CALLER: '5/10',
      TILLWATCH_LIMIT_COSTLY: '20/40',
      TILLWATCH_LIMIT_ADDRESS: '3/6',
    },
  })
})
afterAll(async () => door.close())
// Every bucket is full again: the longest takes forty seconds.
beforeEach(() => void (atMs += 40_000))

const get = async (path: string, token: string | null): Promise<Answer> =>
  door.send({ path: API + path, token })

/** Statuses of `times` calls, one after another. */
const statuses = async (times: number, call: () => Promise<Answer>): Promise<number[]> => {
  const seen: number[] = []
  for (let n = 0; n < times; n += 1) seen.push((await call()).status)
  return seen
}

test('the sixth call of a token within its limit of five is refused, and says when to come again', async () => {
  const token = await door.token('manager')
  expect(await statuses(5, async () => get('/sales', token))).toEqual([200, 200, 200, 200, 200])
  const refused = await get('/shop', token)
  expect(refused.status).toBe(429)
  expect(refused.body.error).toMatchObject({ code: 'rate_limited', limited_by: 'caller', retry_after_s: 2 })
  expect(refused.headers.get('retry-after')).toBe('2')
  expect(refused.headers.get('ratelimit')).toBe('"caller";r=0;t=2')
  expect(problemOf(refused)).toBeUndefined()
})

test('another token is not refused, at the same address, while the first one is', async () => {
  const [wild, calm] = [await door.token('manager'), await door.token('manager')]
  expect(await statuses(6, async () => get('/sales', wild))).toEqual([200, 200, 200, 200, 200, 429])
  expect(await statuses(1, async () => get('/sales', calm))).toEqual([200])
})

test('what was used comes back steadily, all of it after the whole window', async () => {
  const token = await door.token('manager')
  await statuses(6, async () => get('/sales', token))
  atMs += 1_999
  expect(await statuses(1, async () => get('/sales', token))).toEqual([429])
  atMs += 1
  expect(await statuses(2, async () => get('/sales', token))).toEqual([200, 429])
  atMs += 10_000
  expect(await statuses(6, async () => get('/sales', token))).toEqual([200, 200, 200, 200, 200, 429])
})

test('costly routes share a tighter limit of points, and the others go on', async () => {
  const token = await door.token('finance')
  const exported = async () => get('/payments/export', token)
  expect(await statuses(2, exported)).toEqual([200, 200])
  const refused = await get('/reconciliation/exceptions/export', token)
  expect(refused.body.error).toMatchObject({ code: 'rate_limited', limited_by: 'costly', retry_after_s: 20 })
  expect(await statuses(1, async () => get('/payments', token))).toEqual([200])
  atMs += 20_000
  expect(await statuses(2, exported)).toEqual([200, 429])
})

test('a call that the role is refused counts too, and once over the limit nothing is written of it', async () => {
  const cashier = await door.token('cashier')
  const refused = async () => {
    const row = await door.deps.db.first<{ count: number }>(
      "SELECT count(*)::int FROM audit_entries WHERE kind = 'refused'",
    )
    return row?.count ?? 0
  }
  const before = await refused()
  const people = async () => get('/people', cashier)
  expect(await statuses(7, people)).toEqual([403, 403, 403, 403, 403, 429, 429])
  expect((await refused()) - before).toBe(5)
})

test('a money call over the limit is not begun: its key is free, and the same key works later', async () => {
  const token = await door.token('cashier')
  await statuses(5, async () => get('/sales', token))
  const before = await door.written()
  const call = {
    path: `${API}/sales`,
    token,
    body: sale(),
    headers: { 'idempotency-key': 'limited-1' },
  }
  expect((await door.send(call)).status).toBe(429)
  expect(await door.written()).toEqual(before)
  atMs += 10_000
  expect((await door.send(call)).status).toBe(201)
})

test('whoever is not known counts by the address: public routes, wrong tokens and no tokens together', async () => {
  expect((await get('/session', null)).status).toBe(200)
  expect((await get('/sales', null)).status).toBe(401)
  expect((await get('/sales', `tw_${'0'.repeat(26)}_${'0'.repeat(64)}`)).status).toBe(401)
  const refused = await get('/session', null)
  expect(refused.body.error).toMatchObject({ code: 'rate_limited', limited_by: 'address', retry_after_s: 2 })
  expect((await get('/sales', null)).status).toBe(429)
  const forwarded = { 'x-forwarded-for': '198.51.100.7' }
  expect((await door.send({ path: `${API}/session`, token: null, headers: forwarded })).status).toBe(429)
  // A caller who is known has nothing to do with it.
  expect((await get('/sales', await door.token('manager'))).status).toBe(200)
})

test('deliveries of Stripe and the pager, health and metrics are never refused, however many and over every limit', async () => {
  await statuses(4, async () => get('/session', null))
  let sent = 0
  const delivery = async () => {
    const body = stripeEvent(`evt_limit${(sent += 1)}`, 'product.created', {
      id: 'prod_1',
      object: 'product',
    })
    const headers = { 'stripe-signature': sign(body, WEBHOOK_SECRETS[0] ?? '', 1_772_442_000) }
    return door.send({ path: '/payments/webhooks/stripe', token: null, body, headers })
  }
  expect(await statuses(20, delivery)).toEqual(Array.from({ length: 20 }, () => 200))
  const forged = async () => door.send({ path: '/payments/webhooks/stripe', token: null, body: '{}' })
  expect(await statuses(10, forged)).toEqual(Array.from({ length: 10 }, () => 400))
  const pager = async () => door.send({ path: '/payments/webhooks/pagerduty', token: null, body: '{}' })
  expect(await statuses(10, pager)).not.toContain(429)
  for (const path of ['/healthz', '/readyz', '/metrics'])
    expect(await statuses(10, async () => door.send({ path, token: null }))).not.toContain(429)
  expect((await get('/session', null)).status).toBe(429)
})
