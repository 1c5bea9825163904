import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLife, type Life } from '../testing/open-life.ts'

const DAY_MS = 86_400_000

let life: Life
beforeAll(async () => {
  life = await openLife()
  await life.gateway.deps.db.run(
    "INSERT INTO tills (id, store_id, name) SELECT 'till-2', store_id, 'Till 2' FROM tills WHERE id = 'till-1'",
  )
})
afterAll(async () => life.close())

test("a till's day has what it took by method, what it gave back, and nothing of other days or tills", async () => {
  await life.pay({ amount: 9_900 })
  await life.pass(DAY_MS)
  await life.pay({ amount: 100, till_id: 'till-2' })
  const sale = await life.sale(1_200)
  await life.tender(sale, { type: 'cash', amount: 500, received: 1_000 })
  const card = await life.tender(sale, { type: 'card', payment_method: 'pm_card_visa' })
  await life.pay({ amount: 300, payment_method: 'pm_card_chargeDeclined' })
  await life.act(`/payments/${card.body.id}/refunds`, { amount: 250 })
  const { body } = await life.gateway.get('/tills/till-1/today')
  expect(body).toMatchObject({
    till: { id: 'till-1', name: 'Till 1' },
    business_date: '2026-03-03',
    totals: [
      {
        method: 'card',
        currency: 'gbp',
        count: 1,
        amount: 700,
        failed: 1,
        refund_count: 1,
        refund_amount: 250,
      },
      {
        method: 'cash',
        currency: 'gbp',
        count: 1,
        amount: 500,
        failed: 0,
        refund_count: 0,
        refund_amount: 0,
      },
    ],
  })
  expect(body.payments.map(({ amount }: { amount: number }) => amount).toSorted()).toEqual([300, 500, 700])
})

test('a cashier sees the day of their own till alone', async () => {
  const other = await life.gateway.token('cashier', 'till-2')
  expect((await life.gateway.get('/tills/till-1/today', other)).status).toBe(404)
  expect((await life.gateway.get('/tills/till-2/today', other)).status).toBe(200)
  expect((await life.gateway.get('/tills/till-9/today')).status).toBe(404)
})

test('the items are those of shop.yaml, with the limit up to which a cashier refunds alone', async () => {
  const { shop } = life.gateway.deps
  shop.items.push({ name: 'Rye loaf', group: 'Bread', unit_amount: 390, tax_amount: 0 })
  shop.cashier_refund_limit.push({ currency: 'gbp', amount: 1_000 })
  const { body } = await life.gateway.get('/items')
  expect(body).toEqual({
    currency: 'gbp',
    data: [{ name: 'Rye loaf', group: 'Bread', unit_amount: 390, tax_amount: 0 }],
    cashier_refund_limit: 1_000,
  })
})
