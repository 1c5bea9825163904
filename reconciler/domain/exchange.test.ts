import { expect, test } from 'vitest'
import { exchangeDifference } from './exchange.ts'

test.each([
  // 10.00 x 1.15
  [1_000n, 1_150n, '1.15', 0n],
  // The rate's last digit is rounded: 1.145 to 1.155, and one cent of rounding.
  [1_000n, 1_156n, '1.15', 0n],
  [1_000n, 1_157n, '1.15', 7n],
  [-1_000n, -1_150n, '1.15', 0n],
  [-1_000n, -1_000n, '1.15', 150n],
  [1_000n, -1_150n, '1.15', -2_300n],
  [1_000n, 1_150n, 'odd', undefined],
])('%s settled as %s at %s is off by %s', (charged, settled, rate, off) => {
  expect(exchangeDifference(charged, settled, rate, ['gbp', 'eur'])).toBe(off)
})

test('a rate between currencies of other decimals is not judged', () => {
  expect(exchangeDifference(1_000n, 670n, '0.0067', ['jpy', 'usd'])).toBeUndefined()
})
