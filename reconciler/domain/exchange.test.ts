import { expect, test } from 'vitest'
import { exchangeDifference, rateUnitsOf, type Exchange } from './exchange.ts'

const exchange = (charged: bigint, settled: bigint, rate: string, from = 'gbp', to = 'eur'): Exchange => ({
  charged,
  chargedIn: from,
  settled,
  settledIn: to,
  rate,
})

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
  expect(exchangeDifference(exchange(charged, settled, rate), undefined)).toBe(off)
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
    expect(exchangeDifference(exchange(charged, settled, rate, 'jpy', 'usd'), undefined)).toBe(off)
  },
)

test('once the units are known, an amount near the other reading is not taken for it', () => {
  // 1,416 yen at 0.0051 are 7.22 pounds; 3.13 is nearer to 0.07 than to 7.22, and still 4.09 too little.
  const wrong = exchange(1_416n, 313n, '0.0051', 'jpy', 'gbp')
  expect(exchangeDifference(wrong, 'major')).toBe(-409n)
  expect(exchangeDifference(wrong, 'minor')).toBe(306n)
})

const IN_MAJOR = exchange(1_000n, 670n, '0.0067', 'jpy', 'usd')
const IN_MINOR = exchange(1_000n, 670n, '0.67', 'jpy', 'usd')
const WRONG = exchange(1_000n, 300n, '0.0067', 'jpy', 'usd')
const SAME_DECIMALS = exchange(1_000n, 1_150n, '1.15')

test.each([
  ['agree between major units', [IN_MAJOR, SAME_DECIMALS], 'major'],
  ['agree between minor units', [IN_MINOR, WRONG], 'minor'],
  ['mostly agree between major units', [IN_MAJOR, IN_MINOR, IN_MAJOR], 'major'],
  ['agree with neither', [WRONG], undefined],
  ['agree with both', [SAME_DECIMALS], undefined],
  ['are even', [IN_MAJOR, IN_MINOR], undefined],
] as const)('rates that %s tell their units', (_name, exchanges, units) => {
  expect(rateUnitsOf(exchanges)).toBe(units)
})

test('a currency that nobody knows is not judged', () => {
  expect(exchangeDifference(exchange(1_000n, 670n, '0.0067', 'xxq', 'usd'), undefined)).toBeUndefined()
})
