import { expect, test } from 'vitest'
import {
  cardRefundPostings,
  cashRefundPostings,
  cardSalePostings,
  drawerSalePostings,
  payoutPostings,
  shareOfTender,
  type SaleRest,
} from './journal.ts'

const rest = (net: bigint, tax: bigint, tip: bigint): SaleRest => ({ net, tax, tip })

/** Tenders one after the other, each on what the ones before left. */
const split = (whole: SaleRest, amounts: readonly bigint[]): SaleRest[] => {
  let left = whole
  return amounts.map((amount) => {
    const share = shareOfTender(left, amount)
    left = rest(left.net - share.net, left.tax - share.tax, left.tip - share.tip)
    return share
  })
}

test('one tender takes all of the sale', () => {
  expect(shareOfTender(rest(1_000n, 200n, 101n), 1_301n)).toEqual(rest(1_000n, 200n, 101n))
})

test('three tenders, by hand', () => {
  // 433 of 1301: net 1000*433/1301 = 332; owed 101, tax 200*101/301 = 67, tip 34. 433 of 868: net 668*433/868 = 333;
  // owed 100 of 200: tax 133*100/200 = 66, tip 34. The rest: 335, 67, 33.
  expect(split(rest(1_000n, 200n, 101n), [433n, 433n, 435n])).toEqual([
    rest(332n, 67n, 34n),
    rest(333n, 66n, 34n),
    rest(335n, 67n, 33n),
  ])
})

test('a sale without net gives no tender a share below 0', () => {
  expect(split(rest(0n, 1n, 1n), [1n, 1n])).toEqual([rest(0n, 0n, 1n), rest(0n, 1n, 0n)])
})

test('every split of a small sale is exact, and no share is below 0', () => {
  for (let net = 0n; net <= 4n; net += 1n)
    for (let tax = 0n; tax <= 3n; tax += 1n)
      for (let tip = 0n; tip <= 3n; tip += 1n) {
        const total = net + tax + tip
        for (let first = 1n; first < total; first += 1n)
          for (let second = 1n; first + second < total; second += 1n) {
            const shares = split(rest(net, tax, tip), [first, second, total - first - second])
            const sums = shares.reduce((a, b) => rest(a.net + b.net, a.tax + b.tax, a.tip + b.tip))
            expect(sums).toEqual(rest(net, tax, tip))
            expect(shares.flatMap(Object.values).every((part) => part >= 0n)).toBe(true)
          }
      }
})

test('more than the sale asks for is revenue', () => {
  expect(shareOfTender(rest(100n, 20n, 0n), 150n)).toEqual(rest(130n, 20n, 0n))
})

test('a card sale waits in clearing for its balance transaction', () => {
  expect(cardSalePostings('ch_1', 'gbp', rest(1_000n, 200n, 100n))).toEqual([
    { account: 'clearing:card', object: 'ch_1', currency: 'gbp', amountMinor: 1_300n },
    { account: 'revenue:sales', currency: 'gbp', amountMinor: -1_000n },
    { account: 'liability:tax', currency: 'gbp', amountMinor: -200n },
    { account: 'liability:tips', currency: 'gbp', amountMinor: -100n },
  ])
})

test('cash is in the drawer at once', () => {
  expect(drawerSalePostings('till:t1:cash', 'gbp', rest(500n, 0n, 0n)).slice(0, 2)).toEqual([
    { account: 'till:t1:cash', currency: 'gbp', amountMinor: 500n },
    { account: 'revenue:sales', currency: 'gbp', amountMinor: -500n },
  ])
})

test('a refund waits in clearing with the sign of its balance transaction', () => {
  expect(cardRefundPostings('re_1', 'gbp', 300n)).toEqual([
    { account: 'revenue:refunds', currency: 'gbp', amountMinor: 300n },
    { account: 'clearing:refund', object: 're_1', currency: 'gbp', amountMinor: -300n },
  ])
})

test('a payout goes to the bank, and comes back when it failed', () => {
  const [paid, returned] = [
    payoutPostings('po_1', 'gbp', 900n, 'paid'),
    payoutPostings('po_1', 'gbp', 900n, 'returned'),
  ]
  expect(paid.map(({ account, amountMinor }) => [account, amountMinor])).toEqual([
    ['bank', 900n],
    ['clearing:payout', -900n],
  ])
  expect(returned.map(({ amountMinor }) => amountMinor)).toEqual([-900n, 900n])
})

test.each([
  // owed, of the refund's 300: from what is owed, from revenue
  [100n, 100n, 200n],
  [300n, 300n, 0n],
  [900n, 300n, 0n],
])('with %s owed, a refund of 300 takes %s from what is owed and %s from revenue', (owed, debt, revenue) => {
  const shares = [
    { account: 'revenue:refunds', currency: 'gbp', amountMinor: revenue },
    { account: 'liability:refunds_owed', currency: 'gbp', amountMinor: debt },
  ]
  expect(cardRefundPostings('re_1', 'gbp', 300n, owed)).toEqual([
    ...shares,
    { account: 'clearing:refund', object: 're_1', currency: 'gbp', amountMinor: -300n },
  ])
  expect(cashRefundPostings('till:t1:cash', 'gbp', 300n, owed)).toEqual([
    ...shares,
    { account: 'till:t1:cash', currency: 'gbp', amountMinor: -300n },
  ])
})
