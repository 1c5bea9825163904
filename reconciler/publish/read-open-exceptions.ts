import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'

const listOpen = loadSql(import.meta.url, '../sql/exceptions_list_open.sql')

/** An exception that is open now. */
export interface OpenException {
  readonly category: string
  readonly object: string
  readonly currency: string
  readonly expected: bigint
  readonly actual: bigint
  readonly difference: bigint
  readonly business_date: string
}

/** Every open exception, by date, category and object. */
export const readOpenExceptions = async (db: Db): Promise<OpenException[]> => db.rows<OpenException>(listOpen)
