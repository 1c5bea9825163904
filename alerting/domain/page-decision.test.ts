import { expect, test } from 'vitest'
import { isBelowLine, isWorthAPage, type SuccessLines } from './page-decision.ts'

const LINES: SuccessLines = {
  thresholdBp: 9_500,
  targetBp: 9_800,
  minAttempts: 20,
  minFailures: 3,
  pageTail: 0.001,
}

test.each([
  ['95.0 % itself is quiet', 100, 5, false, false],
  ['94.99 % is told', 10_000, 501, true, true],
  ['three of fifty are told and do not ring', 50, 3, true, false],
  ['six of fifty ring', 50, 6, true, true],
  ['four of twenty ring', 20, 4, true, true],
  ['all of nineteen are too few to judge', 19, 19, false, false],
  ['two of twenty are too few to judge', 20, 2, false, false],
  ['nothing happened, which is not 0 %', 0, 0, false, false],
])('%s', (_name, attempts, failures, told, rings) => {
  const counts = { attempts, failures }
  expect([isBelowLine(counts, LINES), isWorthAPage(counts, LINES)]).toEqual([told, rings])
})

test('a store may ask for the pager on the line itself', () => {
  expect(isWorthAPage({ attempts: 50, failures: 3 }, { ...LINES, pageTail: 1 })).toBe(true)
  expect(isWorthAPage({ attempts: 100, failures: 5 }, { ...LINES, pageTail: 1 })).toBe(false)
})
