import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLife, type Life } from '../testing/open-life.ts'

let life: Life
beforeAll(async () => {
  life = await openLife()
})
afterAll(async () => life.close())

/** Currency, amount in its own minor units, a part of it, an amount that it does not count, and the amount as people write it. */
const TABLE = [
  ['gbp', 1_234, 234, null, '£12.34'],
  ['jpy', 500, 100, null, 'JP¥500'],
  ['krw', 15_000, 5_000, null, '₩15,000'],
  ['kwd', 1_250, 250, 1_255, 'KWD 1.250'],
  ['bhd', 3_000, 1_000, 3_001, 'BHD 3.000'],
  ['isk', 10_000, 5_000, 10_050, 'ISK 100.00'],
] as const

test.each(TABLE)(
  '%s: sale, part refund and receipt to the minor unit',
  async (currency, amount, part, odd, shown) => {
    const lines = [{ name: 'Loaf', quantity: 1, unit_amount: amount }]
    const sale = await life.sale(0, { lines, currency })
    const paid = await life.tender(sale, { type: 'card', payment_method: 'pm_card_visa' })
    expect(paid.body, paid.text).toMatchObject({
      currency,
      amount,
      amount_captured: amount,
      status: 'succeeded',
    })
    const charge = await life.gateway.deps.stripe.charges.retrieve(paid.body.stripe_charge)
    expect([charge.currency, charge.amount]).toEqual([currency, amount])
    expect(await life.postings('sale_card', charge.id)).toEqual([
      { account: 'clearing:card', amount: BigInt(amount) },
      { account: 'revenue:sales', amount: BigInt(-amount) },
    ])
    if (odd !== null) {
      const answer = await life.act(`/payments/${paid.body.id}/refunds`, { amount: odd - amount + part })
      expect(answer.body.error.code).toBe('currency_amount_invalid')
    }
    const back = await life.act(`/payments/${paid.body.id}/refunds`, { amount: part })
    expect(back.body, back.text).toMatchObject({ currency, amount: part, status: 'succeeded' })
    const receipt = await life.gateway.get(`/payments/${paid.body.id}/receipt?format=text`)
    expect(receipt.text.replaceAll('\u00a0', ' ')).toMatch(
      new RegExp(`TOTAL +${shown.replace('.', '\\.')}\n`),
    )
  },
)

test.each([
  ['kwd', 1_255],
  ['isk', 150],
  ['jpy', 500.5],
])('%s does not count %s', async (currency, amount) => {
  const answer = await life.pay({ currency, amount })
  expect(answer.body.error.code).toBe('currency_amount_invalid')
})

test('a part that its currency does not count is not captured', async () => {
  const held = await life.pay({ currency: 'kwd', amount: 2_000, capture_method: 'manual' })
  const answer = await life.act(`/payments/${held.body.id}/capture`, { amount: 1_005 })
  expect(answer.body.error.code).toBe('currency_amount_invalid')
  expect((await life.act(`/payments/${held.body.id}/capture`, { amount: 1_000 })).body.amount_captured).toBe(
    1_000,
  )
})
