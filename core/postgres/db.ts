import pg from 'pg'
import { TillwatchError } from '../errors.ts'
import type { Sql } from './sql.ts'
import { NO_WATCH, watchPool, type PoolWatch } from './watch-pool.ts'

/** Runs statements; inside `withTransaction` all on one connection. */
export interface Db {
  /** Rows of one statement. BIGINT comes as bigint, DATE as `YYYY-MM-DD`, TIMESTAMPTZ as Date, NUMERIC as string. */
  rows<Row extends object>(sql: Sql | string, params?: readonly unknown[]): Promise<Row[]>
  /** The one row, or undefined when there is none. */
  first<Row extends object>(sql: Sql | string, params?: readonly unknown[]): Promise<Row | undefined>
  /** Number of rows that the statement touched. */
  run(sql: Sql | string, params?: readonly unknown[]): Promise<number>
  /**
   * Calls `tell` once what is done here is committed, and never when it is rolled back: for counters, which must not count
   * what did not happen. Outside `withTransaction` it is called at once.
   */
  afterCommit(tell: () => void): void
}

/** A pool of connections that can also run several statements as one database transaction. */
export interface Database extends Db {
  /** Commits when `work` resolves, rolls back when it throws; serialization failures and deadlocks are retried whole. */
  withTransaction<T>(
    work: (db: Db) => Promise<T>,
    isolation?: 'READ COMMITTED' | 'REPEATABLE READ',
  ): Promise<T>
  readonly pool: pg.Pool
  close(): Promise<void>
}

const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.INT8, (text) => BigInt(text))
types.setTypeParser(pg.types.builtins.DATE, (text) => text)

const RETRIED_STATES = new Set(['40001', '40P01'])
/** Three tries: a conflict that lasts longer is a bug that must be seen. */
const TRIES_MAX = 3

const on = (client: pg.Pool | pg.PoolClient, afterCommit: Db['afterCommit']): Db => {
  const query = async (sql: Sql | string, params: readonly unknown[] = []) =>
    client.query(
      typeof sql === 'string'
        ? { text: sql, values: [...params] }
        : { name: sql.name, text: sql.text, values: [...params] },
    )
  return {
    rows: async <Row extends object>(sql: Sql | string, params?: readonly unknown[]) =>
      (await query(sql, params)).rows as Row[],
    first: async <Row extends object>(sql: Sql | string, params?: readonly unknown[]) =>
      (await query(sql, params)).rows[0] as Row | undefined,
    run: async (sql, params) => (await query(sql, params)).rowCount ?? 0,
    afterCommit,
  }
}

const attempt = async <T>(pool: pg.Pool, isolation: string, work: (db: Db) => Promise<T>): Promise<T> => {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query(`BEGIN ISOLATION LEVEL ${isolation}`)
    const told: (() => void)[] = []
    const result = await work(on(client, (tell) => told.push(tell)))
    await client.query('COMMIT')
    for (const tell of told) tell()
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => {
      broken = failure
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/**
 * Opens a pool as `url`'s role. `max` connections; statements stop after 30 s, so that a hanging server shows as
 * an error and not as silence.
 */
export const openDatabase = (url: string, max = 10, watch: PoolWatch = NO_WATCH): Database => {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    types,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
    application_name: 'tillwatch',
    // Dates travel as UTC whatever the machine's zone. Rows are found by index on today's disks, also while a table is young.
    options: '-c timezone=UTC -c random_page_cost=1.1',
  })
  watchPool(pool, watch)
  // An idle connection that breaks is replaced by the pool; the next statement reports a real outage.
  pool.on('error', () => undefined)
  // One that breaks while it is in use tells its statement, and then whoever listens: with nobody listening the process ends.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return {
    ...on(pool, (tell) => tell()),
    pool,
    withTransaction: async (work, isolation = 'READ COMMITTED') => {
      for (let tried = 1; ; tried += 1) {
        try {
          return await attempt(pool, isolation, work)
        } catch (error) {
          if (tried >= TRIES_MAX || !RETRIED_STATES.has(sqlStateOf(error) ?? '')) throw error
        }
      }
    },
    close: async () => {
      await pool.end()
    },
  }
}

/** PostgreSQL's five-character state of a thrown error, or undefined. */
export const sqlStateOf = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError ? error.code : undefined

const CONNECTION_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT'])

/** A statement with the wrong number of parameters: a bug of ours, and no outage. */
const PROTOCOL_VIOLATION = '08P01'

/** True when the error says that the server is away rather than that the statement is wrong. */
export const isStorageOutage = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  const state = sqlStateOf(error)
  if (state !== undefined)
    return (
      (state.startsWith('08') && state !== PROTOCOL_VIOLATION) ||
      state.startsWith('57P') ||
      state.startsWith('53')
    )
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return CONNECTION_CODES.has(code) || /timeout|terminated|not queryable|Connection/.test(error.message)
}

/** Turns an outage into `storage_unavailable`; passes everything else on as it is. */
export const asStorageError = (error: unknown): unknown =>
  isStorageOutage(error) ? new TillwatchError('storage_unavailable', undefined, { cause: error }) : error
