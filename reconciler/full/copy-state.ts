import { addDays } from '#core/business-date.ts'
import type { ClickHouse } from '#core/clickhouse/client.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { COMPARED, HASH_OF_ALL, HASH_VERSION, TABLES, type Dates, type SideName } from './sides.ts'

const SUMS = {
  stripe: loadSql(import.meta.url, '../sql/stripe_side_sum.sql'),
  ledger: loadSql(import.meta.url, '../sql/ledger_side_sum.sql'),
} as const satisfies Record<SideName, unknown>

/** What a side has on one date in one currency, by whoever says so. */
export interface DateState {
  readonly date: string
  readonly currency: string
  readonly rows: number
  readonly amount: bigint
  readonly fee: bigint
  readonly net: bigint
}

/** As Postgres says it, with the digest of its rows. */
export type TrueState = DateState & { readonly digest: string }

/** As the copy was when it was filled. */
export type FilledState = TrueState & { readonly hashes: bigint; readonly hashVersion: number }

/** As the copy is now. */
export type CopyState = DateState & { readonly hashes: bigint }

type Figures = Readonly<Record<'rows' | 'amount' | 'fee' | 'net', string | bigint>>

const figures = ({ rows, amount, fee, net }: Figures) => ({
  rows: Number(rows),
  amount: BigInt(amount),
  fee: BigInt(fee),
  net: BigInt(net),
})

/** Name of a date and currency in maps. */
export const nameOf = ({ date, currency }: Pick<DateState, 'date' | 'currency'>): string =>
  `${date} ${currency}`

/** Dates asked for by one statement: a busy shop's month takes longer than a statement may. */
const DATES_AT_ONCE = 8

/** The truth about a side in `dates`, by reading all of its rows in Postgres. */
export const readTruth = async (db: Db, side: SideName, dates: Dates): Promise<TrueState[]> => {
  const states: TrueState[] = []
  for (let from = dates.from; from <= dates.to; from = addDays(from, DATES_AT_ONCE)) {
    const last = addDays(from, DATES_AT_ONCE - 1)
    const rows = await db.rows<TrueRow>(SUMS[side], [from, last < dates.to ? last : dates.to])
    states.push(
      ...rows.map((row) => ({
        date: row.business_date,
        currency: row.currency,
        ...figures(row),
        digest: row.digest,
      })),
    )
  }
  return states
}

type TrueRow = Figures & {
  readonly business_date: string
  readonly currency: string
  readonly digest: string
}

type Asked = Figures & { readonly date: string; readonly currency: string; readonly hashes: string }

/**
 * What the copy has now, by exact sums kept at insertion, or when `recompute` by every column of every row. `hashes` is then made
 * from the columns.
 */
export const readCopy = async (
  clickhouse: ClickHouse,
  table: string,
  dates: Dates | null,
  recompute: boolean,
): Promise<CopyState[]> => {
  const rows = await clickhouse.rows<Asked>(
    `SELECT toString(business_date) AS date, currency, count() AS rows, sum(amount) AS amount, sum(fee) AS fee, sum(net) AS net,
       sum(${recompute ? HASH_OF_ALL : 'h'}) AS hashes
     FROM ${table}${dates === null ? '' : ' WHERE business_date BETWEEN {from:Date} AND {to:Date}'}
     GROUP BY business_date, currency
     SETTINGS prefer_column_name_to_alias = 1, optimize_use_projections = ${recompute ? 0 : 1}`,
    dates === null ? {} : { ...dates },
  )
  return rows.map((row) => ({
    date: row.date,
    currency: row.currency,
    ...figures(row),
    hashes: BigInt(row.hashes),
  }))
}

/** What the copy of a side was when it was filled; dates found empty are left out. */
export const readFilled = async (clickhouse: ClickHouse, side: SideName): Promise<FilledState[]> => {
  const rows = await clickhouse.rows<Asked & { digest: string; hash_version: number }>(
    `SELECT toString(business_date) AS date, currency, rows, amount, fee, net, digest, hashes, hash_version
     FROM reconciliation_copies_v1 FINAL WHERE side = {side:String} AND rows > 0`,
    { side },
  )
  return rows.map((row) => ({
    date: row.date,
    currency: row.currency,
    ...figures(row),
    digest: row.digest,
    hashes: BigInt(row.hashes),
    hashVersion: row.hash_version,
  }))
}

const TEXT = ['key', ...COMPARED]
  .map((column) =>
    column === 'created'
      ? 'toString(toUnixTimestamp(created))'
      : ['amount', 'fee', 'net', 'business_date'].includes(column)
        ? `toString(${column})`
        : column,
  )
  .join(", '|', ")

const MD5_60 = `reinterpretAsUInt64(reverse(unhex(concat('0', substring(lower(hex(MD5(concat(${TEXT})))), 1, 15)))))`

/** Postgres' digest made from a table of ClickHouse's, to prove that rows arrived as they were sent. */
export const readDigests = async (
  clickhouse: ClickHouse,
  table: string,
  dates: readonly string[],
): Promise<FilledState[]> => {
  const rows = await clickhouse.rows<Asked & { digest: string }>(
    `SELECT toString(business_date) AS date, currency, count() AS rows, sum(amount) AS amount, sum(fee) AS fee, sum(net) AS net,
       toString(sum(toUInt128(${MD5_60}))) AS digest, sum(h) AS hashes
     FROM ${table} WHERE business_date IN {dates:Array(Date)} GROUP BY business_date, currency
     SETTINGS prefer_column_name_to_alias = 1`,
    { dates },
  )
  return rows.map((row) => ({
    date: row.date,
    currency: row.currency,
    ...figures(row),
    digest: row.digest,
    hashes: BigInt(row.hashes),
    hashVersion: HASH_VERSION,
  }))
}

/** The table that a side's copy stands in. */
export const tableOf = (side: SideName): string => TABLES[side]
