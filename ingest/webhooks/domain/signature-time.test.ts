import { expect, test } from 'vitest'
import { isSignedInTime } from './signature-time.ts'

// 1_772_442_000 seconds since the epoch.
const now = new Date('2026-03-02T09:00:00.999Z')

const rows: [string, string, boolean][] = [
  ['the present second', 't=1772442000,v1=ab', true],
  ['300 s ago', 't=1772441700,v1=ab', true],
  ['301 s ago', 't=1772441699,v1=ab', false],
  ['300 s ahead', 't=1772442300,v1=ab', true],
  ['301 s ahead', 't=1772442301,v1=ab', false],
  ['ten years ahead', 't=2087802000,v1=ab', false],
  ['no time', 'v1=ab', false],
  ['no number', 't=soon,v1=ab', false],
  ['a negative number', 't=-1772442000,v1=ab', false],
  ['two times, of which one fits', 't=1772442000,t=1,v1=ab', false],
]
test.each(rows)('%s', (_name, header, inTime) => {
  expect(isSignedInTime(header, now)).toBe(inTime)
})
