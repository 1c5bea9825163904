import { expect, test } from 'vitest'
import { receiptHtml, receiptText } from './render-receipt.ts'
import { showInstant, showMoney, type Receipt } from '../domain/receipt.ts'

const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ')

test.each([
  [1_234, 'gbp', 'en-GB', '£12.34'],
  [-50, 'gbp', 'en-GB', '-£0.50'],
  [500, 'jpy', 'en-GB', 'JP¥500'],
  [1_250, 'kwd', 'en-GB', 'KWD 1.250'],
  [1_234_56, 'eur', 'de-DE', '1.234,56 €'],
  [99_999_999, 'eur', 'fr-FR', '999 999,99 €'],
  // The common locale data writes ALL without decimals; Stripe counts two, and a receipt must not lose them.
  [1_050, 'all', 'en-GB', 'ALL 10.50'],
])('%s %s in %s is %s', (amount, currency, locale, shown) => {
  expect(plain(showMoney(amount, currency, { locale }))).toBe(shown)
})

test.each([
  ['2026-03-28T23:30:00Z', 'Europe/London', '28 Mar 2026, 23:30 GMT'],
  // An hour after the clocks went forward.
  ['2026-03-29T02:00:00Z', 'Europe/London', '29 Mar 2026, 03:00 BST'],
  ['2026-03-28T23:30:00Z', 'Asia/Tokyo', '29 Mar 2026, 08:30 GMT+9'],
])('%s on the wall in %s is %s', (at, zone, shown) => {
  expect(showInstant(at, zone, { locale: 'en-GB' })).toBe(shown)
})

const RECEIPT: Receipt = {
  payment_id: 'pay_1',
  sale_id: 'sale_1',
  external_ref: 'ticket <7>',
  store: { id: 'high-street', name: 'Baker & Sons', zone: 'Europe/London' },
  till: { id: 'till-1', name: 'Till 1' },
  sold_at: '2026-03-02T09:00:00.000Z',
  currency: 'gbp',
  items: [
    { name: 'Loaf', quantity: 2, unit_amount: 300, discount_amount: 50, amount: 550 },
    { name: '<script>alert(1)</script>', quantity: 1, unit_amount: 450, discount_amount: 0, amount: 450 },
  ],
  tax_amount: 200,
  tip_amount: 100,
  total: 1_300,
  amount_paid: 1_300,
  amount_due: 0,
  tenders: [
    {
      payment_id: 'pay_0',
      method: 'cash',
      amount: 300,
      authorized_only: false,
      card: null,
      received: 500,
      change: 200,
      check_reference: null,
      terminal: null,
    },
    {
      payment_id: 'pay_1',
      method: 'card',
      amount: 1_000,
      authorized_only: false,
      card: { brand: 'visa', last4: '4242' },
      received: null,
      change: null,
      check_reference: null,
      terminal: { authorization_code: '123456', dedicated_file_name: 'A0000000031010', unknown_field: 'x' },
    },
  ],
  refunds: [{ id: 'rfd_1', method: 'card', amount: 250, status: 'pending', at: '2026-03-02T10:00:00.000Z' }],
}

test('a printer gets 42 columns with everything that was sold, paid and given back', () => {
  const text = receiptText(RECEIPT, { locale: 'en-GB' })
  expect(text).toBe(`Baker & Sons
Till 1, 02 Mar 2026, 09:00 GMT
Receipt pay_1
Ref ticket <7>
------------------------------------------
2 x Loaf                             £6.00
  Discount                          -£0.50
<script>alert(1)</script>            £4.50
------------------------------------------
Tax                                  £2.00
Tip                                  £1.00
TOTAL                               £13.00
------------------------------------------
Cash                                 £3.00
  Given                              £5.00
  Change                             £2.00
Card visa **** 4242                 £10.00
  AID: A0000000031010
  Auth code: 123456
------------------------------------------
Refund Card 02 Mar 2026, 10:00 GMT (on its way)
                                    -£2.50
`)
})

test('a page has no tag that somebody typed into a till', () => {
  const html = receiptHtml(RECEIPT, { locale: 'en-GB' })
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(html).toContain('Baker &amp; Sons')
  expect(html).toContain('ticket &lt;7&gt;')
  expect(html).not.toMatch(/<script|style=|<style/)
})
