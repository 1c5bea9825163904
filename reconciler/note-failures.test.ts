import { expect, test } from 'vitest'
import { pauseAfter } from './note-failures.ts'

test('pauses grow fourfold from a second to a quarter of an hour, and no further', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 100].map(pauseAfter)).toEqual([
    1_000, 4_000, 16_000, 64_000, 256_000, 900_000, 900_000, 900_000,
  ])
})
