import { expect, it } from 'vitest'
import { likelyCash, pressDigit, pressKey } from './keypad.ts'

it('lets digits come in from the right', () => {
  expect((['1', '2', '00', '⌫'] as const).reduce(pressKey, 0)).toBe(120)
})

it('ignores what would be more than a payment may be', () => {
  expect(pressKey(99_999_999, '9')).toBe(99_999_999)
  expect(pressKey(1_000_000, '00')).toBe(1_000_000)
})

it('offers the sums that customers hand over, never less than is due', () => {
  expect(likelyCash(830)).toEqual([830, 900, 1_000, 2_000, 5_000])
  expect(likelyCash(500)).toEqual([500, 1_000, 2_000, 5_000, 10_000])
})

it('takes digits of a PIN and gives them back', () => {
  expect(['2', '4', '⌫', '6'].reduce((digits, key) => pressDigit(digits, key), '')).toBe('26')
})
