import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { shareOfTender, type SaleRest } from '../domain/journal.ts'

const selectPosted = loadSql(import.meta.url, '../sql/sale_shares_posted.sql')

/** A sale as its tenders see it; the caller holds its row's lock. */
export interface SaleSums {
  readonly id: string
  readonly total: bigint
  readonly tax: bigint
  readonly tip: bigint
  readonly paid: bigint
}

/** The share of a tender in net, tax and tip, after the tenders that are posted. */
export const readSaleShare = async (db: Db, sale: SaleSums, amountMinor: bigint): Promise<SaleRest> => {
  const whole = { net: sale.total - sale.tax - sale.tip, tax: sale.tax, tip: sale.tip }
  if (sale.paid === 0n) return shareOfTender(whole, amountMinor)
  const posted = await db.first<{ net: bigint; tax: bigint; tip: bigint }>(selectPosted, [sale.id])
  const rest = {
    net: whole.net - (posted?.net ?? 0n),
    tax: whole.tax - (posted?.tax ?? 0n),
    tip: whole.tip - (posted?.tip ?? 0n),
  }
  // Earlier tenders took more than the sale: nothing of it is left, all of this one is revenue.
  const left = rest.net < 0n ? { net: 0n, tax: 0n, tip: 0n } : rest
  return shareOfTender(left, amountMinor)
}
