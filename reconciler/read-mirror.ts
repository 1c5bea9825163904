import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { MirrorRow } from './domain/versions.ts'
import type { Scope } from './scope.ts'

const listCurrent = loadSql(import.meta.url, 'sql/balance_transactions_list_current.sql')
const listSiblings = loadSql(import.meta.url, 'sql/balance_transactions_list_siblings.sql')
const listExceptions = loadSql(import.meta.url, 'sql/balance_transactions_list_exceptions.sql')

/** A version of a balance transaction, as SQL gives it. */
export interface StoredMirrorRow {
  readonly id: string
  readonly version: number
  readonly balance_type: string
  readonly type: string
  readonly reporting_category: string
  readonly source: string | null
  readonly amount: bigint
  readonly fee: bigint
  readonly net: bigint
  readonly currency: string
  readonly stripe_created: Date
  readonly business_date: string
  readonly available_on: Date
  readonly description: string | null
  readonly exchange_rate: string | null
  readonly gone: boolean
}

const fromStored = (row: StoredMirrorRow): MirrorRow => ({
  id: row.id,
  version: row.version,
  balanceType: row.balance_type,
  type: row.type,
  category: row.reporting_category,
  source: row.source,
  amount: row.amount,
  fee: row.fee,
  net: row.net,
  currency: row.currency,
  createdAt: row.stripe_created,
  businessDate: row.business_date,
  availableAt: row.available_on,
  description: row.description,
  exchangeRate: row.exchange_rate,
  gone: row.gone,
})

/** Current versions, gone ones too, of the rows of the scope's dates and of `ids`. */
export const readCurrentRows = async (db: Db, scope: Scope, ids: readonly string[]): Promise<MirrorRow[]> =>
  (await db.rows<StoredMirrorRow>(listCurrent, [scope.from, scope.to, ids])).map(fromStored)

/**
 * Rows of other dates that a run looks at too: for a nightly one those that are exceptions, so that what was cured closes
 * itself, and whatever the scope names besides.
 */
export const readRecheckedIds = async (db: Db, scope: Scope): Promise<string[]> => {
  const exceptions =
    scope.run.kind === 'nightly' ? await db.rows<{ id: string }>(listExceptions, [scope.to]) : []
  return [...new Set([...exceptions.map(({ id }) => id), ...scope.besides.rowIds])]
}

/** Other rows, as they are in the mirror, that are about the same things as the rows `ids`; gone ones are not among them. */
export const readSiblings = async (
  db: Db,
  sources: readonly string[],
  ids: readonly string[],
): Promise<MirrorRow[]> =>
  sources.length === 0 ? [] : (await db.rows<StoredMirrorRow>(listSiblings, [sources, ids])).map(fromStored)
