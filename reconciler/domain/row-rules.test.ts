import { expect, test } from 'vitest'
import { pairRows } from './pair.ts'
import { classifyRow, cameToNothing } from './row-rules.ts'
import { claim, movement, row, rowFact, source } from './testing/facts.ts'

const shown = (finding: ReturnType<typeof classifyRow>) =>
  finding && [finding.category, finding.object, finding.expected, finding.actual]

test.each([
  ['is of a sale that another charge pays', claim({ paymentCharge: 'ch_0' }), 'duplicate_in_stripe'],
  [
    'names no payment, but a sale that another charge pays',
    claim({ paymentExists: false, otherCharges: 1 }),
    'duplicate_in_stripe',
  ],
  [
    'is the second card tender of a split sale, whose payment waits for it',
    claim({ otherCharges: 1 }),
    'missing_in_ledger',
  ],
  [
    'is the second card tender of a split sale, whose payment has it',
    claim({ isOurs: true, paymentCharge: 'ch_1', otherCharges: 1 }),
    'missing_in_ledger',
  ],
  ['names a payment that does not exist here', claim({ paymentExists: false }), 'orphan_in_stripe'],
  ['has two rows', claim({ isOurs: true }), 'missing_in_ledger'],
])('a charge without a movement that %s is that', (_name, claimed, category) => {
  const fact = rowFact({ source: source(), claim: claimed })
  expect(shown(classifyRow(fact))).toEqual([category, 'txn_1', 0n, 1_000n])
})

test('only a charge is an orphan or a duplicate: a refund, or a row of no charge, is missing in the ledger', () => {
  const refund = row({ category: 'refund', source: 're_1', amount: -300n })
  const facts = [
    rowFact({ row: refund, source: source({ kind: 'refund' }), claim: claim({ paymentExists: false }) }),
    rowFact({ claim: claim({ paymentExists: false }) }),
    rowFact({ row: row({ source: null }) }),
  ]
  for (const fact of facts) expect(classifyRow(fact)?.category).toBe('missing_in_ledger')
})

test('an unknown category comes before everything else, with all that it moved', () => {
  const fact = rowFact({
    row: row({ category: 'alms', fee: 30n }),
    source: source({ status: 'failed' }),
    claim: claim({ paymentExists: false }),
  })
  expect(shown(classifyRow(fact))).toEqual(['unknown_type', 'txn_1', 0n, 970n])
})

const refundRow = row({ category: 'refund', source: 're_1', amount: -400n })
const refunded = movement({ account: 'clearing:refund', object: 're_1', amount: -400n })
const refund = (status: string) => source({ id: 're_1', kind: 'refund', status })
const disputeRow = row({ category: 'dispute', source: 'du_1', amount: -900n, fee: 1_500n })
const disputed = movement({ account: 'clearing:dispute', object: 'du_1', amount: -900n })
const dispute = (status: string) => source({ id: 'du_1', kind: 'dispute', status })

test.each([
  [
    'a charge that failed',
    rowFact({ movement: movement(), source: source({ status: 'failed' }) }),
    1_000n,
    0n,
  ],
  [
    'a charge that was never captured',
    rowFact({ movement: movement(), source: source({ captured: false }) }),
    1_000n,
    0n,
  ],
  [
    'a refund that failed',
    rowFact({ row: refundRow, movement: refunded, source: refund('failed') }),
    -400n,
    0n,
  ],
  [
    'a refund that was canceled',
    rowFact({ row: refundRow, movement: refunded, source: refund('canceled'), statusOfOurs: 'succeeded' }),
    -400n,
    0n,
  ],
  [
    'a refund that failed only with us',
    rowFact({ row: refundRow, movement: refunded, source: refund('succeeded'), statusOfOurs: 'failed' }),
    0n,
    -400n,
  ],
  [
    'a dispute won that we lost',
    rowFact({ row: disputeRow, movement: disputed, source: dispute('won'), statusOfOurs: 'lost' }),
    0n,
    -900n,
  ],
  [
    'a dispute lost that we won',
    rowFact({ row: disputeRow, movement: disputed, source: dispute('lost'), statusOfOurs: 'won' }),
    -900n,
    0n,
  ],
])('%s is a status_mismatch of the object, though its row is there', (_name, fact, expected, actual) => {
  const object = fact.source?.id
  expect(shown(classifyRow(fact))).toEqual(['status_mismatch', object, expected, actual])
})

test.each([
  ['a refund under way', rowFact({ row: refundRow, movement: refunded, source: refund('pending') })],
  [
    'a refund that failed on both sides',
    rowFact({ row: refundRow, movement: refunded, source: refund('failed'), statusOfOurs: 'failed' }),
  ],
  [
    'a dispute that nobody has decided',
    rowFact({
      row: disputeRow,
      movement: disputed,
      source: dispute('under_review'),
      statusOfOurs: 'needs_response',
    }),
  ],
  [
    'a dispute in appeal',
    rowFact({
      row: disputeRow,
      movement: disputed,
      source: dispute('appeal_under_review'),
      statusOfOurs: 'lost',
    }),
  ],
])('%s is no exception', (_name, fact) => {
  expect(classifyRow(fact)).toBeUndefined()
})

test("the currency is the charge's, never the settlement's", () => {
  const settled = row({ currency: 'eur', amount: 1_150n, exchangeRate: '1.15' })
  expect(classifyRow(rowFact({ row: settled, movement: movement(), source: source() }))).toBeUndefined()
  // The row is in our currency, but the customer paid in another one.
  const paid = rowFact({ movement: movement(), source: source({ currency: 'usd' }) })
  expect(shown(classifyRow(paid))).toEqual(['currency_mismatch', 'txn_1', 0n, 1_000n])
})

