import { expect, test } from 'vitest'
import { unexplainedOf } from './payout-check.ts'

const clue = (effect: bigint, certain = false) => ({ balanceTransactionId: `txn_${effect}`, effect, certain })

test.each([
  ['items that sum to it leave nothing', 5_000n, [], 0n],
  ['a short payout leaves what it is short', 5_050n, [], 50n],
  ['a vanished row explains its own absence', 4_000n, [clue(-1_000n, true)], 0n],
  ['a changed amount explains its change', 5_100n, [clue(100n)], 0n],
  ['an added row explains itself', 5_700n, [clue(700n)], 0n],
  ['an open item that the payout has counted explains nothing', 5_000n, [clue(700n)], 0n],
  ['a shortage as large as what an item was raised by is not hidden by it', 5_000n, [clue(33n, true)], -33n],
  ['what is left beside a vanished row is reported', 4_050n, [clue(-1_000n, true)], 50n],
  ['of several open items only those that fit are taken', 5_300n, [clue(100n), clue(300n), clue(-70n)], 0n],
  ['a shortage is not made smaller by an item that is not all of it', 5_085n, [clue(64n)], 85n],
])('%s', (_name, itemsNet, clues, left) => {
  expect(unexplainedOf(5_000n, itemsNet, clues)).toBe(left)
})

test('many open items are taken together and cost no time', () => {
  const clues = Array.from({ length: 40 }, () => clue(10n))
  expect(unexplainedOf(5_000n, 5_400n, clues)).toBe(0n)
})
