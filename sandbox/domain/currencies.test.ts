import { expect, test } from 'vitest'
import { amountProblem, currencyDigits, isCurrency, showAmount } from './currencies.ts'

test.each([
  [29, 'gbp', 'amount_too_small'],
  [30, 'gbp', null],
  [99_999_999, 'gbp', null],
  [100_000_000, 'gbp', 'amount_too_large'],
  [49, 'jpy', 'amount_too_small'],
  [1230, 'kwd', null],
  [1234, 'kwd', 'not_a_multiple'],
  [550, 'isk', 'not_a_multiple'],
  [500, 'isk', null],
] as const)('judges %d %s as %s', (amount, currency, problem) => {
  expect(amountProblem(amount, currency)).toBe(problem)
})

test('takes the smallest amounts from the table it is told', () => {
  expect(amountProblem(79, 'jpy', 'newer')).toBe('amount_too_small')
  expect(amountProblem(30, 'gbp', 'newer')).toBeNull()
})

test('knows how many decimals a currency has', () => {
  expect(['gbp', 'jpy', 'kwd', 'isk'].map(currencyDigits)).toEqual([2, 0, 3, 2])
  expect(isCurrency('xyz')).toBe(false)
})

test('shows an amount with its decimals and sign', () => {
  expect(showAmount(-5, 'gbp')).toBe('-0.05 gbp')
  expect(showAmount(1234, 'jpy')).toBe('1234 jpy')
  expect(showAmount(1230, 'kwd')).toBe('1.230 kwd')
})
