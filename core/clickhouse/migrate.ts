import { readdirSync, readFileSync } from 'node:fs'
import type { ClickHouse } from './client.ts'

const migrationsUrl = new URL('./migrations/', import.meta.url)

/**
 * Applies the `.sql` files not applied yet, one statement each, in the order of their numbers. Every statement is written
 * so that running it twice does no harm, since ClickHouse has no transactions around DDL.
 */
export const migrateClickHouse = async (clickhouse: ClickHouse, now: Date): Promise<void> => {
  await clickhouse.command(
    `CREATE TABLE IF NOT EXISTS schema_migrations (name String, applied_at DateTime64(3, 'UTC')) ENGINE = MergeTree ORDER BY name`,
  )
  const applied = new Set(
    (await clickhouse.rows<{ name: string }>('SELECT name FROM schema_migrations')).map((row) => row.name),
  )
  for (const name of readdirSync(migrationsUrl)
    .filter((file) => file.endsWith('.sql'))
    .sort()) {
    if (applied.has(name)) continue
    await clickhouse.command(readFileSync(new URL(name, migrationsUrl), 'utf8'))
    await clickhouse.insert('schema_migrations', ['name', 'applied_at'], [[name, now.toISOString()]], name)
  }
}
