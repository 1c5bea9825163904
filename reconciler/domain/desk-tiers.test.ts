import { expect, test } from 'vitest'
import { parseShop } from '#core/shop.ts'
import { agreersTo, deskTiersOf, limitAgainst, mayBookAlone } from './desk-tiers.ts'

const TIERS = [
  { role: 'finance', currency: 'gbp', agrees_up_to: 5_000 },
  { role: 'finance', currency: 'jpy', agrees_up_to: 8_000 },
  { role: 'manager', currency: 'jpy', agrees_up_to: 100_000 },
]

const writeOff = (...legs: readonly (readonly [currency: string, amount: bigint])[]) => ({
  resolution: 'write_off',
  postings: legs.flatMap(([currency, amountMinor]) => [
    { currency, amountMinor },
    { currency, amountMinor: -amountMinor },
  ]),
})

const BOTH = ['finance', 'manager']

test.each([
  ['gbp', 4_999n, BOTH],
  ['gbp', 5_000n, BOTH],
  ['gbp', 5_001n, ['manager']],
  // In our favour it is as large.
  ['gbp', -5_000n, BOTH],
  ['gbp', -5_001n, ['manager']],
  ['gbp', 9_007_199_254_740_993n, ['manager']],
  // Yen have no smaller unit: its row counts yen.
  ['jpy', 7_999n, BOTH],
  ['jpy', 8_000n, BOTH],
  ['jpy', 8_001n, ['manager']],
  ['jpy', 100_000n, ['manager']],
  ['jpy', 100_001n, []],
  // Without a row: the strictest.
  ['eur', 1n, ['manager']],
  ['eur', 5_000n, ['manager']],
  ['zzz', 1n, ['manager']],
] as const)('%s %i is agreed to by %j', (currency, amount, roles) => {
  expect(agreersTo(TIERS, writeOff([currency, amount]))).toEqual(roles)
})

test('each currency is compared for itself, and all of them must fit', () => {
  expect(agreersTo(TIERS, writeOff(['gbp', 5_000n], ['jpy', 8_000n]))).toEqual(BOTH)
  expect(agreersTo(TIERS, writeOff(['gbp', 5_000n], ['jpy', 8_001n]))).toEqual(['manager'])
  expect(agreersTo(TIERS, writeOff(['gbp', 1n], ['eur', 1n]))).toEqual(['manager'])
})

test('two amounts of one currency count together, also when one of them is ours and the other is not', () => {
  expect(agreersTo(TIERS, writeOff(['gbp', 2_500n], ['gbp', 2_500n]))).toEqual(BOTH)
  expect(agreersTo(TIERS, writeOff(['gbp', 2_500n], ['gbp', -2_501n]))).toEqual(['manager'])
})

test('a forced match is as large as what it matches, not as what is left over', () => {
  const match = (clearing: bigint) => ({
    resolution: 'forced_match',
    postings: [
      { currency: 'gbp', amountMinor: clearing - 95n },
      { currency: 'gbp', amountMinor: 95n },
      { currency: 'gbp', amountMinor: -clearing },
    ],
  })
  expect(agreersTo(TIERS, match(5_000n))).toEqual(BOTH)
  expect(agreersTo(TIERS, match(5_001n))).toEqual(['manager'])
})

test('what is booked to an account of choice takes a manager, however small', () => {
  expect(agreersTo(TIERS, { ...writeOff(['gbp', 1n]), resolution: 'adjusted' })).toEqual(['manager'])
  expect(agreersTo(TIERS, { ...writeOff(['jpy', 100_001n]), resolution: 'adjusted' })).toEqual(['manager'])
})

test.each([
  ['finance', 'gbp', 5_001n, 5_000n],
  ['finance', 'eur', 1n, 0n],
  ['manager', 'jpy', 100_001n, 100_000n],
  ['manager', 'gbp', 5_001n, undefined],
  ['admin', 'gbp', 1n, 0n],
  ['cashier', 'gbp', 1n, 0n],
  ['auditor', 'gbp', 1n, 0n],
] as const)('%s is kept from %s %i by the limit %s', (role, currency, amount, limit) => {
  expect(limitAgainst(TIERS, writeOff([currency, amount]), role)).toBe(limit)
})

test.each([
  ['gbp', 5_000],
  ['jpy', 50],
  ['kwd', 50_000],
])("without tiers finance agrees up to 50 of the shop's currency: %s %i", (currency, limit) => {
  const account = { zone: 'UTC', currency }
  expect(deskTiersOf({ account })).toEqual([{ role: 'finance', currency, agrees_up_to: limit }])
  expect(deskTiersOf({ account, write_off_tiers: [] })).toEqual([])
})

const shopOf = (currency: string, upTo: number): Parameters<typeof mayBookAlone>[0] => {
  const { account, exceptions } = parseShop(
    `
account: { zone: Europe/London, currency: ${currency} }
stores: [{ id: main, name: Main, zone: Europe/London }]
tills: [{ id: t1, store: main, name: One }]
exceptions: { adjust_alone_up_to: ${upTo} }
`,
  )
  return { account, exceptions }
}

test.each([
  ['gbp', 'gbp', 1_000n, 'revenue:refunds', true],
  ['gbp', 'gbp', -1_000n, 'revenue:refunds', true],
  ['gbp', 'gbp', 1_001n, 'revenue:refunds', false],
  ['gbp', 'gbp', -1_001n, 'revenue:refunds', false],
  ['jpy', 'jpy', 10n, 'revenue:refunds', true],
  ['jpy', 'jpy', 11n, 'revenue:refunds', false],
  ['gbp', 'eur', 1n, 'revenue:refunds', false],
  ['gbp', 'kwd', 1n, 'revenue:refunds', false],
  ['gbp', 'gbp', 1n, 'expense:reconciliation_write_offs', false],
  ['gbp', 'gbp', -1n, 'revenue:reconciliation_gains', false],
] as const)('in a shop of %s, %s %d to %s goes alone: %s', (own, currency, amount, account, alone) => {
  expect(mayBookAlone(shopOf(own, 10), [{ currency, amount }], account)).toBe(alone)
})
