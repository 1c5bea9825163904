import { expect, test } from 'vitest'
import { isShareOfTheRest } from './counted.ts'

test.each([
  [0.7058, 10, 34, true],
  [0, 34, 34, true],
  [1, 0, 34, true],
  [0.29, 10, 34, false],
  [0.5, 17, 34, false],
  [12, 12, 340, false],
  [12_000, 12_000, 340_000, false],
  [0, 0, 0, false],
])('that %s is the share of the rest, with %i counted of %i, is %s', (value, numerator, denominator, is) => {
  expect(isShareOfTheRest(value, numerator, denominator)).toBe(is)
})
