import { describe, expect, test } from 'vitest'
import { formatMajor, shareOf, sumByCurrency, toWireAmount } from './money.ts'

describe('formatMajor', () => {
  test.each([
    [1234n, 'gbp', '12.34'],
    [-5n, 'usd', '-0.05'],
    [500n, 'jpy', '500'],
    [12340n, 'kwd', '12.340'],
    [0n, 'eur', '0.00'],
    [9007199254740993n, 'gbp', '90071992547409.93'],
  ])('writes %s minor units of %s as %s', (minor, currency, text) => {
    expect(formatMajor(minor, currency)).toBe(text)
  })

  test('refuses an unknown currency', () => {
    expect(() => formatMajor(1n, 'xxx')).toThrow('unknown currency xxx')
  })
})

test('currencies are never added together', () => {
  const sums = sumByCurrency([
    { amountMinor: 5n, currency: 'gbp' },
    { amountMinor: 7n, currency: 'eur' },
    { amountMinor: -2n, currency: 'gbp' },
  ])
  expect([...sums]).toEqual([
    ['gbp', 3n],
    ['eur', 7n],
  ])
})

test('an amount beyond 2^53 - 1 is refused on the wire instead of rounded', () => {
  expect(toWireAmount(9007199254740991n)).toBe(9007199254740991)
  expect(() => toWireAmount(9007199254740993n)).toThrow('does not fit')
})

test.each([
  [1000n, 150n, 15n],
  [1033n, 150n, 15n],
  [1034n, 150n, 16n],
  [100n, 150n, 2n],
  [-1034n, 150n, -16n],
])('a share of %s at %s basis points is %s, half away from zero', (amount, points, share) => {
  expect(shareOf(amount, points)).toBe(share)
})
