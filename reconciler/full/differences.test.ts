import { expect, test } from 'vitest'
import { countColumns, countKinds, toDifference, worthOf, type Found, type SideRow } from './differences.ts'

const ROW: SideRow = {
  object: 'ch_1',
  currency: 'gbp',
  amount: 1_000n,
  fee: 35n,
  net: 965n,
  created: '2026-03-02 10:00:00',
  business_date: '2026-03-02',
  ref: 'version 1',
}

const found = (stripe: SideRow | null, ledger: SideRow | null, counts?: Found['counts']): Found => ({
  key: 'txn_1',
  stripe,
  ledger,
  counts: counts ?? { stripe: stripe ? 1 : 0, ledger: ledger ? 1 : 0 },
})

test('a key on one side alone has no columns that differ', () => {
  expect(toDifference(found(ROW, null))).toMatchObject({ kind: 'only_stripe', columns: [] })
  expect(toDifference(found(null, ROW))).toMatchObject({ kind: 'only_ledger', columns: [] })
})

test('names every column that differs and never where the figures stand', () => {
  const other = { ...ROW, fee: 36n, net: 964n, ref: 'je_1' }
  expect(toDifference(found(ROW, other))).toMatchObject({ kind: 'differs', columns: ['fee', 'net'] })
})

test('a key that stands twice is a duplicate, also when a side has none of it', () => {
  expect(toDifference(found(ROW, ROW, { stripe: 1, ledger: 2 })).kind).toBe('duplicate')
  expect(toDifference(found(ROW, null, { stripe: 2, ledger: 0 })).kind).toBe('duplicate')
})

test('worth is never summed across currencies, and counts a duplicate as often as it stands', () => {
  const eur = { ...ROW, currency: 'eur' }
  const differences = [found(ROW, eur), found(ROW, ROW, { stripe: 1, ledger: 2 }), found(ROW, null)].map(
    toDifference,
  )
  expect(worthOf(differences)).toEqual([
    { kind: 'only_stripe', currency: 'gbp', keys: 1, stripe: 965n, ledger: 0n },
    { kind: 'duplicate', currency: 'gbp', keys: 1, stripe: 965n, ledger: 1_930n },
    { kind: 'differs', currency: 'eur', keys: 1, stripe: 0n, ledger: 965n },
    { kind: 'differs', currency: 'gbp', keys: 1, stripe: 965n, ledger: 0n },
  ])
  expect(countKinds(differences)).toEqual({ only_stripe: 1, only_ledger: 0, duplicate: 1, differs: 1 })
  expect(countColumns(differences)).toEqual({ currency: 1 })
})
