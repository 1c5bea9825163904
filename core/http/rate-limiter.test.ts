import { expect, test } from 'vitest'
import { createRateLimiter, networkOf, type RateLimits } from './rate-limiter.ts'

const LIMITS: RateLimits = {
  caller: { calls: 4, seconds: 2 },
  costly: { calls: 20, seconds: 10 },
  address: { calls: 1, seconds: 60 },
}

const setUp = () => {
  let atMs = 5_000
  const limiter = createRateLimiter({ nowMs: () => atMs }, LIMITS)
  return {
    take: (key: string, points = 1) => limiter.take('caller', key, points),
    limiter,
    pass: (ms: number) => void (atMs += ms),
  }
}

test('as many calls as the limit says are let through at once, and the next one is told how long to wait', () => {
  const { take } = setUp()
  expect([1, 2, 3, 4, 5, 6].map(() => take('a'))).toEqual([0, 0, 0, 0, 500, 500])
  expect(take('b')).toBe(0)
})

test('what was taken comes back steadily, and never more than the limit', () => {
  const { take, pass } = setUp()
  for (let n = 0; n < 4; n += 1) take('a')
  pass(499)
  expect(take('a')).toBeCloseTo(1)
  pass(1)
  expect([take('a'), take('a')]).toEqual([0, 500])
  pass(3_600_000)
  expect([1, 2, 3, 4, 5].map(() => take('a'))).toEqual([0, 0, 0, 0, 500])
})

test('a dear call takes its points or none, and one dearer than everything waits for a full bucket', () => {
  const { take, pass } = setUp()
  expect([take('a', 3), take('a', 3), take('a', 1)]).toEqual([0, 1_000, 0])
  expect(take('a', 9)).toBe(2_000)
  pass(2_000)
  expect([take('a', 9), take('a')]).toEqual([0, 500])
})

test('limits count apart', () => {
  const { limiter } = setUp()
  expect(limiter.take('address', 'a', 1)).toBe(0)
  expect(limiter.take('address', 'a', 1)).toBe(60_000)
  expect(limiter.take('caller', 'a', 1)).toBe(0)
  expect(limiter.take('costly', 'a', 20)).toBe(0)
})

test('of more callers than are kept, the one that was silent longest is forgotten', () => {
  const { take } = setUp()
  take('first', 4)
  take('second', 4)
  for (let n = 0; n < 9_998; n += 1) take(`caller ${n}`)
  // Asking keeps the first in mind; the next new one drives the second out.
  expect(take('first')).toBe(500)
  take('one too many')
  expect(take('first')).toBe(500)
  expect(take('second')).toBe(0)
})

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:db8::6', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
])('%s is counted as %s', (address, network) => expect(networkOf(address)).toBe(network))
