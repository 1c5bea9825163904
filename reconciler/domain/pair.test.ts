import { expect, test } from 'vitest'
import { pairRows } from './pair.ts'
import { movement, row } from './testing/facts.ts'

const keys = (pairs: ReturnType<typeof pairRows>) =>
  Object.fromEntries(
    [...pairs].flatMap(([id, { movement: answered }]) => (answered ? [[id, answered.key]] : [])),
  )

test('pairs a charge and a refund by the source, never across accounts', () => {
  const rows = [
    row({ id: 'txn_1', source: 'ch_1', amount: 500n }),
    row({ id: 'txn_2', source: 're_1', amount: -200n, category: 'refund' }),
    row({ id: 'txn_3', source: 'ch_2', amount: 100n }),
  ]
  const movements = [
    movement({ key: 'jrn_1', object: 'ch_1', amount: 500n }),
    movement({ key: 'jrn_2', object: 're_1', account: 'clearing:refund', amount: -200n }),
    movement({ key: 'jrn_3', object: 'ch_2', account: 'clearing:refund', amount: 100n }),
  ]
  expect(keys(pairRows(rows, movements, new Map()))).toEqual({ txn_1: 'jrn_1', txn_2: 'jrn_2' })
})

test('one movement answers one row: the row of its own amount, else the older one', () => {
  const later = row({ id: 'txn_a', source: 'ch_1', amount: 500n, createdAt: new Date(2_000) })
  const older = row({ id: 'txn_b', source: 'ch_1', amount: 700n, createdAt: new Date(1_000) })
  const one = [movement({ key: 'jrn_1', object: 'ch_1', amount: 500n })]
  expect(keys(pairRows([older, later], one, new Map()))).toEqual({ txn_a: 'jrn_1' })
  const odd = [movement({ key: 'jrn_1', object: 'ch_1', amount: 600n })]
  expect(keys(pairRows([later, older], odd, new Map()))).toEqual({ txn_b: 'jrn_1' })
})

test('a row keeps the movement it holds, and direction must agree', () => {
  const rows = [row({ id: 'txn_1', source: 'ch_1', amount: 500n })]
  const movements = [
    movement({ key: 'jrn_1', object: 'ch_1', amount: 500n }),
    movement({ key: 'jrn_2', object: 'ch_1', amount: 500n }),
    movement({ key: 'jrn_3', object: 'ch_1', amount: -500n }),
  ]
  expect(keys(pairRows(rows, movements, new Map([['txn_1', 'jrn_2']])))).toEqual({ txn_1: 'jrn_2' })
  expect(keys(pairRows(rows, movements, new Map([['txn_1', 'jrn_3']])))).toEqual({ txn_1: 'jrn_1' })
})

test("what arrived first does not decide: a movement of the row's own amount takes it from one that it had", () => {
  const rows = [row({ id: 'txn_1', source: 'ch_1', amount: 500n })]
  const other = movement({ key: 'jrn_1', object: 'ch_1', amount: 450n, occurredAt: new Date(1_000) })
  const exact = movement({ key: 'jrn_2', object: 'ch_1', amount: 500n, occurredAt: new Date(2_000) })
  expect(keys(pairRows(rows, [other, exact], new Map([['txn_1', 'jrn_1']])))).toEqual({ txn_1: 'jrn_2' })
  // Where none has its amount, the oldest, whichever it had.
  const late = movement({ key: 'jrn_3', object: 'ch_1', amount: 470n, occurredAt: new Date(3_000) })
  expect(keys(pairRows(rows, [late, other], new Map([['txn_1', 'jrn_3']])))).toEqual({ txn_1: 'jrn_1' })
})

test('an amount that lost its sign is still the movement of its category', () => {
  const rows = [
    row({ id: 'txn_1', source: 'ch_1', amount: -500n }),
    row({ id: 'txn_2', source: 're_1', amount: 0n, category: 'refund' }),
    row({ id: 'txn_3', source: 'ch_1', amount: 500n, category: 'charge_failure' }),
  ]
  const movements = [
    movement({ key: 'jrn_1', object: 'ch_1', amount: 500n }),
    movement({ key: 'jrn_2', object: 're_1', account: 'clearing:refund', amount: -200n }),
  ]
  expect(keys(pairRows(rows, movements, new Map()))).toEqual({ txn_1: 'jrn_1', txn_2: 'jrn_2' })
})

