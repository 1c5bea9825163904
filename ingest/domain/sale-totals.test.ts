import { expect, test } from 'vitest'
import { totalsOf } from './sale-totals.ts'

const line = (quantity: number, unitAmount: bigint, taxAmount = 0n, discountAmount = 0n) => ({
  name: 'x',
  quantity,
  unitAmount,
  taxAmount,
  discountAmount,
})

test('lines less discounts, plus tax, plus tip', () => {
  // 3 * 250 - 50 = 700, tax 140; 1 * 120 = 120; tip 40.
  expect(totalsOf([line(3, 250n, 140n, 50n), line(1, 120n)], 40n)).toEqual({
    total: 1_000n,
    tax: 140n,
    tip: 40n,
    discount: 50n,
  })
})
