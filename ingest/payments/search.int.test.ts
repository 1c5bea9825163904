import { afterAll, beforeAll, expect, test } from 'vitest'
import { openGateway, type TestGateway } from '../testing/open-gateway.ts'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await openGateway()
})
afterAll(async () => gateway.close())

let count = 0

/** A cash sale; each a minute after the one before. */
const pay = async (amount: number, rest: object = {}): Promise<string> => {
  gateway.deps.env.pass(60_000)
  const lines = [{ name: 'Loaf', quantity: 1, unit_amount: amount }]
  const sale = await gateway.post('/sales', { till_id: 'till-1', currency: 'gbp', lines, ...rest })
  const paid = await gateway.post(
    `/sales/${sale.body.id}/tenders`,
    { type: 'cash', amount },
    `k${(count += 1)}`,
  )
  expect(paid.status, paid.text).toBe(201)
  return paid.body.id
}

const ids = async (query: string): Promise<string[]> => {
  const page = await gateway.get(`/payments?${query}`)
  expect(page.status, page.text).toBe(200)
  return page.body.data.map((payment: { id: string }) => payment.id)
}

test('pages go from the newest to the oldest, and payments made meanwhile do not shift them', async () => {
  const made: string[] = []
  for (let n = 1; n <= 5; n += 1) made.push(await pay(n * 100))
  const first = await gateway.get('/payments?limit=2')
  expect(first.body.data.map((row: { amount: number }) => row.amount)).toEqual([500, 400])
  await pay(600)
  const second = await gateway.get(`/payments?limit=2&cursor=${first.body.next_cursor}`)
  expect(second.body.data.map((row: { amount: number }) => row.amount)).toEqual([300, 200])
  const third = await gateway.get(`/payments?limit=2&cursor=${second.body.next_cursor}`)
  expect(third.body).toMatchObject({ data: [{ id: made[0] }], next_cursor: null })
})

test('filters narrow, together', async () => {
  const id = await pay(777, { customer_ref: 'customer 7' })
  const { created_at: at } = (await gateway.get(`/payments/${id}`)).body
  const after = new Date(Date.parse(at) + 1).toISOString()
  expect(await ids('amount_min=700&amount_max=800')).toEqual([id])
  expect(await ids('customer_ref=customer%207')).toEqual([id])
  expect(await ids(`from=${at}&to=${after}`)).toEqual([id])
  expect(await ids(`from=${after}`)).toEqual([])
  expect(await ids(`q=${id}`)).toEqual([id])
  expect(await ids('method=card')).toEqual([])
  expect(await ids('status=succeeded&currency=gbp&till_id=till-1&amount_min=777')).toEqual([id])
  expect(await ids('currency=usd')).toEqual([])
})

test('the same sale under the same ref is the sale that exists; another one is refused', async () => {
  const body = {
    till_id: 'till-1',
    currency: 'gbp',
    lines: [{ name: 'Bun', quantity: 2, unit_amount: 60 }],
    external_ref: 'ticket 1',
  }
  const first = await gateway.post('/sales', body)
  expect(first.status).toBe(201)
  const again = await gateway.post('/sales', body)
  expect({ status: again.status, id: again.body.id }).toEqual({ status: 200, id: first.body.id })
  const other = await gateway.post('/sales', {
    ...body,
    lines: [{ name: 'Bun', quantity: 3, unit_amount: 60 }],
  })
  expect(other.body.error).toMatchObject({ code: 'external_ref_reused', sale_id: first.body.id })
})

test('a canceled sale takes no tender; a paid one is not canceled', async () => {
  const lines = [{ name: 'Bun', quantity: 1, unit_amount: 60 }]
  const sale = await gateway.post('/sales', { till_id: 'till-1', currency: 'gbp', lines })
  const canceled = await gateway.post(`/sales/${sale.body.id}/cancel`, {})
  expect(canceled.body.status).toBe('canceled')
  const tender = await gateway.post(`/sales/${sale.body.id}/tenders`, { type: 'cash', amount: 60 }, 'late')
  expect(tender.body.error).toMatchObject({ code: 'invalid_state', status: 'canceled' })
  const paid = await gateway.get(`/payments/${await pay(60)}`)
  const refused = await gateway.post(`/sales/${paid.body.sale_id}/cancel`, {})
  expect(refused.body.error.code).toBe('invalid_state')
})

test('the balances at an instant are of what occurred before it', async () => {
  const finance = await gateway.token('finance')
  const cashAt = async (query: string): Promise<number> => {
    const { body } = await gateway.get(`/ledger/balances${query}`, finance)
    return body.data.find((row: { account: string }) => row.account === 'till:till-1:cash').balance
  }
  const before = await cashAt('')
  const at = gateway.deps.env.clock.now()
  const id = await pay(250)
  expect(await cashAt('')).toBe(before + 250)
  expect(await cashAt(`?at=${new Date(at.getTime() + 1).toISOString()}`)).toBe(before)
  const journal = await gateway.get(`/ledger/journal?object=${id}`, finance)
  expect(journal.body.data).toMatchObject([
    { kind: 'sale_cash', source_id: id, postings: [{ amount: 250 }, { amount: -250 }] },
  ])
  expect((await gateway.get('/ledger/accounts', finance)).body.data).toContainEqual({
    code: 'till:till-1:cash',
    kind: 'asset',
    description: 'Cash in the drawer of till-1',
  })
})
