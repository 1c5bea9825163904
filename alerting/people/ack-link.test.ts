import { expect, test } from 'vitest'
import { ackTokenOf, incidentLinks, readAckToken } from './ack-link.ts'

const NOW = new Date('2026-03-02T09:30:00.000Z')
const LATER = new Date('2026-03-03T09:30:00.000Z')
const KEY = ackTokenOf('secret', 'inc_1', LATER)

test('a key opens its incident until it expires', () => {
  expect(readAckToken('secret', 'inc_1', KEY, NOW)).toBe('good')
  expect(readAckToken('secret', 'inc_1', KEY, new Date(LATER.getTime() - 1))).toBe('good')
  expect(readAckToken('secret', 'inc_1', KEY, LATER)).toBe('expired')
})

test('a key opens no other incident, and none under another secret', () => {
  expect(readAckToken('secret', 'inc_2', KEY, NOW)).toBe('wrong')
  expect(readAckToken('other', 'inc_1', KEY, NOW)).toBe('wrong')
})

test.each([
  ['nothing', ''],
  ['a dot', '.'],
  ['no digest', KEY.slice(0, 7)],
  ['a digest cut short', KEY.slice(0, -1)],
  ['a digest with a tail', `${KEY}0`],
  ['another digest', KEY.slice(0, -1) + (KEY.endsWith('0') ? '1' : '0')],
  ['a later end', `zzzzzz${KEY.slice(6)}`],
  ['capitals', KEY.toUpperCase()],
  ['two lines', `${KEY}\n`],
  ['another script', 'é'.repeat(47)],
])('%s is a wrong key', (_name, key) => {
  expect(readAckToken('secret', 'inc_1', key, NOW)).toBe('wrong')
})

test('the links of a message carry a key for a day', () => {
  const notify = { publicUrl: 'https://shop.example', linkSecret: 'secret' }
  const { url, ackUrl } = incidentLinks(notify, 'inc_1', NOW)
  expect(url).toBe(`https://shop.example/alerts/inc_1?key=${KEY}`)
  expect(ackUrl).toBe(`https://shop.example/alerts/inc_1/ack?key=${KEY}`)
})