test('a row without a source or with an unknown category pairs with nothing', () => {
  const rows = [row({ id: 'txn_1', source: null }), row({ id: 'txn_2', source: 'ch_1', category: 'alms' })]
  expect(keys(pairRows(rows, [movement({ object: 'ch_1' })], new Map()))).toEqual({})
})

const members = (pairs: ReturnType<typeof pairRows>, id: string) => {
  const answer = pairs.get(id)
  return answer && [answer.main?.id, answer.rows.map((one) => one.id), answer.movement?.key]
}

const at = (second: number) => new Date(second * 1_000)
const out = (id: string, amount: bigint, second: number) =>
  row({ id, source: 'du_1', category: 'dispute', amount, createdAt: at(second) })
const withdrawn = (key: string, amount: bigint, second: number) =>
  movement({ key, account: 'clearing:dispute', object: 'du_1', amount, occurredAt: at(second) })

test('a part of a capture belongs to the row of its charge and takes no movement of its own', () => {
  const whole = row({ id: 'txn_1', amount: 1_000n })
  const rest = row({ id: 'txn_2', category: 'partial_capture_reversal', amount: -400n })
  const capture = [movement({ amount: 600n })]
  expect(members(pairRows([rest, whole], capture, new Map()), 'txn_2')).toEqual([
    'txn_1',
    ['txn_1', 'txn_2'],
    'jrn_1',
  ])
  // The row of the charge itself was taken away: its movement waits for it.
  expect(members(pairRows([rest], capture, new Map()), 'txn_2')).toEqual([undefined, ['txn_2'], 'jrn_1'])
})

test('what a dispute took in several rows of one instant is one movement', () => {
  const rows = [out('txn_1', -860n, 5), out('txn_2', -40n, 5)]
  const pairs = pairRows(rows, [withdrawn('jrn_1', -900n, 5)], new Map())
  expect(members(pairs, 'txn_2')).toEqual(['txn_1', ['txn_1', 'txn_2'], 'jrn_1'])
  // The same whatever it held before.
  const again = pairRows(rows, [withdrawn('jrn_1', -900n, 5)], new Map([['txn_1', 'jrn_1']]))
  expect(members(again, 'txn_2')).toEqual(['txn_1', ['txn_1', 'txn_2'], 'jrn_1'])
})

test('a dispute that is opened again takes its money twice, each time as its own movement', () => {
  const rows = [out('txn_1', -860n, 5), out('txn_2', -40n, 5), out('txn_3', -870n, 9), out('txn_4', -30n, 9)]
  const taken = [withdrawn('jrn_1', -900n, 5), withdrawn('jrn_2', -900n, 9)]
  const back = row({
    id: 'txn_5',
    source: 'du_1',
    category: 'dispute_reversal',
    amount: 900n,
    createdAt: at(7),
  })
  const returned = movement({ key: 'jrn_3', account: 'clearing:dispute', object: 'du_1', amount: 900n })
  const pairs = pairRows([...rows, back], [...taken, returned], new Map())
  expect(members(pairs, 'txn_2')).toEqual(['txn_1', ['txn_1', 'txn_2'], 'jrn_1'])
  expect(members(pairs, 'txn_4')).toEqual(['txn_3', ['txn_3', 'txn_4'], 'jrn_2'])
  expect(members(pairs, 'txn_5')).toEqual(['txn_5', ['txn_5'], 'jrn_3'])
})

test('a further row of a dispute that is already answered stands alone', () => {
  const pairs = pairRows(
    [out('txn_1', -900n, 5), out('txn_2', -40n, 8)],
    [withdrawn('jrn_1', -900n, 5)],
    new Map(),
  )
  expect(members(pairs, 'txn_1')).toEqual(['txn_1', ['txn_1'], 'jrn_1'])
  expect(members(pairs, 'txn_2')).toEqual(['txn_2', ['txn_2'], undefined])
})

test('a payout and the row that brings its money back are two movements', () => {
  const rows = [
    row({ id: 'txn_1', source: 'po_1', category: 'payout', amount: -500n }),
    row({ id: 'txn_2', source: 'po_1', category: 'payout_reversal', amount: 500n }),
  ]
  const both = [
    movement({ key: 'po_1', account: 'clearing:payout', object: 'po_1', amount: -500n }),
    movement({ key: 'po_1:reversal', account: 'clearing:payout', object: 'po_1', amount: 500n }),
  ]
  expect(keys(pairRows(rows, both, new Map()))).toEqual({ txn_1: 'po_1', txn_2: 'po_1:reversal' })
})
