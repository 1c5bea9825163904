import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { PaymentRow } from './payment-wire.ts'

const listRows = loadSql(import.meta.url, '../sql/payment_list_by_sale.sql')

/** The tenders of a sale, oldest first. */
export const listPaymentsOfSale = async (db: Db, saleId: string): Promise<PaymentRow[]> =>
  db.rows<PaymentRow>(listRows, [saleId])
