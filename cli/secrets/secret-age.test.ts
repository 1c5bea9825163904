import { expect, test } from 'vitest'
import { ageDays, secretState } from './secret-age.ts'

test.each([
  [[], 'unset'],
  [[0], 'fresh'],
  [[75], 'fresh'],
  [[76], 'due'],
  [[89], 'due'],
  [[90], 'overdue'],
  [[0, 60], 'rotating'],
  [[0, 90], 'overdue'],
])('a secret whose values are %j days old is %s', (ages, state) => {
  expect(secretState(ages)).toBe(state)
})

test('an age is counted in whole days, and is none before it began', () => {
  const first = new Date('2026-11-01T12:00:00Z')
  expect(ageDays(first, new Date('2026-11-02T11:59:59Z'))).toBe(0)
  expect(ageDays(first, new Date('2026-11-02T12:00:00Z'))).toBe(1)
  expect(ageDays(first, new Date('2026-10-01T00:00:00Z'))).toBe(0)
})
