import { expect, test } from 'vitest'
import { CARD_NUMBER_FORMS } from './testing/card-number-forms.ts'
import { containsPan } from './pan.ts'

test('there are at least 200 forms, all different', () => {
  expect(new Set(CARD_NUMBER_FORMS).size).toBe(374)
})

test.each(CARD_NUMBER_FORMS)('%j looks like a card number', (text) => {
  expect(containsPan(text)).toBe(true)
})

test.each([
  '4242 4242-4242.4242',
  'abc4242424242424242def',
  '3782 822463 10005',
  'jan 4242424242424242 550e8400-e29b-41d4-a716-446655440000',
  'pay_4242424242424242',
])('%j does too', (text) => {
  expect(containsPan(text)).toBe(true)
})

test.each([
  '',
  '4242424242424241',
  '424242424242',
  '0000000000000000',
  '4444444444444444',
  '44444444444444440',
  '1234567890123',
  '1772442000000',
  '99999999999999999999999999999999',
  '2016-10-30T09:58:11.000Z',
  '2016-10-30 09:58:11',
  '2016-10-30-150100',
  '31.12.2025 - 31.01.2026',
  'order 4242 of 4242',
  '07700 900123',
  '+44 20 7946 0958',
  'b'.repeat(500),
  'pay_01k7zqv3x5e8b9d6m2n4p1r7st',
  // Built so that their digits alone would pass: an id, a UUID and two digests.
  'pay_0k424242424242424242aaaaaa',
  'abcdefab-4242-4242-8242-424242424242',
  'd41d8cd98f00b2044242424242424242',
  'da39a3ee5e6b4b0d3255bf4242424242424242ab',
])('%j does not', (text) => {
  expect(containsPan(text)).toBe(false)
})

test('a long text is read in no time', () => {
  for (const text of [
    '4'.repeat(65_536),
    '4 '.repeat(32_768),
    '42424242424 - '.repeat(4_000),
    '\u0664'.repeat(20_000),
  ]) {
    const from = performance.now()
    containsPan(text)
    expect(performance.now() - from).toBeLessThan(500)
  }
})
