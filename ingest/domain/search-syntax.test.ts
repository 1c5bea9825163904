import { expect, test } from 'vitest'
import { parseSearch } from './search-syntax.ts'

test('words without a field are one text', () => {
  expect(parseSearch('  pay_01k8x  ')).toEqual({ terms: [], text: 'pay_01k8x' })
  expect(parseSearch('customer 7')).toEqual({ terms: [], text: 'customer 7' })
  expect(parseSearch('"customer: 7"')).toEqual({ terms: [], text: 'customer: 7' })
  expect(parseSearch('')).toEqual({ terms: [], text: '' })
})

test('a field has a value, an order and a turn', () => {
  expect(parseSearch('status:failed amount:>10 last4:4242 -currency:usd')).toEqual({
    terms: [
      { field: 'status', operator: '=', value: 'failed', negated: false },
      { field: 'amount', operator: '>', value: '10', negated: false },
      { field: 'last4', operator: '=', value: '4242', negated: false },
      { field: 'currency', operator: '=', value: 'usd', negated: true },
    ],
    text: '',
  })
  expect(parseSearch('created:>=2026-11-01 amount:<=9.99 amount:<5')).toMatchObject({
    terms: [
      { field: 'created', operator: '>=', value: '2026-11-01' },
      { field: 'amount', operator: '<=', value: '9.99' },
      { field: 'amount', operator: '<', value: '5' },
    ],
  })
})

test('quotation marks keep blanks, colons and minus signs', () => {
  expect(parseSearch('customer:"J. Doe: -1" 4242')).toEqual({
    terms: [{ field: 'customer', operator: '=', value: 'J. Doe: -1', negated: false }],
    text: '4242',
  })
  expect(parseSearch('-customer:"J. Doe"')).toMatchObject({ terms: [{ negated: true, value: 'J. Doe' }] })
})

test('names of fields may be written in capitals; values stay as they are', () => {
  expect(parseSearch('Customer:ACME')).toMatchObject({ terms: [{ field: 'customer', value: 'ACME' }] })
})

test.each([
  ['colour:red', 'there is no field "colour"'],
  ['4242424242424242:x', 'there is no field of this name'],
  ['status:>failed', '> means nothing for "status"'],
  ['status:', '"status" has no value'],
  ['customer:"J. Doe', 'a quotation mark is not closed'],
  ['-4242', 'an operator stands without a field'],
  ['>10', 'an operator stands without a field'],
])('%s is refused: %s', (text, problem) => {
  expect(parseSearch(text)).toMatchObject({ problem: expect.stringContaining(problem) })
})

test('no text at all makes it throw or hang', () => {
  const marks = ['"', ':', '-', '>', ' ', 'a', '=', '<', '"a b"', 'status:x']
  for (let n = 0; n < 10_000; n += 1) {
    const text = [...String(n).padStart(4, '0')].map((digit) => marks[Number(digit)]).join('')
    expect(parseSearch(text)).toBeTypeOf('object')
  }
  expect(parseSearch('a:'.repeat(50))).toBeTypeOf('object')
})
