import { expect, test } from 'vitest'
import type { FilledState } from './copy-state.ts'
import { judgeCopy } from './judge-copy.ts'

const STATE: FilledState = {
  date: '2026-03-02',
  currency: 'gbp',
  rows: 2,
  amount: 3_000n,
  fee: 85n,
  net: 2_915n,
  digest: '77',
  hashes: 5n,
  hashVersion: 3,
}

const why = (truth: FilledState[], filled: FilledState[], copy: FilledState[]) =>
  judgeCopy(truth, filled, copy).map((wrong) => `${wrong.date} ${wrong.why}`)

test('a date that is in Postgres as it was copied and in the copy as it was noted is right', () => {
  expect(why([STATE], [STATE], [STATE])).toEqual([])
})

test('what Postgres says otherwise is stale, by sums or by the digest alone', () => {
  expect(why([{ ...STATE, digest: '78' }], [STATE], [STATE])).toEqual(['2026-03-02 stale'])
  expect(why([{ ...STATE, rows: 3 }], [STATE], [STATE])).toEqual(['2026-03-02 stale'])
  expect(why([], [STATE], [STATE])).toEqual(['2026-03-02 stale'])
})

test('a copy that is not what was copied is damaged, whatever Postgres says', () => {
  expect(why([STATE], [STATE], [])).toEqual(['2026-03-02 damaged'])
  expect(why([STATE], [STATE], [{ ...STATE, hashes: 6n }])).toEqual(['2026-03-02 damaged'])
  expect(why([{ ...STATE, digest: '78' }], [STATE], [{ ...STATE, net: 0n }])).toEqual(['2026-03-02 damaged'])
})

test('what was never noted is missing, or stale when a killed fill left rows', () => {
  expect(why([STATE], [], [])).toEqual(['2026-03-02 missing'])
  expect(why([STATE], [], [STATE])).toEqual(['2026-03-02 stale'])
  expect(why([], [], [STATE])).toEqual(['2026-03-02 stale'])
})

test('hashes of another version are filled again', () => {
  expect(why([STATE], [{ ...STATE, hashVersion: 0 }], [STATE])).toEqual(['2026-03-02 stale'])
})

test('a date has the gravest reason of its currencies', () => {
  const eur = { ...STATE, currency: 'eur' }
  expect(why([STATE, eur], [STATE], [{ ...STATE, rows: 1 }])).toEqual(['2026-03-02 damaged'])
})
