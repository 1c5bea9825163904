import { expect, test } from 'vitest'
import { bankTraceOf, payoutDirection, payoutMoves } from './payout-state.ts'

test.each([
  ['pending', 'in_transit', true],
  ['in_transit', 'paid', true],
  ['paid', 'failed', true],
  ['paid', 'in_transit', false],
  ['failed', 'paid', false],
  ['failed', 'canceled', false],
  ['paid', 'paid', true],
])('from %s to %s: %s', (from, to, moves) => {
  expect(payoutMoves(from, to)).toBe(moves)
})

test.each([
  ['paid', false, 'paid'],
  ['failed', true, 'returned'],
  ['canceled', true, 'returned'],
  ['canceled', false, null],
  ['failed', false, null],
  ['in_transit', false, null],
] as const)('%s, paid before %s, posts %s', (status, wasPaid, direction) => {
  expect(payoutDirection(status, wasPaid)).toBe(direction)
})

test.each([
  [undefined, null],
  [null, null],
  [
    { status: 'pending', value: null },
    { status: 'pending', value: null },
  ],
  [
    { status: 'unsupported', value: null },
    { status: 'unsupported', value: null },
  ],
  [
    { status: 'supported', value: '021000021234567' },
    { status: 'supported', value: '021000021234567' },
  ],
  // Not known yet, whatever Stripe calls it: never that there is none.
  [
    { status: 'supported', value: null },
    { status: 'pending', value: null },
  ],
])('the reference %o is %o', (told, expected) => {
  expect(bankTraceOf({ trace_id: told })).toEqual(expected)
})
