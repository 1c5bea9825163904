import { expect, test } from 'vitest'
import { fewestBelow, tailAtLeast } from './binomial.ts'

/** C(4,2)/16 + C(4,3)/16 + 1/16 and the like, by hand. */
test.each([
  [0, 4, 0.5, 1],
  [1, 4, 0.5, 15 / 16],
  [2, 4, 0.5, 11 / 16],
  [4, 4, 0.5, 1 / 16],
  [5, 4, 0.5, 0],
  [1, 1, 0.02, 0.02],
  [1, 20, 0.02, 1 - 0.98 ** 20],
  [20, 20, 0.02, 0.02 ** 20],
])('%d or more of %d at %d', (failures, attempts, rate, chance) => {
  expect(tailAtLeast(failures, attempts, rate)).toBeCloseTo(chance, 12)
})

/** The published table: failures from which the pager rings against a target of 98 %. */
test.each([
  [20, 4],
  [30, 5],
  [50, 6],
  [100, 8],
  [200, 12],
])('of %d attempts %d failures are more than bad luck', (attempts, failures) => {
  expect(fewestBelow(0.001, attempts, 0.02)).toBe(failures)
})

test('too few attempts can never be more than bad luck', () => {
  expect(fewestBelow(0.001, 1, 0.02)).toBe(2)
})

test('ten thousand attempts neither overflow nor vanish', () => {
  expect(tailAtLeast(200, 10_000, 0.02)).toBeCloseTo(0.51, 1)
  expect(tailAtLeast(10_000, 10_000, 0.02)).toBe(0)
})
