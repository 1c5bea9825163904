import { expect, test } from 'vitest'
import { newId } from './ids.ts'

const envAt = (iso: string, byte: number) => ({
  clock: { now: () => new Date(iso), isSteady: () => true },
  random: { bytes: (length: number) => new Uint8Array(length).fill(byte) },
})

test('ids carry their prefix and sort by time', () => {
  const earlier = newId(envAt('2016-10-30T09:58:11Z', 255), 'payment')
  const later = newId(envAt('2016-10-30T09:58:12Z', 0), 'payment')
  expect(earlier).toMatch(/^pay_[0-9a-z]{26}$/)
  expect(earlier < later).toBe(true)
})
