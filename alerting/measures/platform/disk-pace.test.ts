import { expect, test } from 'vitest'
import { fullInMs, rememberSample, type DiskSample } from './disk-pace.ts'

const MINUTE_MS = 60_000
const at = (minute: number, freeBytes: number): DiskSample => ({ atMs: minute * MINUTE_MS, freeBytes })

test.each([
  ['nothing known', [], null],
  ['half an hour less a minute', [at(0, 1_000), at(29, 10)], null],
  ['it stays as it is', [at(0, 1_000), at(60, 1_000)], null],
  ['it gets emptier', [at(0, 1_000), at(60, 2_000)], null],
  // 100 of 1,000 in an hour: the 900 that are left last nine hours.
  ['a tenth in an hour', [at(0, 1_000), at(60, 900)], 9 * 60 * MINUTE_MS],
  ['full already', [at(0, 1_000), at(60, 0)], 0],
])('%s', (_name, samples, ms) => {
  expect(fullInMs(samples)).toBe(ms)
})

test('an hour is remembered', () => {
  const samples = Array.from({ length: 100 }, (_, minute) => at(minute, 1))
  const known = samples.reduce<readonly DiskSample[]>(rememberSample, [])
  expect([known.length, known[0]?.atMs]).toEqual([61, 39 * MINUTE_MS])
})
