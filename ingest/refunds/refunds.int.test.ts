import { afterAll, beforeAll, expect, test } from 'vitest'
import { openGateway, type TestGateway } from '../testing/open-gateway.ts'
import { startTempSandbox } from '../testing/temp-sandbox.ts'

let sandbox: Awaited<ReturnType<typeof startTempSandbox>>
let gateway: TestGateway

beforeAll(async () => {
  sandbox = await startTempSandbox(new Date('2026-03-02T09:00:00Z'))
  gateway = await openGateway(sandbox.url)
})
afterAll(async () => {
  await gateway.close()
  await sandbox.stop()
})

let keys = 0
const nextKey = (): string => `key-${(keys += 1)}`

const payByCard = async (amount: number): Promise<string> => {
  const body = { amount, currency: 'gbp', till_id: 'till-1', payment_method: 'pm_card_visa' }
  const paid = await gateway.post('/payments', body, nextKey())
  expect(paid.status, paid.text).toBe(201)
  return paid.body.id
}

const postingsOf = async (kind: string, source: string) =>
  gateway.deps.db.rows(
    `SELECT p.account, p.amount FROM journal_entries e JOIN postings p ON p.entry_id = e.id
     WHERE e.kind = $1 AND e.source_id = $2 ORDER BY p.position`,
    [kind, source],
  )

test('a part is given back on the card, then the rest, and nothing more', async () => {
  const id = await payByCard(1_000)
  const part = await gateway.post(`/payments/${id}/refunds`, { amount: 400, reason: 'duplicate' }, nextKey())
  expect(part.status, part.text).toBe(201)
  expect(part.body).toMatchObject({ status: 'succeeded', amount: 400, method: 'card' })
  expect(await postingsOf('refund', part.body.stripe_refund)).toEqual([
    { account: 'revenue:refunds', amount: 400n },
    { account: 'clearing:refund', amount: -400n },
  ])
  const rest = await gateway.post(`/payments/${id}/refunds`, {}, nextKey())
  expect(rest.body, rest.text).toMatchObject({ amount: 600 })
  const none = await gateway.post(`/payments/${id}/refunds`, {}, nextKey())
  expect(none.status).toBe(409)
  expect(none.body.error).toMatchObject({ code: 'refund_exceeds_capture', amount_refundable: 0 })
  const payment = await gateway.get(`/payments/${id}`)
  expect(payment.body).toMatchObject({ amount_refunded: 1_000 })
  expect(payment.body.refunds).toHaveLength(2)
  expect((await gateway.get(`/refunds/${part.body.id}`)).body).toEqual(part.body)
})

test('fifty refunds at once never give back more than was taken', async () => {
  const id = await payByCard(1_000)
  const answers = await Promise.all(
    Array.from({ length: 50 }, async () =>
      gateway.post(`/payments/${id}/refunds`, { amount: 90 }, nextKey()),
    ),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(11)
  const refused = answers.filter(({ status }) => status !== 201).map(({ body }) => body.error.code)
  expect(new Set(refused)).toEqual(new Set(['refund_exceeds_capture']))
  expect((await gateway.get(`/payments/${id}`)).body.amount_refunded).toBe(990)
})

test('the same key gives back once', async () => {
  const id = await payByCard(1_000)
  const key = nextKey()
  const first = await gateway.post(`/payments/${id}/refunds`, { amount: 100 }, key)
  const again = await gateway.post(`/payments/${id}/refunds`, { amount: 100 }, key)
  expect(again.text).toBe(first.text)
  expect((await gateway.get(`/payments/${id}`)).body.amount_refunded).toBe(100)
})

test('cash is given back out of the drawer at once', async () => {
  const lines = [{ name: 'Loaf', quantity: 2, unit_amount: 150 }]
  const sale = await gateway.post('/sales', { till_id: 'till-1', currency: 'gbp', lines })
  const paid = await gateway.post(`/sales/${sale.body.id}/tenders`, { type: 'cash', amount: 300 }, nextKey())
  const back = await gateway.post(`/payments/${paid.body.id}/refunds`, { amount: 150 }, nextKey())
  expect(back.status, back.text).toBe(201)
  expect(back.body).toMatchObject({ status: 'succeeded', method: 'cash', stripe_refund: null })
  expect(await postingsOf('refund_cash', back.body.id)).toEqual([
    { account: 'revenue:refunds', amount: 150n },
    { account: 'till:till-1:cash', amount: -150n },
  ])
})

test('what was never taken cannot be given back', async () => {
  const body = { amount: 500, currency: 'gbp', till_id: 'till-1', payment_method: 'pm_card_chargeDeclined' }
  const refused = await gateway.post('/payments', body, nextKey())
  const answer = await gateway.post(`/payments/${refused.body.error.payment.id}/refunds`, {}, nextKey())
  expect(answer.body.error).toMatchObject({ code: 'invalid_state', status: 'payment_failed' })
})

test('a token of another till sees neither the payment nor its refund', async () => {
  const id = await payByCard(500)
  const back = await gateway.post(`/payments/${id}/refunds`, { amount: 100 }, nextKey())
  await gateway.deps.db.run(
    "INSERT INTO tills (id, store_id, name) VALUES ('till-2', 'high-street', 'Till 2') ON CONFLICT DO NOTHING",
  )
  const other = await gateway.token('cashier', 'till-2')
  for (const path of [`/payments/${id}`, `/refunds/${back.body.id}`])
    expect((await gateway.get(path, other)).body.error.code).toBe('not_found')
  const answer = await gateway.post(`/payments/${id}/refunds`, {}, nextKey(), other)
  expect(answer.body.error.code).toBe('not_found')
  expect((await gateway.get('/payments', other)).body.data).toEqual([])
  expect((await gateway.get('/tills', other)).body.data.map((till: { id: string }) => till.id)).toEqual([
    'till-2',
  ])
})
