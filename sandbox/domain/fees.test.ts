import { expect, test } from 'vitest'
import { processingFee } from './fees.ts'

test.each([
  ['gbp', 1000, 35],
  ['gbp', 30, 20], // 0.45 rounds down
  ['gbp', 100, 22], // 1.5 rounds up
  ['gbp', 99, 21], // 1.485 rounds down
  ['eur', 1000, 40],
  ['usd', 1000, 59],
  ['usd', 50, 31], // 1.45 rounds down
  ['jpy', 1000, 29],
  ['gbp', 99_999_999, 1_500_020],
])('charges %s %d a fee of %d', (currency, amount, fee) => {
  expect(processingFee(amount, currency)).toBe(fee)
})
