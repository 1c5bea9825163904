import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Shop } from '#core/shop.ts'
import { graceOf } from '../domain/due.ts'
import type { Movement } from '../domain/facts.ts'
import { toMovement, type MovementRow } from '../publish/read-movements.ts'

const listOfSources = loadSql(import.meta.url, '../sql/movements_list_of_sources.sql')
const listFallingDue = loadSql(import.meta.url, '../sql/movements_list_falling_due.sql')
const listWatched = loadSql(import.meta.url, '../sql/exceptions_list_watched.sql')

const ACCOUNTS = ['clearing:card', 'clearing:refund', 'clearing:dispute'] as const

/** Movements on each of the Stripe objects. */
export const readMovementsOf = async (
  db: Db,
  sources: readonly string[],
): Promise<ReadonlyMap<string, readonly Movement[]>> => {
  const found = new Map<string, Movement[]>()
  if (sources.length === 0) return found
  for (const row of await db.rows<MovementRow>(listOfSources, [sources])) {
    const movement = toMovement(row)
    found.set(movement.object, [...(found.get(movement.object) ?? []), movement])
  }
  return found
}

/** Objects of the movements whose time ran out from `since` on, and that nothing seen so far answers. */
export const readFallingDue = async (db: Db, due: Shop['due'], since: Date, now: Date): Promise<string[]> => {
  const before = (instant: number, account: string) => new Date(instant - graceOf(account, due) * 1000)
  // A movement is overdue after its grace, not at it.
  const rows = await db.rows<{ object: string }>(listFallingDue, [
    ACCOUNTS,
    ACCOUNTS.map((account) => before(since.getTime(), account)),
    ACCOUNTS.map((account) => before(now.getTime() - 1, account)),
  ])
  return rows.map(({ object }) => object)
}

/** More open exceptions than this on one date are a matter for its nightly run. */
const WATCHED_MAX = 100

/** What the open exceptions of the dates without a certificate are about: a look asks for it again, so that it heals. */
export const readWatched = async (db: Db, lastCertified: string): Promise<ReadonlySet<string>> => {
  const rows = await db.rows<{ object: string }>(listWatched, [lastCertified, WATCHED_MAX])
  return new Set(rows.map(({ object }) => object))
}
