import { expect, test } from 'vitest'
import { payoutBatch } from './payout-batches.ts'

const entries = [
  { row: 'txn_1', currency: 'gbp', net: 965, available_ms: 100 },
  { row: 'txn_2', currency: 'gbp', net: -500, available_ms: 200 },
  { row: 'txn_3', currency: 'eur', net: 700, available_ms: 100 },
  { row: 'txn_4', currency: 'gbp', net: 300, available_ms: 201 },
]

test('takes what is available in one currency, refunds included', () => {
  expect(payoutBatch(entries, 'gbp', 200)).toEqual({ currency: 'gbp', amount: 465, rows: ['txn_1', 'txn_2'] })
  expect(payoutBatch(entries, 'eur', 200)).toEqual({ currency: 'eur', amount: 700, rows: ['txn_3'] })
})

test('pays nothing when the available rows do not sum to more than zero', () => {
  expect(payoutBatch(entries.slice(1, 2), 'gbp', 200)).toBeNull()
  expect(payoutBatch([{ ...entries[0], net: 0 } as never], 'gbp', 200)).toBeNull()
  expect(payoutBatch(entries, 'usd', 200)).toBeNull()
})
