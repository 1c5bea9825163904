import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { openClickHouse, type ClickHouse } from '#core/clickhouse/client.ts'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import { startClickHouse, type EmbeddedClickHouse } from '#core/engines/clickhouse.ts'
import { COLUMNS, HASH_OF_COLUMNS, TABLES, type SideName } from '../../reconciler/full/sides.ts'
import { fillLedger, fillStripe, plantedKeys, type PlantedKey } from './generate.ts'

/** Databases of one engine, each with the product's own tables. */
export type DatabaseName = 'differing' | 'equal' | 'tenth'

/** The embedded ClickHouse with its filled databases. */
export interface Filled {
  readonly pid: number
  /** The product's own client of a database. */
  readonly of: Readonly<Record<DatabaseName, ClickHouse>>
  readonly planted: Readonly<Record<DatabaseName, readonly PlantedKey[]>>
  /** Writes a side of `differing` to a file. */
  exportSide(side: SideName, file: string, format: 'Parquet' | 'CSV'): Promise<void>
  close(): Promise<void>
}

const urlOf = (engine: EmbeddedClickHouse, database: string): string => {
  const url = new URL(engine.url)
  url.pathname = `/${database}`
  return url.href
}

/** Loading takes longer than the product's client waits. */
const patient = (url: string): ClickHouseClient =>
  createClient({
    url,
    request_timeout: 600_000,
    clickhouse_settings: { send_progress_in_http_headers: 0 },
    log: { level: 127 },
  })

const fill = async (engine: EmbeddedClickHouse, name: DatabaseName, rows: number): Promise<PlantedKey[]> => {
  const differing = name !== 'equal'
  const loader = patient(urlOf(engine, name))
  const client = openClickHouse(urlOf(engine, name))
  try {
    await migrateClickHouse(client, new Date(0))
    await loader.command({ query: fillStripe(rows, differing) })
    await loader.command({ query: fillLedger(rows, differing) })
    // As the product leaves them: one part per month.
    for (const table of Object.values(TABLES))
      await loader.command({ query: `OPTIMIZE TABLE ${table} FINAL` })
    return differing ? await client.rows<PlantedKey>(plantedKeys(rows)) : []
  } finally {
    await loader.close()
    await client.close()
  }
}

/**
 * Starts an engine below `folder`, fills it with `rows` a side, and starts it anew, so that its peak memory is that of comparing
 * and not of loading. `say` hears how it goes.
 */
export const fillClickHouse = async (
  folder: string,
  rows: number,
  say: (line: string) => void,
): Promise<Filled> => {
  const options = { dataDir: join(folder, 'clickhouse'), password: randomBytes(12).toString('hex') }
  const sizes: Readonly<Record<DatabaseName, number>> = { differing: rows, equal: rows, tenth: rows / 10 }
  const planted = { differing: [] as PlantedKey[], equal: [] as PlantedKey[], tenth: [] as PlantedKey[] }
  const loading = await startClickHouse(options)
  const main = patient(loading.url)
  try {
    for (const name of ['differing', 'equal', 'tenth'] as const) {
      const startedMs = performance.now()
      await main.command({ query: `CREATE DATABASE ${name}` })
      planted[name] = await fill(loading, name, sizes[name])
      say(`filled ${name} in ${Math.round((performance.now() - startedMs) / 1000)} s`)
    }
  } finally {
    await main.close()
    await loading.stop()
  }
  const engine = await startClickHouse(options)
  const of = {
    differing: openClickHouse(urlOf(engine, 'differing')),
    equal: openClickHouse(urlOf(engine, 'equal')),
    tenth: openClickHouse(urlOf(engine, 'tenth')),
  }
  return {
    pid: engine.pid,
    of,
    planted,
    exportSide: async (side, file, format) => {
      const exporter = patient(urlOf(engine, 'differing'))
      const columns = COLUMNS.filter((column) => column !== 'ref').join(', ')
      await exporter
        .command({
          query: `INSERT INTO FUNCTION file('${file}', '${format}') SELECT ${columns} FROM ${TABLES[side]}`,
        })
        .finally(async () => exporter.close())
    },
    close: async () => {
      for (const client of Object.values(of)) await client.close()
      await engine.stop()
    },
  }
}

/** Hashes every compared column of both sides once: what any comparison must at least read. */
export const scan = async (clickhouse: ClickHouse): Promise<void> => {
  await clickhouse.rows(
    `SELECT sum(hash) AS sum FROM (
       SELECT ${HASH_OF_COLUMNS} AS hash FROM ${TABLES.stripe} UNION ALL SELECT ${HASH_OF_COLUMNS} AS hash FROM ${TABLES.ledger})`,
  )
}
