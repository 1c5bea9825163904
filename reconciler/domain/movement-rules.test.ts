import { expect, test } from 'vitest'
import { classifyMovement, surplusOf, type Claiming } from './movement-rules.ts'
import { movement, movementFact, source } from './testing/facts.ts'

const failed = source({ status: 'failed' })
const claimed = { allowed: 1_000n, all: 2_000n }

test.each([
  [
    'one too many',
    movementFact({ claimed, overdue: true, atStripe: 'absent' }),
    'duplicate_in_ledger',
    1_000n,
    2_000n,
  ],
  ['gone', movementFact({ overdue: true, atStripe: 'absent' }), 'missing_in_stripe', 1_000n, 0n],
  ['failed', movementFact({ overdue: true, source: failed }), 'status_mismatch', 1_000n, 0n],
  [
    'without its row in time',
    movementFact({ overdue: true, source: source() }),
    'clearing_overdue',
    1_000n,
    0n,
  ],
])('an unanswered movement that is %s', (_name, fact, category, expected, actual) => {
  expect(classifyMovement(fact)).toMatchObject({ category, object: 'ch_1', expected, actual })
})

test('before its time it is no exception, and a state of a payout is the payout itself', () => {
  expect(classifyMovement(movementFact({ overdue: false, atStripe: 'absent' }))).toBeUndefined()
  const paid = movement({ account: 'clearing:payout', object: 'po_1' })
  const canceled = source({ id: 'po_1', kind: 'payout', status: 'canceled' })
  expect(classifyMovement(movementFact({ movement: paid, source: canceled }))).toBeUndefined()
})

const claiming = (fields: Partial<Claiming>): Claiming => ({
  ...{ key: 'jrn_1', account: 'clearing:card', object: 'ch_1', currency: 'gbp', amount: 1_000n },
  ...{ occurredAt: new Date(1_000), answered: false, ...fields },
})

test('of two movements of one charge the answered one is right, else the older one', () => {
  const two = [
    claiming({ key: 'jrn_1' }),
    claiming({ key: 'jrn_2', amount: 700n, occurredAt: new Date(2_000) }),
  ]
  const younger = surplusOf(two, () => 1)
  expect([...younger.findings]).toEqual([['jrn_2', { allowed: 1_000n, all: 1_700n }]])
  const answered = two.map((one) => ({ ...one, answered: one.key === 'jrn_2' }))
  expect([...surplusOf(answered, () => 1).findings]).toEqual([['jrn_1', { allowed: 700n, all: 1_700n }]])
})

test('three movements of one refund are one exception of two too many', () => {
  const three = ['jrn_1', 'jrn_2', 'jrn_3'].map((key, at) =>
    claiming({ key, account: 'clearing:refund', object: 're_1', amount: -400n, occurredAt: new Date(at) }),
  )
  const { findings, keys } = surplusOf(three, () => 1)
  expect([...findings]).toEqual([['jrn_2', { allowed: -400n, all: -1_200n }]])
  expect([...keys]).toEqual(['jrn_2', 'jrn_3'])
})

test('a dispute may take money twice and bring it back once', () => {
  const taken = (key: string, at: number) =>
    claiming({ key, account: 'clearing:dispute', object: 'du_1', amount: -900n, occurredAt: new Date(at) })
  const back = claiming({ key: 'jrn_3', account: 'clearing:dispute', object: 'du_1', amount: 900n })
  const all = [taken('jrn_1', 1), taken('jrn_2', 2), back]
  const right = surplusOf(all, (_object, direction) => (direction === 'out' ? 2 : 1))
  expect([right.findings.size, right.keys.size]).toEqual([0, 0])
  expect([...surplusOf(all, () => 1).keys]).toEqual(['jrn_2'])
})

test('a second movement in another currency is one too many, and is not added to the first', () => {
  const two = [
    claiming({ key: 'jrn_1', answered: true }),
    claiming({ key: 'jrn_2', currency: 'usd', amount: 900n, occurredAt: new Date(500) }),
    claiming({ key: 'jrn_3', currency: 'usd', amount: 50n, occurredAt: new Date(600) }),
    claiming({ key: 'jrn_4', amount: 7n, occurredAt: new Date(700) }),
  ]
  const { findings, keys } = surplusOf(two, () => 1)
  expect([...findings]).toEqual([
    ['jrn_2', { allowed: 0n, all: 950n }],
    ['jrn_4', { allowed: 1_000n, all: 1_007n }],
  ])
  expect([...keys]).toEqual(['jrn_2', 'jrn_3', 'jrn_4'])
})
