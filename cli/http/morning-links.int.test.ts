import { afterAll, beforeAll, expect, test } from 'vitest'
import { countIn, FAILED, INCOMPLETE, paymentLinks, TASK_LOOK } from '../../ui/src/pages/morning/morning.ts'
import { API } from './testing/a-sale.ts'
import { openDoor, type Door } from './testing/open-door.ts'

/** Every status that a payment can have; there is one of yesterday in each. */
const STATUSES = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
  'requires_capture',
  'succeeded',
  'canceled',
  'payment_failed',
]

const SALE = `INSERT INTO sales (id, till_id, store_id, currency, total, tax_amount, tip_amount, discount_amount, status, sold_at,
    business_date, created_at, updated_at)
  VALUES ($1, 'till-1', 'high-street', 'gbp', 500, 0, 0, 0, 'open', $2, '2026-03-02', $2, $2)`
const PAYMENT = `INSERT INTO payments (id, sale_id, till_id, store_id, method, currency, amount, amount_captured, amount_refunded, status,
    trace_id, accepted_at, created_at, updated_at)
  VALUES ($1, $2, 'till-1', 'high-street', 'card', 'gbp', 500, CASE $3 WHEN 'succeeded' THEN 500 ELSE 0 END, 0, $3, 't', $4, $4, $4)`
const DISPUTE = `INSERT INTO disputes (id, payment_id, stripe_charge, currency, amount, status, reason, due_by, is_charge_refundable,
    has_evidence, opened_at, rows_seen, as_of, first_writer, trace_id, created_at, updated_at)
  VALUES ('du_1', 'pay_succeeded', 'ch_1', 'gbp', 500, 'needs_response', 'general', $1::timestamptz + interval '3 days', false, false,
    $1, 0, $1, 'webhook', 't', $1, $1)`

let door: Door
let manager: string

beforeAll(async () => {
  door = await openDoor()
  manager = await door.token('manager')
  const { db, env } = door.deps
  const at = env.clock.now()
  for (const status of STATUSES) {
    await db.run(SALE, [`sale_${status}`, at])
    await db.run(PAYMENT, [`pay_${status}`, `sale_${status}`, status, at])
  }
  await db.run(DISPUTE, [at])
  env.moveTo(new Date(at.getTime() + 86_400_000))
  // One of today, which no figure of yesterday leads to.
  await db.run(SALE, ['sale_today', env.clock.now()])
  await db.run(PAYMENT, ['pay_today', 'sale_today', 'payment_failed', env.clock.now()])
})
afterAll(async () => door.close())

const morning = async () => (await door.send({ path: `${API}/morning`, token: manager })).body

/** Statuses of the rows that a link of the morning shows, as the list of payments gives them. */
const opened = async (href: string): Promise<string[]> => {
  expect(href).toMatch(/^\/payments\/dashboard\/\?/)
  const { status, body, text } = await door.send({
    path: `${API}/payments?limit=100&${href.split('?')[1] ?? ''}`,
    token: manager,
  })
  expect(status, text).toBe(200)
  return body.data.map(({ id }: { id: string }) => id.replace('pay_', '')).sort()
}

test("each figure of yesterday's payments opens exactly the rows that it counts", async () => {
  const data = await morning()
  const links = paymentLinks(data)
  expect(await opened(links.taken)).toEqual(['succeeded'])
  expect(await opened(links.failed)).toEqual(['canceled', 'payment_failed'])
  expect(await opened(links.incomplete)).toEqual([
    'processing',
    'requires_action',
    'requires_capture',
    'requires_confirmation',
    'requires_payment_method',
  ])
  expect([countIn(data.payments, FAILED), countIn(data.payments, INCOMPLETE)]).toEqual([2, 5])
})

test('what waits opens the payments that it waits for', async () => {
  expect((await morning()).tasks).toMatchObject([{ kind: 'disputes_to_answer', count: 1 }])
  expect(await opened(TASK_LOOK.disputes_to_answer.href)).toEqual(['succeeded'])
  expect(await opened(TASK_LOOK.refunds_owed.href)).toEqual([])
})

test('what waits among the exceptions opens a list that is answered', async () => {
  for (const { href } of Object.values(TASK_LOOK)) {
    if (!href.startsWith('/reconciliation?')) continue
    const { status, text } = await door.send({
      path: `${API}/reconciliation/exceptions?${href.split('?')[1] ?? ''}`,
      token: manager,
    })
    expect(status, `${href} ${text}`).toBe(200)
  }
})
