import pg from 'pg'
import { openClickHouse, type ClickHouse } from '#core/clickhouse/client.ts'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import { newId } from '#core/ids.ts'
import { startTempClickHouse } from '#core/testing/temp-clickhouse.ts'
import { createWorld, type World } from '../../testing/world.ts'
import type { Summary } from '../../publish/summary.ts'
import { compareFull, type FullComparison } from '../compare-full.ts'
import type { Dates } from '../sides.ts'
import type { SyncOptions } from '../sync-copy.ts'

/** An embedded ClickHouse that a test file wipes between its tests. */
export interface TestClickHouse {
  readonly clickhouse: ClickHouse
  wipe(): Promise<void>
  stop(): Promise<void>
}

/** Starts one with empty tables. */
export const startTestClickHouse = async (): Promise<TestClickHouse> => {
  const engine = await startTempClickHouse()
  const clickhouse = openClickHouse(engine.url)
  const wipe = async () => {
    const tables = await clickhouse.rows<{ name: string }>(
      'SELECT name FROM system.tables WHERE database = currentDatabase()',
    )
    for (const { name } of tables) await clickhouse.command(`DROP TABLE ${name}`)
    await migrateClickHouse(clickhouse, new Date(0))
  }
  await wipe()
  return {
    clickhouse,
    wipe,
    stop: async () => {
      await clickhouse.close()
      await engine.stop()
    },
  }
}

/** Changes what nobody may change, as the database's owner with the guards off. */
export const alter = async (world: World, ...statements: string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: world.database.ownerUrl })
  await client.connect()
  try {
    await client.query('SET session_replication_role = replica')
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Two months of a shop: charges, a refund and a payout, all reconciled and clean. */
export const reconciledShop = async (): Promise<World> => {
  const world = await createWorld('2026-03-01T00:00:00Z')
  await world.charge('a1', '2026-03-02T10:00:00Z', 1_000)
  await world.charge('a2', '2026-03-02T11:00:00Z', 2_000)
  await world.charge('b1', '2026-03-03T10:00:00Z', 3_000)
  await world.refund('b1', '2026-03-03T12:00:00Z', 500)
  await world.charge('c1', '2026-03-31T22:59:59Z', 5_000)
  await world.charge('c2', '2026-03-31T23:00:00Z', 6_000)
  await world.payout('c', '2026-04-04T12:00:00Z', ['txn_a1', 'txn_a2', 'txn_b1'])
  world.moveTo('2026-04-08T12:00:00Z')
  await world.reconcile('2026-03-02', '2026-04-07')
  return world
}

/** The comparison by itself, without what follows it. */
export const compareIn = async (
  world: World,
  clickhouse: ClickHouse,
  dates: Dates | null = null,
  options: Partial<SyncOptions> = {},
): Promise<FullComparison> =>
  compareFull({ ...world.deps, clickhouse }, dates, { recompute: false, ...options })

/** Each key that differs with its kind and columns. */
export const keysOf = ({ report }: FullComparison): string[] =>
  report.keys.map(({ key, kind, columns }) => [key, kind, ...columns].join(' '))

/** A whole run of kind `full`, as the API asks for one; its summary, or its error code. */
export const runFull = async (
  world: World,
  clickhouse: ClickHouse,
  from: string,
  to: string,
): Promise<{ status: string; error_code: string | null; summary: Summary | null }> => {
  const deps = Object.assign(world.deps, { clickhouse })
  const id = newId(deps.env, 'run')
  await deps.db.run(
    `INSERT INTO reconciliation_runs (id, kind, from_date, to_date, dry_run, status, requested_by, requested_at)
     VALUES ($1, 'full', $2, $3, false, 'pending', 'test', $4)`,
    [id, from, to, deps.env.clock.now()],
  )
  await world.worker().work()
  const run = await deps.db.first<{ status: string; error_code: string | null; summary: Summary | null }>(
    'SELECT status, error_code, summary FROM reconciliation_runs WHERE id = $1',
    [id],
  )
  return run ?? { status: 'gone', error_code: null, summary: null }
}
