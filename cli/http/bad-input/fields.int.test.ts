import { afterAll, beforeAll, expect, test } from 'vitest'
import { API, cash, line, openSale, payment, paySale, sale } from '../testing/a-sale.ts'
import { expectRow, readDocumented, type Row } from '../testing/expect-refusal.ts'
import { openDoor, type Call, type Door } from '../testing/open-door.ts'

let door: Door
let documented: Awaited<ReturnType<typeof readDocumented>>
let openId: string
let paidId: string

beforeAll(async () => {
  door = await openDoor()
  documented = await readDocumented(door)
  openId = await openSale(door)
  paidId = await paySale(door, 'paid')
})
afterAll(async () => door.close())

type Want = Row['want']
const INVALID: Want = [422, 'validation_failed']
const AMOUNT: Want = [422, 'amount_invalid']
const CURRENCY: Want = [422, 'currency_amount_invalid']
const TEXT: Want = [422, 'metadata_invalid']

const to =
  (path: Row['path'], want: Want) =>
  (name: string, body: Call['body'] & {}): Row => ({
    name,
    method: 'POST',
    path,
    body,
    want,
  })
const SALES = `${API}/sales`
const PAYMENTS = `${API}/payments`
const tenders = () => `${API}/sales/${openId}/tenders`
const refunds = () => `${API}/payments/${paidId}/refunds`
const written = (amount: string, currency = 'gbp'): string =>
  `{"amount":${amount},"currency":"${currency}","till_id":"till-1","payment_method":"pm_card_visa"}`

const FORMS: Row[] = [
  ...[
    ['an unknown field', sale({ colour: 'red' })],
    ['a field of ours: status', sale({ status: 'closed' })],
    ['a field of ours: total', sale({ total: 1 })],
    ['a field of ours: id', sale({ id: 'sale_00000000000000000000000000' })],
    ['a field of ours in a line', line({ net_amount: 1 })],
    ['no lines', sale({ lines: [] })],
    ['lines that are none', sale({ lines: 'Loaf' })],
    ['41 lines', sale({ lines: Array.from({ length: 41 }, () => sale().lines[0]) })],
    ['a line that is null', sale({ lines: [null] })],
    ['an empty name', line({ name: '' })],
    ['a name that is a number', line({ name: 5 })],
    ['half a loaf', line({ quantity: 0.5 })],
    ['no loaf', line({ quantity: 0 })],
    ['a till of another shop', sale({ till_id: 'till-9' })],
    ['a till in capitals', sale({ till_id: 'TILL-1' })],
    ['no till', { ...sale(), till_id: undefined }],
    ['a sale in the future', sale({ sold_at: '9999-01-01T00:00:00Z' })],
    ['a date for an instant', sale({ sold_at: '2026-03-02' })],
    ['30 February', sale({ sold_at: '2016-02-30T10:00:00Z' })],
    ['29 February of a common year', sale({ sold_at: '2025-02-29T10:00:00Z' })],
    ['24:60', sale({ sold_at: '2016-02-28T24:60:00Z' })],
    ['a 61st second', sale({ sold_at: '2016-12-31T23:59:61Z' })],
    ['an instant without an offset', sale({ sold_at: '2016-02-28T10:00:00' })],
    ['an instant of 1969', sale({ sold_at: '1969-12-31T23:59:59Z' })],
    ['an instant as a number', sale({ sold_at: 1_456_653_600 })],
    ['a discount beyond the line', line({ discount_amount: 501 })],
    ['a string for a list', sale({ lines: { 0: sale().lines[0] } })],
  ].map(([name, body]) => to(SALES, INVALID)(name as string, body as object)),
  ...[
    ['an amount as text', payment({ amount: '500' })],
    ['an amount as null', payment({ amount: null })],
    ['an amount as true', payment({ amount: true })],
    ['an amount as a list', payment({ amount: [500] })],
    ['no amount', payment({ amount: undefined })],
    ['an amount that a double would round', written('10.00000000000000001')],
    ['a field of ours: captured', payment({ amount_captured: 500 })],
    ['a card in the clear', payment({ card: { cvc: '123' } })],
    ['a payment method of no kind', payment({ payment_method: 'visa' })],
    ['metadata that is a list', payment({ metadata: ['a'] })],
    ['metadata that is not text', payment({ metadata: { a: 1 } })],
    ['metadata in metadata', payment({ metadata: { a: { b: 'c' } } })],
  ].map(([name, body]) => to(PAYMENTS, INVALID)(name as string, body as object)),
  to(tenders, INVALID)('less cash than due', cash({ received: 499 })),
  to(tenders, INVALID)('a tender of no kind', { type: 'cheque', amount: 500 }),
  to(tenders, INVALID)('cash with a card', cash({ payment_method: 'pm_card_visa' })),
  to(tenders, INVALID)('a card without a card', { type: 'card' }),
  to(tenders, INVALID)('a check without a reference', { type: 'check', amount: 500 }),
  to(refunds, INVALID)('a refund for no reason we know', { reason: 'fun' }),
]

