import { expect, test } from 'vitest'
import type { Attempt } from './attempts.ts'
import { attemptsOf, randomOf } from './attempts.ts'
import { watchAttempts, type Watch } from './watch-attempts.ts'

const MINUTE_MS = 60_000
const WATCH: Watch = {
  lines: { thresholdBp: 9_500, targetBp: 9_800, minAttempts: 20, minFailures: 3, pageTail: 0.001 },
  windowMs: 60 * MINUTE_MS,
  everyMs: MINUTE_MS,
  patience: { forMs: 0, keepMs: 5 * MINUTE_MS },
}

/** One attempt a minute; those of the named minutes fail. */
const minutes = (failing: readonly number[], until: number): Iterator<Attempt> =>
  Array.from({ length: until }, (_none, minute) => ({
    atMs: (minute + 0.5) * MINUTE_MS,
    failed: failing.includes(minute),
  }))[Symbol.iterator]()

const inMinutes = (instants: readonly number[]) => instants.map((ms) => ms / MINUTE_MS)

test('three failures among twenty are told by mail, a fourth rings, once each', () => {
  const told = watchAttempts(minutes([5, 10, 18, 21], 200), WATCH, 200 * MINUTE_MS)
  expect(inMinutes(told.mailedMs)).toEqual([20])
  expect(inMinutes(told.pagedMs)).toEqual([22])
})

test('nineteen failures in nineteen minutes are too few to judge', () => {
  const failing = Array.from({ length: 19 }, (_none, minute) => minute)
  expect(watchAttempts(minutes(failing, 19), WATCH, 19 * MINUTE_MS).mailedMs).toEqual([])
})

test('an outage that ends and one that follows are two', () => {
  const failing = [30, 31, 32, 33, 34, 35, 130, 131, 132, 133, 134, 135, 136]
  const told = watchAttempts(minutes(failing, 240), WATCH, 240 * MINUTE_MS)
  expect(told.pagedMs).toHaveLength(2)
})

test('the same seed is the same shop', () => {
  const shop = () => attemptsOf(() => ({ perHour: 100, failureRate: 0.1 }), randomOf(7))
  const day = 24 * 60 * MINUTE_MS
  expect(watchAttempts(shop(), WATCH, day)).toEqual(watchAttempts(shop(), WATCH, day))
})

test('a shop of a hundred attempts an hour has about as many, and fails about as often as said', () => {
  const shop = attemptsOf(() => ({ perHour: 100, failureRate: 0.25 }), randomOf(11))
  let [count, failed] = [0, 0]
  for (const attempt of shop) {
    if (attempt.atMs > 1_000 * 60 * MINUTE_MS) break
    count += 1
    failed += attempt.failed ? 1 : 0
  }
  expect(count / 1_000).toBeGreaterThan(98)
  expect(count / 1_000).toBeLessThan(102)
  expect(failed / count).toBeGreaterThan(0.24)
  expect(failed / count).toBeLessThan(0.26)
})
