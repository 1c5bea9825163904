import { addDays } from '#core/business-date.ts'
import type { ClickHouse } from '#core/clickhouse/client.ts'
import type { Database } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { BATCH_ROWS, fillMonth } from './fill-copy.ts'
import { readCopy, readFilled, readTruth, tableOf, type CopyState, type FilledState } from './copy-state.ts'
import { judgeCopy, type WrongDate } from './judge-copy.ts'
import { SIDES, type Dates, type SideName } from './sides.ts'

const firstAndLast = loadSql(import.meta.url, '../sql/side_dates_first_last.sql')

/** What was wrong with the copy and is right now. */
export interface Refilled {
  readonly side: SideName
  readonly date: string
  readonly why: WrongDate['why']
}

export interface Synced {
  /** What is now the same in ClickHouse as in Postgres: all dates with rows, or null when there are none. */
  readonly dates: Dates | null
  readonly refilled: readonly Refilled[]
}

/** How to make the copies right. `batchRows` is for tests. */
export interface SyncOptions {
  readonly recompute: boolean
  readonly signal?: AbortSignal
  readonly batchRows?: number
}

interface Stores {
  readonly db: Database
  readonly clickhouse: ClickHouse
}

const firstOfNext = (month: string): string => {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return number === 12 ? `${year + 1}-01-01` : `${year}-${String(number + 1).padStart(2, '0')}-01`
}

const monthsOf = ({ from, to }: Dates): string[] => {
  const months: string[] = []
  for (let month = from.slice(0, 7); month <= to.slice(0, 7); month = firstOfNext(month).slice(0, 7))
    months.push(month)
  return months
}

/** A month's dates within `dates`. */
const datesOf = (month: string, { from, to }: Dates): Dates => {
  const [first, last] = [`${month}-01`, addDays(firstOfNext(month), -1)]
  return { from: first < from ? from : first, to: last > to ? to : last }
}

const readSpan = async (
  db: Database,
  states: readonly (FilledState | CopyState)[],
  asked: Dates | null,
): Promise<Dates | null> => {
  if (asked !== null) return asked
  const known = await db.first<{ first_date: string | null; last_date: string | null }>(firstAndLast)
  const dates = [known?.first_date ?? null, known?.last_date ?? null, ...states.map(({ date }) => date)]
  const sorted = dates.filter((date) => date !== null).sort()
  const [from, to] = [sorted[0], sorted.at(-1)]
  return from === undefined || to === undefined ? null : { from, to }
}

const within =
  ({ from, to }: Dates) =>
  ({ date }: { readonly date: string }): boolean =>
    date >= from && date <= to

const readState = async (clickhouse: ClickHouse, side: SideName, asked: Dates | null, recompute: boolean) => {
  const [filled, copy] = await Promise.all([
    readFilled(clickhouse, side),
    readCopy(clickhouse, tableOf(side), asked, recompute),
  ])
  return { filled, copy }
}

/** Numbers of fills only rise: a later note of a date replaces an earlier one. */
const nextFill = async (clickhouse: ClickHouse): Promise<number> => {
  const [last] = await clickhouse.rows<{ fill: string }>(
    'SELECT max(fill) AS fill FROM reconciliation_copies_v1',
  )
  return Number(last?.fill ?? 0) + 1
}

/**
 * Makes the copies in ClickHouse what Postgres says now: every date of both sides is compared by count, exact sums and digest,
 * and the dates that are missing, stale or damaged are filled again. What was right is not sent again, so a lost ClickHouse
 * costs a rebuild and a quiet night costs one reading of Postgres. Only the holder of the reconciler's lock may call it:
 * nobody else writes what the sides are made of. Throws `analytics_unavailable`, `analytics_copy_differs`.
 */
export const syncCopies = async (
  stores: Stores,
  asked: Dates | null,
  options: SyncOptions,
): Promise<Synced> => {
  const { db, clickhouse } = stores
  const states = await Promise.all(
    SIDES.map(async (side) => ({ side, ...(await readState(clickhouse, side, asked, options.recompute)) })),
  )
  const span = await readSpan(
    db,
    states.flatMap(({ filled, copy }) => [...filled, ...copy]),
    asked,
  )
  if (span === null) return { dates: null, refilled: [] }
  const refilled: Refilled[] = []
  let fill = await nextFill(clickhouse)
  for (const month of monthsOf(span)) {
    const dates = datesOf(month, span)
    const inMonth = within(dates)
    for (const { side, filled, copy } of states) {
      options.signal?.throwIfAborted()
      const truth = await readTruth(db, side, dates)
      const wrong = judgeCopy(truth, filled.filter(inMonth), copy.filter(inMonth))
      if (wrong.length === 0) continue
      const names = new Set(wrong.map(({ date }) => date))
      const order = {
        side,
        month,
        dates: [...names],
        truth: truth.filter(({ date }) => names.has(date)),
        fill,
        batchRows: options.batchRows ?? BATCH_ROWS,
      }
      await fillMonth(stores, order, filled, options.signal)
      fill += 2
      refilled.push(...wrong.map(({ date, why }) => ({ side, date, why })))
    }
  }
  return { dates: span, refilled }
}
