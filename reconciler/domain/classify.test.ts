import { expect, test } from 'vitest'
import { mergeFindings, type Finding } from './classify.ts'
import { classifyPayout } from './payout-rules.ts'
import { expectedFee } from './fees.ts'
import { isOverdue, isPayoutOverdue } from './due.ts'
import { classifyMovement } from './movement-rules.ts'
import { classifyRow } from './row-rules.ts'
import { movement, movementFact, payout, row, rowFact } from './testing/facts.ts'

const found = (finding: ReturnType<typeof classifyRow>) =>
  finding && [finding.category, finding.object, finding.expected, finding.actual]

test.each([
  ['agrees', row(), movement(), 35n, undefined],
  ['is not checked without a rate card', row({ fee: 99n }), movement(), undefined, undefined],
  [
    'unknown category',
    row({ category: 'alms' }),
    undefined,
    undefined,
    ['unknown_type', 'txn_1', 0n, 1_000n],
  ],
  ['nothing of ours', row(), undefined, undefined, ['missing_in_ledger', 'txn_1', 0n, 1_000n]],
  ['Stripe made it', row({ category: 'fee', amount: -300n, source: null }), undefined, undefined, undefined],
  [
    'refund of nobody that failed',
    row({ category: 'refund_failure', source: 're_1' }),
    undefined,
    undefined,
    ['missing_in_ledger', 'txn_1', 0n, 1_000n],
  ],
  [
    'other currency without a rate',
    row({ currency: 'eur' }),
    movement(),
    undefined,
    ['currency_mismatch', 'txn_1', 0n, 1_000n],
  ],
  [
    'settled in another currency',
    row({ currency: 'eur', exchangeRate: '1.1', amount: 1_100n }),
    movement(),
    undefined,
    undefined,
  ],
  [
    'settled in another currency with another amount than its rate gives',
    row({ currency: 'eur', exchangeRate: '1.1', amount: 1_200n }),
    movement(),
    undefined,
    ['amount_mismatch', 'txn_1', 1_100n, 1_200n],
  ],
  ['other amount', row({ amount: 1_010n }), movement(), 35n, ['amount_mismatch', 'txn_1', 1_000n, 1_010n]],
  ['other fee', row({ fee: 36n }), movement(), 35n, ['fee_mismatch', 'txn_1', 35n, 36n]],
])('a row that %s', (_name, given, answered, fee, expected) => {
  const charge = given.fee === 0n && fee === 35n ? row({ ...given, fee: 35n }) : given
  expect(found(classifyRow(rowFact({ row: charge, movement: answered, expectedFee: fee })))).toEqual(expected)
})

test.each([
  [false, 'absent', undefined],
  [true, 'absent', 'missing_in_stripe'],
  [true, 'present', 'clearing_overdue'],
  [true, 'unknown', undefined],
] as const)('an unanswered movement, overdue %s and %s at Stripe, is %s', (overdue, atStripe, category) => {
  const finding = classifyMovement(movementFact({ overdue, atStripe }))
  expect(finding?.category).toBe(category)
  if (finding) expect([finding.object, finding.expected, finding.actual]).toEqual(['ch_1', 1_000n, 0n])
})

test('a payout is one exception at most: the sum before the delay', () => {
  expect(
    classifyPayout({ payout: payout(), statusOfOurs: undefined, unexplained: 0n, overdue: false }),
  ).toBeUndefined()
  expect(
    classifyPayout({ payout: payout(), statusOfOurs: undefined, unexplained: -30n, overdue: true }),
  ).toMatchObject({
    category: 'payout_mismatch',
    expected: 5_000n,
    actual: 4_970n,
  })
  expect(
    classifyPayout({ payout: payout(), statusOfOurs: undefined, unexplained: 0n, overdue: true })?.category,
  ).toBe('payout_overdue')
})

test('the fee by the rate card is a share rounded half up plus a fixed part', () => {
  const card = [{ currency: 'gbp', basis_points: 150, fixed: 20 }]
  // 1.5 % of 3.30 is 4.95, of 1.00 is 1.5
  expect(expectedFee(row({ amount: 330n }), movement({ amount: 330n }), card)).toBe(25n)
  expect(expectedFee(row({ amount: 100n }), movement({ amount: 100n }), card)).toBe(22n)
  expect(expectedFee(row({ currency: 'eur' }), movement({ currency: 'eur' }), card)).toBeUndefined()
  expect(expectedFee(row({ category: 'refund' }), movement(), card)).toBe(0n)
  expect(expectedFee(row({ category: 'payout' }), movement(), card)).toBeUndefined()
})

