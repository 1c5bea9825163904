import { openClickHouse, type ClickHouse } from '#core/clickhouse/client.ts'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import { startTempClickHouse } from '#core/testing/temp-clickhouse.ts'
import { DEMO_COURSE, insertDemoData } from './demo-data.ts'

/** An embedded ClickHouse that holds the demo data. */
export interface DemoEngine {
  readonly clickhouse: ClickHouse
  readonly rows: number
  readonly stop: () => Promise<void>
}

/** Starts one, migrated and filled. */
export const startDemoEngine = async (): Promise<DemoEngine> => {
  const engine = await startTempClickHouse()
  const clickhouse = openClickHouse(engine.url)
  await migrateClickHouse(clickhouse, DEMO_COURSE.end)
  const rows = await insertDemoData(clickhouse, DEMO_COURSE)
  const stop = async () => {
    await clickhouse.close()
    await engine.stop()
  }
  return { clickhouse, rows, stop }
}
