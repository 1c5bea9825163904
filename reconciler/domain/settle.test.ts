import { expect, test } from 'vitest'
import { planOf, postingsOfPlan, reversed, settlementPostings, type Settling } from './settle.ts'
import { movement, row } from './testing/facts.ts'

const settle = (
  settled: ReturnType<typeof row>,
  movement: Settling['movement'],
  more: Partial<Settling> = {},
) => {
  const isSame = movement?.currency === settled.currency
  const difference = movement && isSame ? settled.amount - movement.amount : 0n
  return settlementPostings({
    row: settled,
    movement,
    isMain: true,
    difference,
    explainedBy: undefined,
    ...more,
  })
}

const lines = (postings: ReturnType<typeof settlementPostings>) =>
  postings.map(({ account, object, currency, amountMinor }) =>
    [account, object ?? '', currency, amountMinor.toString()].join(' '),
  )

test('a charge moves its net to the balance, its fee to fees and clears its clearing', () => {
  expect(lines(settle(row({ fee: 35n }), movement()))).toEqual([
    'stripe:balance  gbp 965',
    'expense:stripe_fees  gbp 35',
    'clearing:card ch_1 gbp -1000',
  ])
})

test('a refund and a payout go the other way', () => {
  const refund = row({ category: 'refund', source: 're_1', amount: -200n })
  const refunded = movement({ account: 'clearing:refund', object: 're_1', amount: -200n })
  expect(lines(settle(refund, refunded))).toEqual([
    'stripe:balance  gbp -200',
    'clearing:refund re_1 gbp 200',
  ])
  const paid = row({ category: 'payout', source: 'po_1', amount: -500n, fee: 5n })
  const payout = movement({ account: 'clearing:payout', object: 'po_1', amount: -500n })
  expect(lines(settle(paid, payout))).toEqual([
    'stripe:balance  gbp -505',
    'expense:stripe_fees  gbp 5',
    'clearing:payout po_1 gbp 500',
  ])
})

test('only the difference of another amount goes to suspense, and all of a row without a counterpart', () => {
  expect(lines(settle(row({ amount: 1_010n, fee: 35n }), movement()))).toEqual([
    'stripe:balance  gbp 975',
    'expense:stripe_fees  gbp 35',
    'clearing:card ch_1 gbp -1000',
    'suspense txn_1 gbp -10',
  ])
  expect(lines(settle(row({ fee: 35n }), undefined))).toEqual([
    'stripe:balance  gbp 965',
    'suspense txn_1 gbp -965',
  ])
})

test('a row that Stripe made goes to the account of its category', () => {
  const fee = row({ category: 'fee', source: null, amount: -300n })
  expect(lines(settle(fee, undefined, { explainedBy: { account: 'expense:stripe_fees' } }))).toEqual([
    'stripe:balance  gbp -300',
    'expense:stripe_fees  gbp 300',
  ])
})

test('settlement in another currency goes through the position', () => {
  const settled = row({ currency: 'eur', amount: 1_150n, fee: 50n, exchangeRate: '1.15' })
  expect(lines(settle(settled, movement()))).toEqual([
    'stripe:balance  eur 1100',
    'expense:stripe_fees  eur 50',
    'clearing:card ch_1 gbp -1000',
    'fx:position  gbp 1000',
    'fx:position  eur -1150',
  ])
})

test('a row that moves nothing has no postings, and a plan brings its postings back', () => {
  expect(settle(row({ category: 'other_adjustment', amount: 0n }), undefined)).toEqual([])
  const postings = settle(row({ fee: 35n }), movement())
  expect(postingsOfPlan(planOf(postings))).toEqual(postings)
  expect(lines(reversed(postings))[2]).toBe('clearing:card ch_1 gbp 1000')
})

test('two rows of one capture clear what was captured, and the balance has what Stripe gave', () => {
  const capture = movement({ amount: 600n })
  const both = [
    ...settle(row({ fee: 29n }), capture, { difference: 0n }),
    ...settle(row({ category: 'partial_capture_reversal', amount: -400n }), capture, {
      difference: 0n,
      isMain: false,
    }),
  ]
  const sums = new Map<string, bigint>()
  for (const { account, amountMinor } of both) sums.set(account, (sums.get(account) ?? 0n) + amountMinor)
  expect([...sums]).toEqual([
    ['stripe:balance', 571n],
    ['expense:stripe_fees', 29n],
    ['clearing:card', -600n],
  ])
})

test('a dispute that is won brings its amount back, with or without its fee', () => {
  const won = { category: 'dispute_reversal', source: 'du_1', amount: 900n }
  const back = movement({ account: 'clearing:dispute', object: 'du_1', amount: 900n })
  expect(lines(settle(row(won), back))).toEqual(['stripe:balance  gbp 900', 'clearing:dispute du_1 gbp -900'])
  expect(lines(settle(row({ ...won, fee: -1_500n }), back))).toEqual([
    'stripe:balance  gbp 2400',
    'expense:stripe_fees  gbp -1500',
    'clearing:dispute du_1 gbp -900',
  ])
})

test('of an exchange only what its rate does not explain goes to suspense; every currency sums to nothing', () => {
  const settled = row({ currency: 'eur', amount: 1_160n, fee: 50n, exchangeRate: '1.15' })
  const postings = settle(settled, movement(), { difference: 10n })
  expect(lines(postings)).toEqual([
    'stripe:balance  eur 1110',
    'expense:stripe_fees  eur 50',
    'clearing:card ch_1 gbp -1000',
    'fx:position  gbp 1000',
    'fx:position  eur -1150',
    'suspense txn_1 eur -10',
  ])
  const eur = postings.filter(({ currency }) => currency === 'eur')
  expect(eur.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(0n)
})