test('what the object says it moved is compared too, when its row agrees', () => {
  const fact = rowFact({ movement: movement(), source: source({ moved: 990n }) })
  expect(shown(classifyRow(fact))).toEqual(['amount_mismatch', 'txn_1', 1_000n, 990n])
  const other = rowFact({ row: row({ amount: 990n }), movement: movement(), source: source({ moved: 990n }) })
  expect(shown(classifyRow(other))).toEqual(['amount_mismatch', 'txn_1', 1_000n, 990n])
})

test('the own row of a payout whose items it agrees with is not what is wrong', () => {
  const own = row({ category: 'payout', source: 'po_1', amount: -5_000n })
  const paid = movement({ account: 'clearing:payout', object: 'po_1', amount: -4_967n })
  const fact = { row: own, movement: paid, source: source({ id: 'po_1', kind: 'payout', status: 'paid' }) }
  expect(classifyRow(rowFact({ ...fact, payoutItemsNet: 5_000n }))).toBeUndefined()
  expect(shown(classifyRow(rowFact({ ...fact, payoutItemsNet: 4_967n })))).toEqual([
    'amount_mismatch',
    'txn_1',
    -4_967n,
    -5_000n,
  ])
})

const failed = source({ id: 'py_1', status: 'failed' })
const taken = row({ id: 'txn_1', source: 'py_1', amount: 1_000n, fee: 35n })
const back = row({ id: 'txn_2', source: 'py_1', category: 'charge_failure', amount: -1_000n, fee: -35n })

test('a charge that failed after all: of ours one exception, of nobody none', () => {
  const ours = pairRows([taken, back], [movement({ object: 'py_1' })], new Map())
  const [one, other] = [ours.get('txn_1'), ours.get('txn_2')]
  if (!one || !other) throw new Error('no answers')
  const findings = [
    classifyRow(rowFact({ row: taken, answer: one, counter: other, source: failed })),
    classifyRow(rowFact({ row: back, answer: other, counter: one, source: failed })),
  ]
  expect(findings.map(shown)).toEqual([
    ['status_mismatch', 'py_1', 1_000n, 0n],
    ['status_mismatch', 'py_1', 0n, 0n],
  ])
  const nobodys = pairRows([taken, back], [], new Map())
  const facts = [
    rowFact({
      row: taken,
      answer: nobodys.get('txn_1') ?? one,
      counter: nobodys.get('txn_2'),
      source: failed,
    }),
    rowFact({
      row: back,
      answer: nobodys.get('txn_2') ?? other,
      counter: nobodys.get('txn_1'),
      source: failed,
    }),
  ]
  expect(facts.map(classifyRow)).toEqual([undefined, undefined])
  expect(facts.map(cameToNothing)).toEqual([true, true])
})

test('the failure of a refund is explained where the refund is ours, and missing in the ledger where it is not', () => {
  const returned = row({ category: 'refund_failure', source: 're_1', amount: 400n })
  expect(classifyRow(rowFact({ row: returned, isKnown: true }))).toBeUndefined()
  expect(classifyRow(rowFact({ row: returned }))?.category).toBe('missing_in_ledger')
})

const failedRefund = (fields: object = {}) =>
  source({ id: 're_1', kind: 'refund', status: 'failed', moved: -400n, failureRow: 'txn_1', ...fields })

test.each([
  ['of a refund that failed, by the row that it names', failedRefund(), 400n, undefined],
  ['of one that was canceled', failedRefund({ status: 'canceled' }), 400n, undefined],
  ['of one that names no row', failedRefund({ failureRow: null }), 400n, undefined],
  ['of a refund that did not fail', failedRefund({ status: 'succeeded' }), 400n, 'missing_in_ledger'],
  ['of another amount', failedRefund(), 999_900n, 'missing_in_ledger'],
  ['that is the second one', failedRefund({ failureRow: 'txn_0' }), 400n, 'missing_in_ledger'],
])('the failure %s', (_name, of, amount, expected) => {
  const returned = row({ category: 'refund_failure', source: 're_1', amount })
  expect(classifyRow(rowFact({ row: returned, isKnown: true, source: of }))?.category).toBe(expected)
})

test('the failure of a refund in another currency is compared at the rate of its row', () => {
  // 4.00 EUR at 0.85 are 3.40 GBP.
  const at = (amount: bigint) =>
    classifyRow(
      rowFact({
        row: row({ category: 'refund_failure', source: 're_1', amount, exchangeRate: '0.85' }),
        isKnown: true,
        source: failedRefund({ currency: 'eur' }),
        rateUnits: 'major',
      }),
    )?.category
  expect([at(340n), at(400n)]).toEqual([undefined, 'missing_in_ledger'])
})

test('a partial capture in two rows is judged by their sum, once', () => {
  const whole = row({ id: 'txn_1', amount: 1_000n })
  const rest = row({ id: 'txn_2', category: 'partial_capture_reversal', type: 'refund', amount: -400n })
  const judge = (captured: bigint) => {
    const answers = pairRows([rest, whole], [movement({ amount: captured })], new Map())
    return [whole, rest].map((one) => {
      const answer = answers.get(one.id)
      return answer && shown(classifyRow(rowFact({ row: one, answer })))
    })
  }
  expect(judge(600n)).toEqual([undefined, undefined])
  expect(judge(610n)).toEqual([['amount_mismatch', 'txn_1', 610n, 600n], undefined])
})
