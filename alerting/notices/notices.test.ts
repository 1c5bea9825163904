import { expect, test } from 'vitest'
import { sayAmounts, sayMoney } from './say.ts'
import { countBy, dominant, sayCounts } from './tops.ts'

test.each([
  [1230n, 'gbp', '£12.30'],
  [1500n, 'jpy', 'JP¥1,500'],
  [12_345n, 'kwd', 'KWD 12.345'],
  [100_000n, 'ugx', 'UGX 1,000.00'],
  [-5n, 'eur', '-€0.05'],
  [9_007_199_254_740_993n, 'gbp', '£90,071,992,547,409.93'],
  [7n, 'zzz', '7 minor units of ZZZ'],
])('%d %s is written %s', (amount, currency, written) => {
  // The space between code and figure does not break.
  expect(sayMoney(amount, currency).replace(/\u00a0/g, ' ')).toBe(written)
})

test('currencies are named beside each other and never added', () => {
  expect(
    sayAmounts([
      { currency: 'gbp', amount: 100n },
      { currency: 'eur', amount: 100n },
    ]),
  ).toBe('£1.00 and €1.00')
})

test('names are counted, the most first, and what has no name is left out', () => {
  const rows = ['b', 'a', 'c', '', 'a', 'd', 'e', 'f', 'b', 'a'].map((name) => ({ name }))
  const counts = countBy(
    rows,
    ({ name }) => name,
    () => 1,
  )
  expect(sayCounts(counts)).toBe('a: 3, b: 2, c: 1, d: 1, 2 others: 2')
})

test.each([
  [5, 10, 'half is a pattern'],
  [1, 1, undefined],
  [4, 10, undefined],
])('%d of %d', (count, total, found) => {
  const top = dominant([{ name: 'half is a pattern', count }], total, 0.5)
  expect(top?.name).toBe(found)
})
