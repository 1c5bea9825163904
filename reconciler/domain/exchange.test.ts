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

test.each([
  // 1,000 yen at 0.0067 dollars each are 6.70 dollars; the same rate between minor units is 0.67 cents a yen.
  [1_000n, 670n, '0.0067', 0n],
  [1_000n, 670n, '0.67', 0n],
  [1_000n, 770n, '0.0067', 100n],
  [1_000n, 770n, '0.67', 100n],
  [-1_000n, -570n, '0.67', 100n],
])(
  '%s yen settled as %s cents at %s are off by %s, in whatever units the rate is meant',
  (charged, settled, rate, off) => {
    expect(exchangeDifference(charged, settled, rate, ['jpy', 'usd'])).toBe(off)
  },
)

test('a currency that nobody knows is not judged', () => {
  expect(exchangeDifference(1_000n, 670n, '0.0067', ['xxq', 'usd'])).toBeUndefined()
})
