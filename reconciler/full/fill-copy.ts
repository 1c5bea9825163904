import type { ClickHouse } from '#core/clickhouse/client.ts'
import { TillwatchError } from '#core/errors.ts'
import type { Database } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { nameOf, readDigests, tableOf, type FilledState, type TrueState } from './copy-state.ts'
import { COLUMNS, type SideName } from './sides.ts'

const LISTS = {
  stripe: loadSql(import.meta.url, '../sql/stripe_side_list.sql'),
  ledger: loadSql(import.meta.url, '../sql/ledger_side_list.sql'),
} as const satisfies Record<SideName, unknown>

/** Bigger ones only stall the event loop (performance.md D). */
export const BATCH_ROWS = 10_000

const NOTED = [
  'side',
  'business_date',
  'currency',
  'rows',
  'amount',
  'fee',
  'net',
  'digest',
  'hashes',
  'hash_version',
  'fill',
]

/** One month of a side that has wrong dates, with what Postgres says of those. */
export interface Fill {
  readonly side: SideName
  /** As `2026-03`. */
  readonly month: string
  readonly dates: readonly string[]
  readonly truth: readonly TrueState[]
  /** Number of this fill, higher than that of any before. */
  readonly fill: number
  readonly batchRows: number
}

interface Stores {
  readonly db: Database
  readonly clickhouse: ClickHouse
}

type SideValues = readonly [string, string, string, string, string, string, string, string, string]

const partitionOf = (month: string): string => month.replace('-', '')

const valuesOf = (row: Readonly<Record<(typeof COLUMNS)[number], unknown>>): SideValues =>
  COLUMNS.map((column) => String(row[column])) as unknown as SideValues

/** Sends the rows of the dates from Postgres in batches, through a cursor: no date is ever whole in memory. */
const sendRows = async (
  { db, clickhouse }: Stores,
  { side, dates, month, fill, batchRows }: Fill,
  table: string,
  signal?: AbortSignal,
): Promise<void> =>
  db.withTransaction(async (reading) => {
    await reading.run(`DECLARE side_rows NO SCROLL CURSOR FOR ${LISTS[side].text}`, [dates])
    for (let batch = 0; ; batch += 1) {
      signal?.throwIfAborted()
      const rows = await reading.rows<Record<(typeof COLUMNS)[number], unknown>>(
        `FETCH ${batchRows} FROM side_rows`,
      )
      if (rows.length === 0) return
      await clickhouse.insert(table, COLUMNS, rows.map(valuesOf), `${table}:${month}:${fill}:${batch}`)
    }
  }, 'REPEATABLE READ')

const note = async (
  clickhouse: ClickHouse,
  fill: Fill,
  states: readonly (Omit<FilledState, 'rows'> & { readonly rows: number })[],
  step: number,
): Promise<void> => {
  const rows = states.map((state) => [
    fill.side,
    state.date,
    state.currency,
    String(state.rows),
    String(state.amount),
    String(state.fee),
    String(state.net),
    state.digest,
    String(state.hashes),
    state.hashVersion,
    String(fill.fill + step),
  ])
  await clickhouse.insert(
    'reconciliation_copies_v1',
    NOTED,
    rows,
    `${fill.side}:${fill.month}:${fill.fill + step}`,
  )
}

/** Says that dates are not to be relied on: until the fill is noted, a kill leaves them to be filled again. */
const forget = async (clickhouse: ClickHouse, fill: Fill, before: readonly FilledState[]): Promise<void> => {
  const dates = new Set(fill.dates)
  const known = before.filter(({ date }) => dates.has(date)).map((state) => ({ ...state, rows: 0 }))
  await note(clickhouse, fill, known, 0)
}

const checkArrived = (fill: Fill, arrived: readonly FilledState[]): void => {
  const truths = new Map(fill.truth.map((state) => [nameOf(state), state.digest]))
  const wrong = arrived.filter((state) => truths.get(nameOf(state)) !== state.digest)
  if (wrong.length === 0 && arrived.length === truths.size) return
  throw new TillwatchError(
    'analytics_copy_differs',
    `The ${fill.side} side of ${fill.month} did not arrive in ClickHouse as Postgres sent it; nothing was compared.`,
  )
}

/**
 * Fills the wrong dates of one month again from Postgres: beside the table, with the month's other dates as they are, then
 * exchanged in one step, so that a kill at any moment leaves the old month or the new one, and never half or twice. Throws
 * `analytics_copy_differs` when what arrived is not what was sent.
 */
export const fillMonth = async (
  stores: Stores,
  fill: Fill,
  before: readonly FilledState[],
  signal?: AbortSignal,
): Promise<void> => {
  const { clickhouse } = stores
  const table = tableOf(fill.side)
  const staging = `${table}_staging`
  const partition = partitionOf(fill.month)
  const columns = COLUMNS.join(', ')
  await clickhouse.command(`CREATE TABLE IF NOT EXISTS ${staging} AS ${table}`)
  await clickhouse.command(`ALTER TABLE ${staging} DROP PARTITION ${partition}`)
  await clickhouse.command(
    `INSERT INTO ${staging} (${columns}) SELECT ${columns} FROM ${table}
     WHERE toYYYYMM(business_date) = ${partition} AND business_date NOT IN {dates:Array(Date)}`,
    { dates: fill.dates },
  )
  await sendRows(stores, fill, staging, signal)
  // One part per month: what is read in the order of the key need not be merged while it is read.
  await clickhouse.command(`OPTIMIZE TABLE ${staging} PARTITION ${partition} FINAL`)
  const arrived = await readDigests(clickhouse, staging, fill.dates)
  checkArrived(fill, arrived)
  await forget(clickhouse, fill, before)
  await clickhouse.command(`ALTER TABLE ${table} REPLACE PARTITION ${partition} FROM ${staging}`)
  await note(clickhouse, fill, arrived, 1)
  await clickhouse.command(`ALTER TABLE ${staging} DROP PARTITION ${partition}`)
}
