import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ClickHouse } from '#core/clickhouse/client.ts'
import { bucketsThatDiffer } from './queries.ts'
import { COLUMNS, TABLES, type SideName } from './sides.ts'
import { startTestClickHouse, type TestClickHouse } from './testing/full-stores.ts'
import { compareSides } from './two-passes.ts'

let engine: TestClickHouse

beforeAll(async () => {
  engine = await startTestClickHouse()
})
afterAll(async () => engine.stop())
beforeEach(async () => engine.wipe())

const ALL = { dates: null, recompute: false }

const put = async (side: SideName, ...rows: readonly (readonly [key: string, amount: bigint])[]) =>
  engine.clickhouse.insert(
    TABLES[side],
    COLUMNS,
    rows.map(([key, amount]) => [
      key,
      'ch_1',
      'gbp',
      String(amount),
      '0',
      String(amount),
      1_772_445_600,
      '2026-03-02',
      'x',
    ]),
    `${side} ${rows.join()}`,
  )

test('amounts beyond what a double can hold are compared and summed to the last unit', async () => {
  const big = 2n ** 53n + 1n
  await put('stripe', ['txn_1', big], ['txn_2', big])
  await put('ledger', ['txn_1', big], ['txn_2', big - 1n])
  const { differences, sums } = await compareSides(engine.clickhouse, ALL, 10)
  expect(differences.map(({ key, stripe, ledger }) => [key, stripe?.amount, ledger?.amount])).toEqual([
    ['txn_2', big, big - 1n],
  ])
  expect([sums.stripe[0]?.amount, sums.ledger[0]?.amount]).toEqual([2n * big, 2n * big - 1n])
})

test('a key that stands twice on a side is found, whichever side it is', async () => {
  await put('stripe', ['txn_1', 5n], ['txn_1', 6n], ['txn_2', 1n])
  await put('ledger', ['txn_1', 5n], ['txn_2', 1n], ['txn_2', 1n])
  const { byKind, differences } = await compareSides(engine.clickhouse, ALL, 10)
  expect(byKind).toEqual({ only_stripe: 0, only_ledger: 0, duplicate: 2, differs: 0 })
  expect(differences.map(({ key, counts }) => [key, counts])).toEqual([
    ['txn_1', { stripe: 2, ledger: 1 }],
    ['txn_2', { stripe: 1, ledger: 2 }],
  ])
})

test('more keys than may be listed are all counted by kind', async () => {
  const keys = Array.from({ length: 50 }, (_, at) => `txn_${at}`)
  await put('stripe', ...keys.map((key) => [key, 1n] as const))
  await put('ledger', ...keys.slice(10).map((key, at) => [key, at < 20 ? 1n : 2n] as const), ['txn_x', 1n])
  const all = await compareSides(engine.clickhouse, ALL, 100)
  expect(all.byKind).toEqual({ only_stripe: 10, only_ledger: 1, duplicate: 0, differs: 20 })
  expect([all.truncated, all.differences.length]).toEqual([false, 31])
  const some = await compareSides(engine.clickhouse, ALL, 5)
  expect(some.byKind).toEqual(all.byKind)
  expect([some.truncated, some.differences.length]).toEqual([true, 5])
  const anew = await compareSides(engine.clickhouse, { ...ALL, recompute: true }, 100)
  expect(anew).toEqual(all)
})

test('two empty sides are equal', async () => {
  const { byKind, sums } = await compareSides(engine.clickhouse, ALL, 5)
  expect([byKind.differs, sums]).toEqual([0, { stripe: [], ledger: [] }])
})

test('when nothing differs no row is read beyond the sums of pass 1', async () => {
  await put('stripe', ['txn_1', 5n], ['txn_2', 7n])
  await put('ledger', ['txn_2', 7n], ['txn_1', 5n])
  const asked: string[] = []
  const watched: ClickHouse = {
    ...engine.clickhouse,
    rows: async <Row extends object>(query: string, params?: Record<string, unknown>) => {
      asked.push(query)
      return engine.clickhouse.rows<Row>(query, params)
    },
  }
  await compareSides(watched, ALL, 5)
  // Pass 1 and the sums of both sides.
  expect(asked).toHaveLength(3)
  expect(asked.filter((query) => /GROUP BY key|whole/.test(query))).toEqual([])
})

test.for([16, 17, 24] as const)('the bucket of a key is the first %d bits of its hash', async (bits) => {
  await put('stripe', ['txn_1', 5n], ['txn_2', 7n])
  await put('ledger', ['txn_2', 7n])
  const found = await engine.clickhouse.rows<{ b: number }>(bucketsThatDiffer(ALL, bits))
  const [hash] = await engine.clickhouse.rows<{ k: string }>("SELECT cityHash64('txn_1') AS k")
  expect(found).toEqual([{ b: Number(BigInt(hash?.k ?? 0) >> BigInt(64 - bits)) }])
})
