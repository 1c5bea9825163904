import { expect, test } from 'vitest'
import { backOffMs } from './drain-loop.ts'

const rows: [string, number, number, number][] = [
  ['the first failure waits a quarter of a second', 1, 0, 250],
  ['each further one twice as long', 4, 0, 2_000],
  ['chance takes at most half off', 4, 0.999_999, 1_000],
  ['never longer than 15 s', 60, 0, 15_000],
]
test.each(rows)('%s', (_name, failures, random, waitedMs) => {
  expect(backOffMs(failures, random)).toBe(waitedMs)
})
