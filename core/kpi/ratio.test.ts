import { expect, test } from 'vitest'
import { compareRatios, ratioOf, roundBetweenLines } from './ratio.ts'

const lines = [ratioOf(95n, 100n), ratioOf(98n, 100n)]

const rounded: [string, bigint, bigint, number][] = [
  ['41 of 42 is rounded to the nearest', 41n, 42n, 0.9762],
  ['1 of 3 is rounded down', 1n, 3n, 0.3333],
  ['94.999 % does not become 95 %', 94_999n, 100_000n, 0.9499],
  ['95 % itself is shown as it is', 19n, 20n, 0.95],
  ['98.001 % does not become the target that it has passed', 98_001n, 100_000n, 0.9801],
  ['97.999 % does not become the target', 97_999n, 100_000n, 0.9799],
  ['0 stays 0', 0n, 7n, 0],
  ['1 stays 1', 7n, 7n, 1],
]
test.each(rounded)('%s', (_name, numerator, denominator, shown) => {
  expect(roundBetweenLines(ratioOf(numerator, denominator), 4, lines)).toBe(shown)
})

test('fractions compare exactly where floating-point numbers would be equal', () => {
  const almost = ratioOf(10n ** 20n - 1n, 10n ** 20n)
  expect(Number(almost.numerator) / Number(almost.denominator)).toBe(1)
  expect(compareRatios(almost, ratioOf(1n, 1n))).toBe(-1)
})

test('a ratio of nothing is a bug', () => {
  expect(() => ratioOf(0n, 0n)).toThrow('no ratio')
})
