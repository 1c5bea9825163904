import type Stripe from 'stripe'
import { expect, test } from 'vitest'
import { isPayoutNews, payoutsShown } from './payout-news.ts'

type Trace = Stripe.Payout['trace_id']

const payout = (id: string, status: string, trace: Trace = null, row: string | null = null) =>
  ({ id, object: 'payout', status, trace_id: trace, failure_balance_transaction: row }) as Stripe.Payout

const ours = (status: string, bankTrace: string | null = null) => ({
  status,
  bankTrace,
  rowsSeen: null,
  withdrawals: null,
  reinstatements: null,
})

const PENDING: Trace = { status: 'pending', value: null }
const NONE: Trace = { status: 'unsupported', value: null }
const KNOWN: Trace = { status: 'supported', value: '021000021234567' }

test.each([
  ['in_transit', null, 'paid', null, null, true],
  ['paid', null, 'in_transit', null, null, false],
  ['paid', null, 'paid', null, null, false],
  ['paid', null, 'failed', null, 'txn_1', true],
  // A state without its money is for a person to look at, and so is all that it shows.
  ['paid', null, 'failed', NONE, null, false],
  ['failed', null, 'failed', null, 'txn_1', false],
  ['paid', null, 'paid', PENDING, null, false],
  ['paid', null, 'paid', KNOWN, null, true],
  ['paid', 'pending', 'paid', KNOWN, null, true],
  ['paid', 'pending', 'paid', PENDING, null, false],
  ['paid', 'pending', 'paid', NONE, null, true],
  ['paid', 'unsupported', 'paid', NONE, null, false],
  ['paid', 'unsupported', 'paid', KNOWN, null, true],
  ['paid', 'supported', 'paid', KNOWN, null, false],
  ['paid', 'supported', 'paid', NONE, null, false],
  ['paid', 'pending', 'paid', { status: 'supported', value: null }, null, false],
  ['paid', 'pending', 'in_transit', KNOWN, null, true],
  ['failed', 'pending', 'failed', NONE, 'txn_1', true],
] as const)(
  'known as %s with the reference %s, shown as %s with %o and the row %s: news %s',
  (status, trace, shown, told, row, news) => {
    expect(isPayoutNews(payout('po_1', shown, told, row), ours(status, trace))).toBe(news)
  },
)

test('a payout that is not known is news', () => {
  expect(isPayoutNews(payout('po_1', 'pending'), undefined)).toBe(true)
})

test('of a payout in rows and in the list what the list showed counts, and what is no payout is left out', () => {
  const charge = { id: 'ch_1', object: 'charge' } as Stripe.Charge
  const rows = [payout('po_1', 'paid'), payout('po_2', 'failed'), charge, null]
  const shown = payoutsShown(
    rows.map((sourceObject) => ({ sourceObject })),
    [payout('po_1', 'failed'), payout('po_3', 'paid')],
  )
  expect([...shown].map(([id, { status }]) => [id, status])).toEqual([
    ['po_1', 'failed'],
    ['po_2', 'failed'],
    ['po_3', 'paid'],
  ])
})
