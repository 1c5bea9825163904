import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openClickHouse, type ClickHouse } from '#core/clickhouse/client.ts'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import { startTempClickHouse, type TempClickHouse } from '#core/testing/temp-clickhouse.ts'
import { createWorld, type World } from '../testing/world.ts'
import { compareFull } from './compare-full.ts'

let engine: TempClickHouse
let clickhouse: ClickHouse
let world: World | undefined

beforeAll(async () => {
  engine = await startTempClickHouse()
  clickhouse = openClickHouse(engine.url)
})
afterAll(async () => {
  await clickhouse.close()
  await engine.stop()
})

const wipe = async () => {
  for (const { name } of await clickhouse.rows<{ name: string }>(
    'SELECT name FROM system.tables WHERE database = currentDatabase()',
  ))
    await clickhouse.command(`DROP TABLE ${name}`)
  await migrateClickHouse(clickhouse, new Date(0))
}

afterEach(async () => {
  await world?.close()
  world = undefined
})

const threeDates = async (): Promise<World> => {
  const made = await createWorld('2026-03-01T00:00:00Z')
  world = made
  await wipe()
  await made.charge('a1', '2026-03-02T10:00:00Z', 1_000)
  await made.charge('a2', '2026-03-02T11:00:00Z', 2_000)
  await made.charge('b1', '2026-03-03T10:00:00Z', 3_000)
  await made.refund('b1', '2026-03-03T12:00:00Z', 500)
  await made.charge('c1', '2026-03-31T22:59:59Z', 5_000)
  await made.charge('c2', '2026-03-31T23:00:00Z', 6_000)
  await made.payout('c', '2026-04-04T12:00:00Z', ['txn_a1', 'txn_a2', 'txn_b1'])
  made.moveTo('2026-04-08T12:00:00Z')
  await made.reconcile('2026-03-01', '2026-04-05')
  return made
}

const compare = (w: World, dates: { from: string; to: string } | null = null, recompute = false) =>
  compareFull({ ...w.deps, clickhouse }, dates, { recompute })

test('says that nothing differs, with exact sums of both sides, and copies only what is not there yet', async () => {
  const w = await threeDates()
  const first = await compare(w)
  console.log(JSON.stringify(first, null, 1))
  expect(first.report.differing).toBe(0)
  const second = await compare(w)
  expect(second.report.copy).toEqual({ stripe: {}, ledger: {} })
})
