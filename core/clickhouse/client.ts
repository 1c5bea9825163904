import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { TillwatchError } from '../errors.ts'

/** What the platform asks of ClickHouse. 64-bit integers arrive as strings; callers parse them with BigInt. */
export interface ClickHouse {
  /** Rows of a SELECT with `{name:Type}` parameters. */
  rows<Row extends object>(query: string, params?: Record<string, unknown>): Promise<Row[]>
  /** Runs a statement without result, DDL for instance. */
  command(query: string, params?: Record<string, unknown>): Promise<void>
  /**
   * Inserts rows given as arrays in the order of `columns`. The same `token` inserts the same block at most once inside
   * the table's deduplication window; readers deduplicate by id beyond it.
   */
  insert(
    table: string,
    columns: readonly string[],
    rows: readonly (readonly unknown[])[],
    token: string,
  ): Promise<void>
  ping(): Promise<boolean>
  close(): Promise<void>
}

const asOutage = (error: unknown): TillwatchError =>
  new TillwatchError('analytics_unavailable', undefined, { cause: error })

const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw asOutage(error)
  }
}

/** Opens a client for `url` (credentials and database in the URL). Every failure is `analytics_unavailable`: it never blocks payments. */
export const openClickHouse = (url: string): ClickHouse => {
  const client = createClient({
    url,
    request_timeout: 30_000,
    max_open_connections: 4,
    // It would write its own lines to standard error; failures are thrown, and logged by whoever asked.
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: {
      output_format_json_quote_64bit_integers: 1,
      date_time_input_format: 'best_effort',
    },
  })
  return {
    rows: async <Row extends object>(query: string, params: Record<string, unknown> = {}) =>
      guarded(async () => {
        const result = await client.query({ query, query_params: params, format: 'JSONEachRow' })
        return result.json<Row>()
      }),
    command: async (query, params = {}) =>
      guarded(async () => {
        await client.command({ query, query_params: params })
      }),
    insert: async (table, columns, rows, token) =>
      guarded(async () => {
        if (rows.length === 0) return
        const [first, ...rest] = columns
        if (first === undefined) return
        await client.insert({
          table,
          columns: [first, ...rest],
          values: [...rows],
          format: 'JSONCompactEachRow',
          clickhouse_settings: { insert_deduplication_token: token },
        })
      }),
    ping: async () => (await client.ping()).success,
    close: async () => {
      await client.close()
    },
  }
}
