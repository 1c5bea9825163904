import { expect, test } from 'vitest'
import { moneyOf } from './money-in-words.ts'
import { counted, percentOf, shareOf, spanOf } from './rule-parts.ts'

test.each([
  [-5, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [90_000, '1 min 30 s'],
  [659_000, '10 min'],
  [3_600_000, '1 h'],
  [3_900_000, '1 h 5 min'],
  [86_400_000, '1 d'],
  [100_000_000, '1 d 3 h'],
])('%d ms is %s', (ms, words) => {
  expect(spanOf(ms)).toBe(words)
})

test('one is singular, everything else is not', () => {
  expect([0, 1, 2].map((count) => counted(count, 'entry', 'entries'))).toEqual([
    '0 entries',
    '1 entry',
    '2 entries',
  ])
})

test('a share of nothing is no figure, and not zero', () => {
  expect([percentOf(shareOf(0, 0)), percentOf(shareOf(1, 3)), percentOf(shareOf(0, 3))]).toEqual([
    'no figure',
    '33.3 %',
    '0.0 %',
  ])
})

test.each([
  [-1_250n, 'gbp', 'GBP -12.50'],
  [500n, 'jpy', 'JPY 500'],
  [5n, 'zzz', 'ZZZ 5 minor units'],
])('%d of %s', (minor, currency, words) => {
  expect(moneyOf(minor, currency)).toBe(words)
})
