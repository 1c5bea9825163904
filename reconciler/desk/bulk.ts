import type { Principal } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { actOnAll, openDesk, type Action, type Outcome } from './act.ts'
import { lockExceptions, type DeskException } from './desk-exception.ts'
import type { ExceptionFilter } from './filter.ts'

const listMatching = loadSql(import.meta.url, '../sql/exceptions_list_matching.sql')

type Rows = readonly DeskException[]
type Counts = Readonly<Record<Outcome, number>>

interface Match {
  readonly id: string
  readonly found: number
}

const match = async (db: Db, filter: ExceptionFilter, now: Date, limit: number) => {
  const rows = await db.rows<Match>(listMatching, [JSON.stringify(filter), now, limit])
  return { ids: rows.map(({ id }) => id), count: rows[0]?.found ?? 0 }
}

/**
 * Does one action with every exception that the filter matches, or with none: in one database transaction, only when they are
 * exactly as many as expected (`count_differs` says how many), and no more than the shop's limit (`bulk_too_large`). Answers them
 * as they were before and are after, in the order of their ids.
 */
export const actOnMany = async (
  deps: Deps,
  principal: Principal,
  filter: ExceptionFilter,
  expectedCount: number,
  action: Action,
): Promise<{ readonly count: number; readonly before: Rows; readonly after: Rows } & Counts> =>
  deps.db.withTransaction(async (db) => {
    const desk = await openDesk(deps, db, principal)
    const { bulk_limit: limit } = deps.shop.exceptions
    const before = await match(db, filter, desk.now, limit + 1)
    const refuse = (count: number): never => {
      throw new TillwatchError('count_differs', undefined, { details: { count } })
    }
    if (before.count !== expectedCount) refuse(before.count)
    if (before.count > limit)
      throw new TillwatchError('bulk_too_large', undefined, { details: { count: before.count, limit } })
    const rowsBefore = await lockExceptions(db, before.ids)
    // What was changed while we waited for the locks may match no more, and other ones may.
    const after = await match(db, filter, desk.now, limit + 1)
    if (after.ids.join() !== before.ids.join()) refuse(after.count)
    const counts = await actOnAll(desk, before.ids, action)
    const rowsAfter = await lockExceptions(db, before.ids)
    return {
      count: before.count,
      before: [...rowsBefore.values()],
      after: [...rowsAfter.values()],
      ...counts,
    }
  })
