import { expect, test } from 'vitest'
import { groupRows, type SideRows } from './group-rows.ts'

const row = (side: SideRows['side'], key: string, amount: number, hash: string): SideRows => ({
  side,
  wholes: [
    JSON.stringify([
      key,
      'ch_1',
      'gbp',
      String(amount),
      '20',
      String(amount - 20),
      '2026-03-02 10:00:00',
      '2026-03-02',
      'a "ref"',
      hash,
    ]),
  ],
})

test('a row is read with all of its columns', () => {
  expect(groupRows([row('stripe', 'txn_1', 1_000, '7')])).toEqual([
    {
      key: 'txn_1',
      kind: 'only_stripe',
      columns: [],
      counts: { stripe: 1, ledger: 0 },
      stripe: {
        object: 'ch_1',
        currency: 'gbp',
        amount: 1_000n,
        fee: 20n,
        net: 980n,
        created: '2026-03-02 10:00:00',
        business_date: '2026-03-02',
        ref: 'a "ref"',
      },
      ledger: null,
    },
  ])
})

test('both sides of a key are put together, whichever comes first', () => {
  const rows = [row('ledger', 'txn_1', 900, '8'), row('stripe', 'txn_1', 1_000, '7')]
  for (const given of [rows, [...rows].reverse()])
    expect(groupRows(given)).toMatchObject([
      { key: 'txn_1', kind: 'differs', columns: ['amount', 'net'], stripe: { amount: 1_000n } },
    ])
})

test('a key that only shares its hash of the key with one that differs is left out', () => {
  const rows = [
    row('stripe', 'txn_1', 1_000, '7'),
    row('ledger', 'txn_1', 1_000, '7'),
    row('ledger', 'txn_2', 1_000, '9'),
  ]
  expect(groupRows(rows).map(({ key, kind }) => [key, kind])).toEqual([['txn_2', 'only_ledger']])
})

test('of duplicates the same one is named, whatever their order', () => {
  const rows = [
    row('stripe', 'txn_1', 1_000, '7'),
    row('ledger', 'txn_1', 900, '8'),
    row('ledger', 'txn_1', 1_000, '7'),
  ]
  for (const given of [rows, [...rows].reverse()])
    expect(groupRows(given)).toMatchObject([
      { kind: 'duplicate', counts: { stripe: 1, ledger: 2 }, ledger: { amount: 1_000n } },
    ])
})
