import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLife, type Life } from '../testing/open-life.ts'

let life: Life
beforeAll(async () => {
  life = await openLife()
})
afterAll(async () => life.close())

test('a receipt has the whole sale: items, tax, tip, every tender, what was given back', async () => {
  const lines = [
    { name: 'Cake & <tea>', quantity: 2, unit_amount: 500, tax_amount: 200, discount_amount: 100 },
  ]
  const sale = await life.sale(0, { lines, tip_amount: 100, sold_at: '2026-03-02T08:55:00Z' })
  await life.tender(sale, { type: 'cash', amount: 200, received: 500 })
  await life.pass(1_000)
  await life.tender(sale, { type: 'card', payment_method: 'pm_card_chargeDeclined', amount: 300 })
  const card = await life.tender(sale, { type: 'card', payment_method: 'pm_card_visa' })
  await life.act(`/payments/${card.body.id}/refunds`, { amount: 250 })
  const receipt = await life.gateway.get(`/payments/${card.body.id}/receipt`)
  expect(receipt.body, receipt.text).toMatchObject({
    payment_id: card.body.id,
    store: { name: 'High Street', zone: 'Europe/London' },
    till: { name: 'Till 1' },
    items: [{ name: 'Cake & <tea>', quantity: 2, amount: 900 }],
    tax_amount: 200,
    tip_amount: 100,
    total: 1_200,
    amount_due: 0,
    tenders: [
      { method: 'cash', amount: 200, received: 500, change: 300, card: null },
      { method: 'card', amount: 1_000, card: { brand: 'visa', last4: '4242' }, terminal: null },
    ],
    refunds: [{ method: 'card', amount: 250, status: 'succeeded' }],
  })
  const html = await life.gateway.get(`/payments/${card.body.id}/receipt?format=html`)
  expect(html.headers.get('content-type')).toBe('text/html; charset=UTF-8')
  expect(html.text).toContain('2 x Cake &amp; &lt;tea&gt;')
  expect(html.text).toContain('£12.00')
  const text = await life.gateway.get(`/payments/${card.body.id}/receipt?format=text`)
  expect(text.text).toContain('02 Mar 2026, 08:55 GMT')
  expect((await life.gateway.get(`/payments/${card.body.id}/receipt?format=pdf`)).body.error.code).toBe(
    'query_invalid',
  )
})

test('an authorisation says that nothing was taken yet', async () => {
  const held = await life.pay({ amount: 900, capture_method: 'manual' })
  const text = await life.gateway.get(`/payments/${held.body.id}/receipt?format=text`)
  expect(text.text).toContain('(authorised, not taken yet)')
  expect(text.text).toMatch(/Still due +£9\.00/)
})

test('what took no money has no receipt', async () => {
  const refused = await life.pay({ amount: 900, payment_method: 'pm_card_chargeDeclined' })
  const answer = await life.gateway.get(`/payments/${refused.body.error.payment.id}/receipt`)
  expect(answer.body.error).toMatchObject({ code: 'invalid_state', status: 'payment_failed' })
})

test('a payment taken at a terminal prints what the card schemes want', async () => {
  const paid = await life.pay({ amount: 400 })
  const fields = { authorization_code: '123456', dedicated_file_name: 'A0000000031010' }
  const { deps } = life.gateway
  await deps.db.run('UPDATE payments SET card_details = $2 WHERE id = $1', [
    paid.body.id,
    JSON.stringify(fields),
  ])
  const receipt = await life.gateway.get(`/payments/${paid.body.id}/receipt`)
  expect(receipt.body.tenders).toMatchObject([{ terminal: fields }])
  const text = await life.gateway.get(`/payments/${paid.body.id}/receipt?format=text`)
  expect(text.text).toContain('Auth code: 123456')
})
