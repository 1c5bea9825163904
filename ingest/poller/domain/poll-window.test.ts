import { expect, test } from 'vitest'
import { createdFilter, pollFrom, slicesOf, withinRetention } from './poll-window.ts'

const at = (text: string) => new Date(text)
const bounds = (from: string, to: string) =>
  slicesOf(at(from), at(to)).map((slice) => [slice.from.toISOString(), slice.to.toISOString(), slice.isLast])

test('a poll begins ten minutes before its cursor', () => {
  expect(pollFrom(at('2026-03-02T09:15:00.500Z'), at('2026-03-02T09:30:00Z'))).toEqual(
    at('2026-03-02T09:05:00.500Z'),
  )
})

test('no poll begins before what Stripe remembers, thirty days', () => {
  const now = at('2026-03-31T09:00:00Z')
  expect(pollFrom(at('2026-03-01T09:05:00Z'), now)).toEqual(at('2026-03-01T09:00:00Z'))
  expect(pollFrom(at('2026-03-01T09:10:00Z'), now)).toEqual(at('2026-03-01T09:00:00Z'))
  expect(pollFrom(at('2026-03-01T09:11:00Z'), now)).toEqual(at('2026-03-01T09:01:00Z'))
  expect(withinRetention(at('2020-01-01T00:00:00Z'), now)).toEqual(at('2026-03-01T09:00:00Z'))
})

test('the window of a quarter of an hour is one slice that includes the second of its end', () => {
  const slices = slicesOf(at('2026-03-02T09:05:00.700Z'), at('2026-03-02T09:30:00.400Z'))
  expect(slices).toEqual([
    { from: at('2026-03-02T09:05:00Z'), to: at('2026-03-02T09:30:00.400Z'), isLast: true },
  ])
  // 2026-03-02T09:05:00Z and 09:30:00Z in seconds since 1970.
  expect(slices.map(createdFilter)).toEqual([{ gte: 1_772_442_300, lte: 1_772_443_800 }])
})

test('a long window is cut into slices of six hours without a gap and without a second twice', () => {
  expect(bounds('2026-03-02T00:00:00.900Z', '2026-03-02T13:00:00.100Z')).toEqual([
    ['2026-03-02T00:00:00.000Z', '2026-03-02T06:00:00.000Z', false],
    ['2026-03-02T06:00:00.000Z', '2026-03-02T12:00:00.000Z', false],
    ['2026-03-02T12:00:00.000Z', '2026-03-02T13:00:00.100Z', true],
  ])
  expect(slicesOf(at('2026-03-02T00:00:00Z'), at('2026-03-02T07:00:00Z')).map(createdFilter)).toEqual([
    { gte: 1_772_409_600, lt: 1_772_431_200 },
    { gte: 1_772_431_200, lte: 1_772_434_800 },
  ])
})

test('a window that ends where a slice ends still includes that second', () => {
  expect(bounds('2026-03-02T00:00:00Z', '2026-03-02T06:00:00Z')).toEqual([
    ['2026-03-02T00:00:00.000Z', '2026-03-02T06:00:00.000Z', false],
    ['2026-03-02T06:00:00.000Z', '2026-03-02T06:00:00.000Z', true],
  ])
})

test('a window that begins in the future has no slice', () => {
  expect(slicesOf(at('2026-03-02T09:00:01Z'), at('2026-03-02T09:00:00Z'))).toEqual([])
})