test('due times hold to the second and start only after it', () => {
  const due = { charge_s: 60, refund_s: 120, dispute_s: 150, payout_s: 180, payout_row_s: 90 }
  const at = (seconds: number) => new Date(Date.parse('2026-03-02T10:00:00Z') + seconds * 1_000)
  expect(isOverdue(movement(), due, at(60))).toBe(false)
  expect(isOverdue(movement(), due, at(61))).toBe(true)
  expect(isOverdue(movement({ account: 'clearing:refund' }), due, at(120))).toBe(false)
  expect(isOverdue(movement({ account: 'clearing:refund' }), due, at(121))).toBe(true)
  expect(isOverdue(movement({ account: 'clearing:dispute' }), due, at(150))).toBe(false)
  expect(isOverdue(movement({ account: 'clearing:dispute' }), due, at(151))).toBe(true)
  expect(isOverdue(movement({ account: 'clearing:payout' }), due, at(90))).toBe(false)
  expect(isOverdue(movement({ account: 'clearing:payout' }), due, at(91))).toBe(true)
  const held = payout({ status: 'in_transit', arrivalAt: at(0) })
  expect([180, 181].map((seconds) => isPayoutOverdue(held, due, at(seconds)))).toEqual([false, true])
  expect(isPayoutOverdue(payout({ arrivalAt: at(0) }), due, at(999))).toBe(false)
})

const finding = (set: Partial<Finding>): Finding => ({
  category: 'duplicate_in_ledger',
  object: 'ch_1',
  currency: 'gbp',
  expected: 1_000n,
  actual: 2_000n,
  businessDate: '2026-03-02',
  paymentId: null,
  details: {},
  ...set,
})

test('findings of one category and object are one, with their sums, on the earliest date', () => {
  const other = finding({ expected: 0n, actual: 500n, businessDate: '2026-03-01', paymentId: 'pay_1' })
  for (const given of [
    [finding({}), other],
    [other, finding({})],
  ])
    expect(mergeFindings(given)).toEqual([
      finding({ expected: 1_000n, actual: 2_500n, businessDate: '2026-03-01', paymentId: 'pay_1' }),
    ])
})

test('findings of two currencies are never added, and none is lost', () => {
  const euros = [
    finding({ currency: 'eur', expected: 0n, actual: 7n }),
    finding({ currency: 'eur', expected: 1n, actual: 0n }),
  ]
  for (const given of [
    [finding({}), ...euros],
    [...euros, finding({})],
  ])
    expect(mergeFindings(given)).toEqual([
      finding({
        currency: 'eur',
        expected: 0n,
        actual: 7n,
        details: { besides_eur: '1 expected, 0 found', besides_gbp: '1000 expected, 2000 found' },
      }),
    ])
})

test('what is too little and what is too much of one object are not set off against each other', () => {
  // A withdrawal and a return of one dispute, neither of them booked by Stripe in time.
  const gone = finding({ category: 'clearing_overdue', expected: -5_000n, actual: 0n })
  const back = finding({ category: 'clearing_overdue', expected: 4_000n, actual: 0n })
  const other = finding({ category: 'clearing_overdue', currency: 'eur', expected: 1n, actual: 0n })
  for (const given of [
    [gone, back],
    [back, gone],
  ])
    expect(mergeFindings(given)).toEqual([{ ...gone, details: { besides_gbp: '4000 expected, 0 found' } }])
  for (const given of [
    [gone, other, back],
    [back, gone, other],
  ])
    expect(mergeFindings(given)).toEqual([
      { ...other, details: { besides_gbp: '-5000 expected, 0 found; 4000 expected, 0 found' } },
    ])
  // Of equal sizes the earlier one, and on one date what Stripe has not got.
  const won = { ...back, expected: 5_000n }
  const earlier = { ...won, businessDate: '2026-03-01' }
  expect(mergeFindings([gone, earlier])[0]).toMatchObject({ expected: 5_000n, actual: 0n })
  expect(mergeFindings([gone, won])[0]).toMatchObject({ expected: 5_000n, actual: 0n })
  expect(mergeFindings([won, gone])[0]).toMatchObject({ expected: 5_000n, actual: 0n })
})

test('findings of other objects and categories stay apart', () => {
  const apart = [finding({}), finding({ object: 'ch_2' }), finding({ category: 'status_mismatch' })]
  expect(mergeFindings(apart)).toEqual(apart)
})
