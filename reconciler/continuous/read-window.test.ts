import { expect, test } from 'vitest'
import { windowOf } from './read-window.ts'

const LONDON = 'Europe/London'
const at = (text: string): Date => new Date(text)
/** Two in the morning of the day after the clocks went forward, at 01:00 UTC of the 29th. */
const NOW = at('2026-03-30T01:00:00Z')
const LOOKED = at('2026-03-30T00:55:00Z')

const bounds = (wholeAt: Date | null, certified: string | null, lookedAt: Date | null = LOOKED) => {
  const { from, since, isWhole } = windowOf({ lookedAt, wholeAt }, certified, NOW, LONDON, 3_600_000)
  return { from: from.toISOString(), since: since.toISOString(), isWhole }
}

test.each([
  ['never read yet', null, true],
  ['read an hour ago', at('2026-03-30T00:00:00Z'), true],
  ['read a second less than an hour ago', at('2026-03-30T00:00:01Z'), false],
])('a whole date that was %s', (_name, wholeAt, isWhole) => {
  // The 28th ended at midnight UTC. The last look was at 00:55, an overlap of 15 minutes before it is 00:40.
  expect(bounds(wholeAt, '2026-03-28')).toEqual({
    from: '2026-03-29T00:00:00.000Z',
    since: isWhole ? '2026-03-29T00:00:00.000Z' : '2026-03-30T00:40:00.000Z',
    isWhole,
  })
})

test.each([
  ['the end of the last certified date', '2026-03-29', LOOKED, '2026-03-29T23:00:00.000Z'],
  ['the start of today when no date has a certificate', null, LOOKED, '2026-03-29T23:00:00.000Z'],
  [
    'the last look when that was before it',
    '2026-03-29',
    at('2026-03-29T20:00:00Z'),
    '2026-03-29T19:45:00.000Z',
  ],
  ['a day and a half ago at most', '2026-03-20', at('2026-03-21T20:00:00Z'), '2026-03-28T13:00:00.000Z'],
])('the whole date begins with %s', (_name, certified, lookedAt, from) => {
  expect(bounds(null, certified, lookedAt)).toEqual({ from, since: from, isWhole: true })
})

test('our own movements are looked at from the last look on, however long ago that is', () => {
  const lookedAt = at('2026-03-21T20:00:00Z')
  const { dueSince } = windowOf({ lookedAt, wholeAt: null }, '2026-03-20', NOW, LONDON, 3_600_000)
  expect(dueSince).toEqual(at('2026-03-21T19:45:00Z'))
})
