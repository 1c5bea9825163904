import { expect, test } from 'vitest'
import { bucketBitsOf } from './queries.ts'

test.for([
  [0, 16],
  [10_000, 16],
  [10_000_000, 16],
  [16_777_216, 17],
  [50_000_000, 18],
  [1_000_000_000, 22],
  [1_000_000_000_000, 24],
] as const)('%d rows a side are compared in 2^%d buckets', ([rows, bits]) => {
  expect(bucketBitsOf(rows)).toBe(bits)
})
