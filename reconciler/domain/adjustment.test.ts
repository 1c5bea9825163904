import { expect, test } from 'vitest'
import { bookTo, matchSides, whyNoMatch, writeOff, type OpenAmount } from './adjustment.ts'

const open = (account: string, amount: bigint, currency = 'gbp', object = 'x'): OpenAmount => ({
  account,
  object,
  currency,
  amount,
})

const lines = (postings: ReturnType<typeof writeOff>) =>
  postings.map((leg) => [leg.account, leg.object ?? '-', leg.currency, leg.amountMinor].join(' '))

test('what a sale lacks at Stripe is a loss, what Stripe has too much is a gain', () => {
  expect(lines(writeOff([open('clearing:card', 1_000n)]))).toEqual([
    'clearing:card x gbp -1000',
    'expense:reconciliation_write_offs - gbp 1000',
  ])
  expect(lines(writeOff([open('suspense', -665n)]))).toEqual([
    'suspense x gbp 665',
    'revenue:reconciliation_gains - gbp -665',
  ])
})

test('two currencies never meet, nor do their loss and gain', () => {
  expect(lines(writeOff([open('suspense', -980n, 'eur'), open('clearing:card', 1_000n)]))).toEqual([
    'suspense x eur 980',
    'clearing:card x gbp -1000',
    'revenue:reconciliation_gains - eur -980',
    'expense:reconciliation_write_offs - gbp 1000',
  ])
})

test('an adjustment goes to the chosen account with its sign', () => {
  expect(lines(bookTo([open('suspense', -665n)], 'revenue:sales'))).toEqual([
    'suspense x gbp 665',
    'revenue:sales - gbp -665',
  ])
})

const sides = (suspense: OpenAmount[], clear: OpenAmount[]) => ({
  row: { open: suspense, net: 669n, fee: 31n },
  movement: { open: clear },
})

test('a forced match books the fee of the row and leaves nothing', () => {
  const { postings, rest } = matchSides(sides([open('suspense', -669n)], [open('clearing:card', 700n)]))
  expect(rest).toBe(0n)
  expect(lines(postings)).toEqual([
    'suspense x gbp 669',
    'clearing:card x gbp -700',
    'expense:stripe_fees - gbp 31',
  ])
})

test('what a forced match leaves is written off with its sign: a positive rest is against us', () => {
  const short = matchSides(sides([open('suspense', -669n)], [open('clearing:card', 750n)]))
  expect(short.rest).toBe(50n)
  expect(lines(short.postings).at(-1)).toBe('expense:reconciliation_write_offs - gbp 50')
  const long = matchSides(sides([open('suspense', -669n)], [open('clearing:card', 650n)]))
  expect(long.rest).toBe(-50n)
  expect(lines(long.postings).at(-1)).toBe('revenue:reconciliation_gains - gbp -50')
})

test('a part of a row in suspense carries no fee: the settlement booked it', () => {
  const { postings, rest } = matchSides(sides([open('suspense', -10n)], [open('clearing:card', 10n)]))
  expect(rest).toBe(0n)
  expect(lines(postings)).toEqual(['suspense x gbp 10', 'clearing:card x gbp -10'])
})

test.each([
  ['nothing open', [], [open('clearing:card', 1n)], 'not_a_row_and_a_movement'],
  ['two rows', [open('suspense', -1n)], [open('suspense', 1n)], 'not_a_row_and_a_movement'],
  ['two currencies', [open('suspense', -1n, 'eur')], [open('clearing:card', 1n)], 'currencies_differ'],
  ['two of one direction', [open('suspense', -1n)], [open('clearing:refund', -1n)], 'directions_differ'],
  ['a refund and its movement', [open('suspense', 5n)], [open('clearing:refund', -5n)], undefined],
])('%s: %s', (_name, suspense, clear, why) => {
  expect(whyNoMatch(sides(suspense, clear))).toBe(why)
})
