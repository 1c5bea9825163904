import { expect, test } from 'vitest'
import { noTrace, whyNoTrace } from './payout.ts'

test.each([
  [null, 'not told', 'Stripe has not told it'],
  ['pending', 'not known yet', 'not known yet: it comes up to ten days after the payout arrived'],
  ['unsupported', 'none', 'none: the bank gives no reference for this payout'],
  ['a_word_of_tomorrow', 'a_word_of_tomorrow', 'a_word_of_tomorrow'],
])('a reference with the status %s is missing: %s, which is: %s', (status, short, whole) => {
  expect(noTrace({ bank_trace_status: status })).toBe(short)
  expect(whyNoTrace({ bank_trace_status: status })).toBe(whole)
})
