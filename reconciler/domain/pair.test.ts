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
