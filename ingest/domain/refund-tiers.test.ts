import { expect, test } from 'vitest'
import { mayAgreeTo, needsSecond } from './refund-tiers.ts'

const TIERS = [
  { role: 'cashier', currency: 'gbp', alone_up_to: 2_500, per_day: 10_000 },
  { role: 'finance', currency: 'gbp', alone_up_to: 50_000 },
]
const cashier = { role: 'cashier', currency: 'gbp', before: 0n, today: 0n }

test.each([
  [0n, 0n, 2_500n, undefined],
  [0n, 0n, 2_501n, 'over_limit'],
  [2_400n, 2_400n, 101n, 'over_limit'],
  [0n, 8_000n, 2_000n, undefined],
  [0n, 8_000n, 2_001n, 'over_day'],
] as const)('of this payment %i before, %i today: %i more needs %s', (before, today, amount, why) => {
  expect(needsSecond(TIERS, { ...cashier, before, today, amount })).toBe(why)
})

test('a role or currency without a row has no limit', () => {
  expect(needsSecond(TIERS, { ...cashier, role: 'manager', amount: 9_999_999n })).toBeUndefined()
  expect(needsSecond(TIERS, { ...cashier, currency: 'eur', amount: 9_999_999n })).toBeUndefined()
})

test('nobody agrees to more than they may give back alone', () => {
  expect(mayAgreeTo(TIERS, 'finance', 'gbp')).toBe(50_000n)
  expect(mayAgreeTo(TIERS, 'manager', 'gbp')).toBeUndefined()
})
