import { expect, test } from 'vitest'
import { payoutDirection, payoutMoves } from './payout-state.ts'

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