const AMOUNTS: Row[] = [
  ...['0', '-0', '-0.0', '-1', '-1e2', '10.5', '1e-1', '1e400', '-1e400', '100000000', '99999999999'].map(
    (amount) => to(PAYMENTS, AMOUNT)(`an amount of ${amount}`, written(amount)),
  ),
  to(PAYMENTS, AMOUNT)('an amount of 2^53+1', written('9007199254740993')),
  to(tenders, AMOUNT)('a tender of 0', cash({ amount: 0 })),
  to(tenders, AMOUNT)('a tender of -0', '{"type":"cash","amount":-0}'),
  to(refunds, AMOUNT)('a refund of 0', { amount: 0 }),
  to(refunds, AMOUNT)('a refund below 0', { amount: -500 }),
  to(refunds, AMOUNT)('a refund of 0.5', { amount: 0.5 }),
  to(SALES, AMOUNT)('a total of 0', line({ unit_amount: 0 })),
  to(SALES, AMOUNT)('a negative price', line({ unit_amount: -1 })),
  to(SALES, AMOUNT)('a tip below 0', sale({ tip_amount: -1 })),
  to(SALES, AMOUNT)('a tip of -0', JSON.stringify(sale({ tip_amount: 7 })).replace('7', '-0')),
  to(SALES, AMOUNT)('a tax of 1.5', line({ tax_amount: 1.5 })),
  to(SALES, AMOUNT)('a total out of range', line({ quantity: 10_000, unit_amount: 99_999_999 })),
  to(PAYMENTS, CURRENCY)('KWD not a multiple of 10', payment({ currency: 'kwd', amount: 1_005 })),
  to(SALES, CURRENCY)('a line in KWD not a multiple of 10', {
    ...line({ unit_amount: 1_005 }),
    currency: 'kwd',
  }),
  to(PAYMENTS, CURRENCY)('JPY with decimals', payment({ currency: 'jpy', amount: 10.5 })),
  to(SALES, CURRENCY)('a line in JPY with decimals', { ...line({ unit_amount: 10.5 }), currency: 'jpy' }),
  to(PAYMENTS, CURRENCY)('an unknown currency', payment({ currency: 'xyz' })),
  to(PAYMENTS, CURRENCY)('a currency in capitals', payment({ currency: 'GBP' })),
  to(PAYMENTS, CURRENCY)('a currency with a space', payment({ currency: 'gbp ' })),
  to(PAYMENTS, CURRENCY)('an empty currency', payment({ currency: '' })),
  to(PAYMENTS, CURRENCY)('a currency that is a method of objects', payment({ currency: 'valueOf' })),
]

const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 'v']))
const TEXTS: Row[] = [
  to(SALES, TEXT)('NUL', line({ name: 'a\0b' })),
  to(PAYMENTS, TEXT)('NUL in a key', payment({ metadata: { 'a\0': 'b' } })),
  to(PAYMENTS, TEXT)('an escaped high surrogate alone', '{"metadata":{"a":"\\ud800"}}'),
  to(PAYMENTS, TEXT)('an escaped low surrogate alone', '{"metadata":{"a":"\\udc00b"}}'),
  to(PAYMENTS, TEXT)('surrogates the wrong way round', '{"metadata":{"a":"\\ude00\\ud83d"}}'),
  to(PAYMENTS, TEXT)('a lone surrogate in a key', '{"metadata":{"\\ud800":"a"}}'),
  to(PAYMENTS, TEXT)('501 characters', payment({ metadata: { a: 'x'.repeat(501) } })),
  to(PAYMENTS, TEXT)('a key of 41 characters', payment({ metadata: { ['k'.repeat(41)]: 'x' } })),
  to(PAYMENTS, TEXT)('51 metadata keys', payment({ metadata: pairs(51) })),
  to(PAYMENTS, TEXT)('a metadata key of ours', payment({ metadata: { tillwatch_payment: 'pay_x' } })),
  to(SALES, TEXT)('a line break', sale({ cashier_ref: 'a\nb' })),
  to(SALES, TEXT)('CR and LF, as in forged headers', sale({ external_ref: 'a\r\nSet-Cookie: b' })),
  to(SALES, TEXT)('an escape of terminals', sale({ customer_ref: '\u001b[2J' })),
  to(SALES, TEXT)('DEL', line({ name: 'a\u007f' })),
  to(SALES, TEXT)('a name of 201 characters', line({ name: 'x'.repeat(201) })),
  to(SALES, TEXT)('a reference of 101 characters', sale({ external_ref: 'x'.repeat(101) })),
  to(tenders, TEXT)('NUL in a reference', { type: 'check', amount: 500, reference: '\0' }),
]

test.each([...FORMS, ...AMOUNTS, ...TEXTS])('$name is $want and writes nothing', async (row) => {
  await expectRow(door, documented, row)
})

test.each(['1e2', '100.0', '1.0e+2'])(
  '%s is 100, as JSON has one kind of number (RFC 8259 §6), and is shown as 100',
  async (amount) => {
    const lines = `[{"name":"Loaf","quantity":1,"unit_amount":${amount}}]`
    const answer = await door.send({
      path: SALES,
      body: `{"till_id":"till-1","currency":"gbp","lines":${lines}}`,
    })
    expect(answer.status).toBe(201)
    expect(answer.text).toContain('"total":100,')
  },
)

test.each([
  ['SQL', "'); DROP TABLE sales; --"],
  ['a formula', '=HYPERLINK("http://evil.example")'],
  ['HTML', '<script>alert(1)</script>'],
  ['a path', '../../etc/passwd'],
  ['Unicode of every width', 'é 漢字 😀 עברית e\u0301'],
])('%s in a text is kept as the text it is', async (_name, text) => {
  const made = await door.send({ path: SALES, body: sale({ customer_ref: text }) })
  expect(made.status).toBe(201)
  const read = await door.send({ path: `${SALES}/${made.body.id}` })
  expect(read.body.customer_ref).toBe(text)
})
