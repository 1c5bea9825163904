import { expect, test } from 'vitest'
import { counted } from './counted.ts'

test.each([
  [0.7058, 10, 34, '10 of 34 failed'],
  [0, 34, 34, '34 of 34 failed'],
  [1, 0, 34, '0 of 34 failed'],
  [0.29, 10, 34, 'counted 10 of 34'],
  [12, 12, 340, 'counted 12 of 340'],
  [12_000, 12_000, 340_000, 'counted 12,000 of 340,000'],
  [0, 0, 0, 'counted 0 of 0'],
])('%s from %i and %i is told as "%s"', (value, numerator, denominator, text) => {
  expect(counted(value, numerator, denominator)).toBe(text)
})
