import { expect, test } from 'vitest'
import { carryDrifts, type Drift } from './balance-drift.ts'
import { classifyBalance } from './balance-rules.ts'

const drift = (date: string, amount: bigint): Drift => ({ date: `2026-03-0${date}`, amount })

test.each<[string, Drift[], bigint, Drift[]]>([
  ['nothing left is no drift', [], 0n, []],
  ['what is left is of the last finished date', [], 500n, [drift('9', 500n)]],
  ['what Stripe has less keeps its sign', [], -500n, [drift('9', -500n)]],
  ['what an earlier date left is carried', [drift('2', 500n)], 500n, [drift('2', 500n)]],
  ['a further one is only what is new', [drift('2', 500n)], 300n, [drift('2', 500n), drift('9', -200n)]],
  ['the first of several goes away', [drift('2', 500n), drift('3', -200n)], -200n, [drift('3', -200n)]],
  ['the last of several goes away', [drift('2', 500n), drift('3', -200n)], 500n, [drift('2', 500n)]],
  [
    'two of three go away at once',
    [drift('2', 500n), drift('3', -200n), drift('4', 70n)],
    70n,
    [drift('4', 70n)],
  ],
  ['all go away', [drift('2', 500n), drift('3', -200n)], 0n, []],
  ['a drift of the date itself changes', [drift('9', 500n)], 650n, [drift('9', 650n)]],
  [
    'opposite drifts of two dates do not cancel out',
    [drift('2', 500n)],
    -500n,
    [drift('2', 500n), drift('9', -1_000n)],
  ],
])('%s', (_name, known, left, standing) => {
  expect(carryDrifts(known, left, '2026-03-09')).toEqual(standing)
})

test('drifts of several dates may go away in any order, and always sum to what is left', () => {
  const made = [drift('1', 500n), drift('2', -200n), drift('3', 70n)]
  for (const order of [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]) {
    let known: readonly Drift[] = made
    let left = 370n
    for (const at of order) {
      left -= made[at]?.amount ?? 0n
      known = carryDrifts(known, left, '2026-03-09')
      expect(known.reduce((sum, { amount }) => sum + amount, 0n)).toBe(left)
      expect(known.every((one) => made.includes(one))).toBe(true)
    }
    expect(known).toEqual([])
  }
})

test('a hundred drifts cost no time', () => {
  const many = Array.from({ length: 100 }, (_one, at) => ({ date: `2026-01-${at}`, amount: BigInt(at + 1) }))
  expect(carryDrifts(many, 5_050n, '2026-03-09')).toEqual(many)
  expect(carryDrifts(many, 5_051n, '2026-03-09').at(-1)).toEqual(drift('9', 1n))
})

test('a drift is one exception of its date and currency, signed', () => {
  expect(classifyBalance({ ...drift('9', -500n), currency: 'gbp' })).toMatchObject({
    category: 'balance_mismatch',
    object: 'balance:gbp:2026-03-09',
    expected: 0n,
    actual: -500n,
    businessDate: '2026-03-09',
  })
})
