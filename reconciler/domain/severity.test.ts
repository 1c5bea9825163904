import { expect, test } from 'vitest'
import { severityOf } from './severity.ts'

test.each([
  [0n, 'gbp', 'low'],
  [999n, 'gbp', 'low'],
  [1_000n, 'gbp', 'medium'],
  [-9_999n, 'gbp', 'medium'],
  [10_000n, 'gbp', 'high'],
  [-100_000n, 'gbp', 'critical'],
  [999n, 'jpy', 'high'],
  [1_000n, 'jpy', 'critical'],
  [99_999n, 'kwd', 'medium'],
  [1_000n, 'xyz', 'medium'],
])('%s %s is %s', (difference, currency, severity) => {
  expect(severityOf(difference, currency)).toBe(severity)
})
