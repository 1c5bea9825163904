import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import type { Shop } from '#core/shop.ts'
import { actBy, rate, type Severity } from '../domain/severity.ts'
import { insertHistory } from './insert-history.ts'

const listToRate = loadSql(import.meta.url, '../sql/exceptions_list_to_rate.sql')
const rateRows = loadSql(import.meta.url, '../sql/exceptions_rate.sql')
const readNext = loadSql(import.meta.url, '../sql/exceptions_next_rating.sql')

interface ToRate {
  readonly id: string
  readonly currency: string
  readonly expected: bigint
  readonly actual: bigint
  readonly difference: bigint
  readonly severity: Severity
  readonly occurred_at: Date
  readonly due_at: Date
  readonly next_rating_at: Date | null
  readonly version: number
}

const reRate = (row: ToRate, now: Date, rules: Shop['exceptions']) => {
  const { severity, nextAt } = rate({ ...row, occurredAt: row.occurred_at }, now, rules)
  const isNew = severity !== row.severity
  return {
    row,
    isNew,
    isLater: nextAt?.getTime() !== row.next_rating_at?.getTime(),
    severity,
    version: isNew ? row.version + 1 : row.version,
    dueAt: isNew ? actBy(severity, now, rules, row.due_at) : row.due_at,
    nextAt,
  }
}

const rateAll = async (
  db: Db,
  rows: readonly ToRate[],
  now: Date,
  rules: Shop['exceptions'],
  runId: string | null,
): Promise<number> => {
  const rated = rows.map((row) => reRate(row, now, rules)).filter(({ isNew, isLater }) => isNew || isLater)
  if (rated.length === 0) return 0
  const stored = rated.map(({ row, severity, version, dueAt, nextAt }) => ({
    id: row.id,
    severity,
    version,
    due_at: dueAt,
    next_rating_at: nextAt,
  }))
  await db.run(rateRows, [JSON.stringify(stored), now])
  const worse = rated.filter(({ isNew }) => isNew)
  const lines = worse.map(({ row, severity, version, dueAt }) => ({
    ...row,
    version,
    change: 'rerated',
    status: 'open' as const,
    before: { severity: row.severity, due_at: row.due_at },
    after: { severity, due_at: dueAt },
    why: null,
  }))
  await insertHistory(db, lines, now, { kind: 'age', runId })
  return worse.length
}

/**
 * Rates every open exception by its amount and its age at `now`, in the caller's database transaction. Answers how many have
 * another severity now; each of them has a row of history.
 */
export const reRateExceptions = async (
  db: Db,
  now: Date,
  shop: Pick<Shop, 'exceptions'>,
  runId: string | null = null,
): Promise<number> => rateAll(db, await db.rows<ToRate>(listToRate, [now, true]), now, shop.exceptions, runId)

/** Rates exceptions between runs, at the moment when their age makes them worse. */
export interface RatingSchedule {
  enqueueDue(now: Date): Promise<void>
  nextDue(now: Date): Promise<Date | null>
}

const readNextRating = async (db: Db): Promise<Date | null> =>
  (await db.first<{ at: Date | null }>(readNext))?.at ?? null

/** The schedule of `deps.shop`'s thresholds; safe with any number of schedulers: rows are locked and rated once. */
export const createRatingSchedule = (deps: Pick<Deps, 'db' | 'shop'>): RatingSchedule => ({
  enqueueDue: async (now) => {
    const next = await readNextRating(deps.db)
    if (next === null || next > now) return
    await deps.db.withTransaction(async (db) =>
      rateAll(db, await db.rows<ToRate>(listToRate, [now, false]), now, deps.shop.exceptions, null),
    )
  },
  nextDue: async (now) => {
    const next = await readNextRating(deps.db)
    if (next === null) return null
    return next > now ? next : new Date(now.getTime() + 1)
  },
})
