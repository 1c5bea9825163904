import { expect, test } from 'vitest'
import { createSeenFor } from './seen-for.ts'

test('a thing is old once it was seen for the whole time, and young again when it was gone between', () => {
  const seen = createSeenFor()
  expect([...seen.longerThan(['a'], 0, 20_000)]).toEqual([])
  expect([...seen.longerThan(['a', 'b'], 19_999, 20_000)]).toEqual([])
  expect([...seen.longerThan(['a', 'b'], 20_000, 20_000)]).toEqual(['a'])
  expect([...seen.longerThan(['b'], 30_000, 20_000)]).toEqual([])
  expect([...seen.longerThan(['a', 'b'], 39_999, 20_000)]).toEqual(['b'])
  expect([...seen.longerThan(['a'], 50_000, 20_000)]).toEqual([])
})

test('after a try the time counts anew', () => {
  const seen = createSeenFor()
  seen.longerThan(['a'], 0, 20_000)
  expect([...seen.longerThan(['a'], 20_000, 20_000)]).toEqual(['a'])
  seen.restart('a', 20_000)
  expect([...seen.longerThan(['a'], 39_999, 20_000)]).toEqual([])
  expect([...seen.longerThan(['a'], 40_000, 20_000)]).toEqual(['a'])
})
