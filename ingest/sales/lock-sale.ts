import { seesTill, type Principal } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { SaleRow } from './sale-wire.ts'

const lockRow = loadSql(import.meta.url, '../sql/sale_lock.sql')

/** A sale as `sale_lock` reads it. */
export type LockedSale = Pick<
  SaleRow,
  | 'id'
  | 'till_id'
  | 'store_id'
  | 'currency'
  | 'total'
  | 'tax_amount'
  | 'tip_amount'
  | 'amount_paid'
  | 'status'
>

/** A sale that the caller may see, locked in his database transaction. Throws `not_found`. */
export const lockSale = async (db: Db, principal: Principal, id: string): Promise<LockedSale> => {
  const sale = await db.first<LockedSale>(lockRow, [id])
  if (!sale || !seesTill(principal, sale.till_id)) throw new TillwatchError('not_found')
  return sale
}
