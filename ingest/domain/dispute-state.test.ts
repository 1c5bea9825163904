import type Stripe from 'stripe'
import { expect, test } from 'vitest'
import { disputeMoves, movementsOf, type FundsMoved } from './dispute-state.ts'

const stand = ([status, rows, second]: readonly [string, number, number]) => ({
  status,
  rows,
  at: new Date(second * 1000),
})

test.each([
  ['an inquiry is under review', ['warning_needs_response', 0, 1], ['warning_under_review', 0, 1], true],
  ['an inquiry is escalated', ['warning_under_review', 0, 1], ['needs_response', 1, 1], true],
  ['a closed inquiry is escalated after all', ['warning_closed', 0, 1], ['needs_response', 1, 5], true],
  ['the inquiry of a dispute is told late', ['needs_response', 1, 1], ['warning_closed', 0, 5], false],
  ['evidence is sent', ['needs_response', 1, 1], ['under_review', 1, 1], true],
  ['a step from before is told late', ['under_review', 1, 2], ['needs_response', 1, 1], false],
  ['it is won before its row is there', ['under_review', 1, 1], ['won', 1, 1], true],
  ['it is lost', ['needs_response', 1, 1], ['lost', 1, 1], true],
  ['a won one is disputed again', ['won', 2, 1], ['needs_response', 3, 9], true],
  ['a step from before a decision is told late', ['lost', 1, 5], ['under_review', 1, 4], false],
  ['a lost one is appealed', ['lost', 1, 5], ['appeal_under_review', 1, 6], true],
  ['an appeal is lost', ['appeal_under_review', 1, 6], ['lost', 1, 7], true],
  ['an appeal is told after it was lost', ['lost', 1, 7], ['appeal_under_review', 1, 6], false],
  ['the first decision is told during an appeal', ['appeal_under_review', 1, 6], ['lost', 1, 5], false],
  ['a row was taken away and then it is lost', ['needs_response', 1, 1], ['lost', 0, 9], true],
  ['the same again', ['needs_response', 1, 1], ['needs_response', 1, 9], false],
  ['a status that nobody knows is under way', ['needs_response', 1, 1], ['in_mediation', 1, 1], true],
] as const)('%s', (_name, known, told, moves) => {
  expect(disputeMoves(stand(known), stand(told))).toBe(moves)
})

const row = (category: string, amount: number, second: number, currency = 'gbp') => ({
  reporting_category: category,
  amount,
  created: second,
  currency,
})

const dispute = (status: string, rows: readonly ReturnType<typeof row>[]) =>
  ({ status, currency: 'gbp', amount: 4000, balance_transactions: rows }) as unknown as Stripe.Dispute

const told = (status: string, rows: readonly ReturnType<typeof row>[], funds: FundsMoved = null) =>
  movementsOf(dispute(status, rows), funds).map(
    ({ direction, at, amount }) =>
      `${direction} ${at === null ? '-' : at.getTime() / 1000} ${amount === null ? 'all' : amount}`,
  )

test('an inquiry, open or closed, and a prevented dispute without rows move nothing', () => {
  for (const status of ['warning_needs_response', 'warning_under_review', 'warning_closed', 'prevented'])
    expect(told(status, [])).toEqual([])
})

test('a dispute took its money, by its row or else by its status', () => {
  expect(told('needs_response', [row('dispute', -4000, 7)])).toEqual(['out 7 all'])
  expect(told('under_review', [])).toEqual(['out - all'])
  expect(told('lost', [])).toEqual(['out - all'])
  expect(told('prevented', [row('dispute', -4000, 7)])).toEqual(['out 7 all'])
  expect(told('prevented', [], 'withdrawn')).toEqual(['out - all'])
})

test('a won dispute brought its money back, also before its row is there', () => {
  expect(told('won', [])).toEqual(['out - all', 'in - all'])
  expect(told('won', [row('dispute', -4000, 7)])).toEqual(['out 7 all', 'in - all'])
  expect(told('won', [row('dispute_reversal', 4000, 9), row('dispute', -4000, 7)])).toEqual([
    'out 7 all',
    'in 9 all',
  ])
})

test('a won one that is disputed again took it twice', () => {
  const rows = [row('dispute', -4000, 7), row('dispute_reversal', 4000, 9), row('dispute', -4000, 11)]
  expect(told('needs_response', rows)).toEqual(['out 7 all', 'in 9 4000', 'out 11 all'])
  expect(told('won', rows)).toEqual(['out 7 all', 'in 9 all', 'out 11 all', 'in - all'])
})

test('rows of one withdrawal, as of an exchange, are one movement', () => {
  const rows = [row('dispute', -5000, 7, 'usd'), row('dispute', 12, 7, 'usd')]
  expect(told('lost', rows)).toEqual(['out 7 all'])
  expect(told('won', [...rows, row('dispute_reversal', 4988, 9, 'usd')])).toEqual(['out 7 all', 'in 9 all'])
})

test('a part that comes back of a lost dispute is what Stripe booked', () => {
  const rows = [row('dispute', -4000, 7), row('dispute_reversal', 1500, 9)]
  expect(told('lost', rows)).toEqual(['out 7 all', 'in 9 1500'])
  expect(told('lost', [row('dispute', -4000, 7)], 'reinstated')).toEqual(['out 7 all', 'in - all'])
})
