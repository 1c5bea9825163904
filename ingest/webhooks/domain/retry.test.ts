import { expect, test } from 'vitest'
import { afterFailure, TRIES_MAX } from './retry.ts'

const now = new Date('2026-03-02T09:00:00.000Z')

const rows: [number, string, string][] = [
  [1, 'failed', '2026-03-02T09:00:05.000Z'],
  [2, 'failed', '2026-03-02T09:00:30.000Z'],
  [3, 'failed', '2026-03-02T09:02:00.000Z'],
  [4, 'failed', '2026-03-02T09:10:00.000Z'],
  [5, 'parked', '2026-03-02T09:00:00.000Z'],
  [6, 'parked', '2026-03-02T09:00:00.000Z'],
]
test.each(rows)('after try %d an event is %s until %s', (attempts, status, at) => {
  expect(afterFailure(attempts, now)).toEqual({ status, nextAttemptAt: new Date(at) })
})

test('the fifth try is the last', () => {
  expect(TRIES_MAX).toBe(5)
})
