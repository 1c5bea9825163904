import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'

const readRow = loadSql(import.meta.url, '../sql/refund_read_owed.sql')

/** What failed refunds of a payment still owe its customer, in minor units; the caller holds the payment's lock. */
export const readOwed = async (db: Db, paymentId: string): Promise<bigint> =>
  (await db.first<{ amount: bigint }>(readRow, [paymentId]))?.amount ?? 0n
