import { expect, test } from 'vitest'
import { secretIn } from './secrets.ts'

test.each([
  ['4111111111111111', 'card_number'],
  ['4111 1111 1111 1111', 'card_number'],
  ['4111-1111-1111-1111', 'card_number'],
  ['card 4111 1111 1111 1111 12/30', 'card_number'],
  ['no 12 4111 1111 1111 1111', 'card_number'],
  ['tok_4111111111111111', 'card_number'],
  ['４１１１１１１１１１１１１１１１', 'card_number'],
  ['5500005555555559', 'card_number'],
  ['371449635398431', 'card_number'],
  ['30569309025904', 'card_number'],
  ['my key is sk_live_abc', 'live_key'],
  ['rk_live_abc', 'live_key'],
  ['sk_org_live_abc', 'live_key'],
] as const)('finds what must not be kept in %s', (text, found) => {
  expect(secretIn(text)).toBe(found)
})

test.each([
  ['a published test card', '4242424242424242'],
  ['one whose behaviour comes later', '4000 0000 0000 0259'],
  ['a wrong check digit', '4111111111111112'],
  ['milliseconds', '1477904400000'],
  ['a ticket number by date', '2016103100000017'],
  ['an id', 'pi_34111111111111111aB'],
  ['an IBAN', 'GB29NWBK60161331926819'],
  ['a phone number', '+44 20 7946 0958'],
  ['a test key', 'sk_test_4111'],
])('leaves %s alone', (_name, text) => {
  expect(secretIn(text)).toBeNull()
})

// With a search that is not linear in the text these would not end within the time of a test.
test.each([
  ['one long number', `${'1'.repeat(1_000_000)}x`],
  ['many short ones', `${'1 '.repeat(100_000)}x`],
])('reads %s to its end', (_name, text) => {
  expect(secretIn(text)).toBeNull()
})
