import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { ErrorCode } from '#core/error-codes.ts'
import { forgetPages } from './pull/stage.ts'

const finish = loadSql(import.meta.url, 'sql/run_finish.sql')

/** Ends a run that did what it was asked for. */
export const finishRun = async (db: Db, id: string, at: Date, summary: object): Promise<void> => {
  await db.run(finish, [id, 'succeeded', at, null, null, JSON.stringify(summary)])
  await forgetPages(db, id)
}

/** Ends a run that failed; why it failed is stored with it. */
export const failRun = async (
  db: Db,
  id: string,
  at: Date,
  code: ErrorCode,
  message: string,
): Promise<void> => {
  await db.run(finish, [id, 'failed', at, code, message.slice(0, ERROR_LENGTH_MAX), null])
}

/** Enough to see what happened; the whole error is in the log. */
const ERROR_LENGTH_MAX = 500
