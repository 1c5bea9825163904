import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { shareOfTender, type SaleRest } from '../domain/journal.ts'

const selectPosted = loadSql(import.meta.url, '../sql/sale_shares_posted_many.sql')

/** A sale as its tenders see it; the caller holds its row's lock. */
export interface SaleSums {
  readonly id: string
  readonly total: bigint
  readonly tax: bigint
  readonly tip: bigint
  readonly paid: bigint
}

type PostedRow = SaleRest & { readonly sale_id: string }

const NOTHING: SaleRest = { net: 0n, tax: 0n, tip: 0n }

/** What tenders of these sales have posted, by sale; sales of which nothing is paid are not asked for. */
export const readPosted = async (
  db: Db,
  sales: readonly SaleSums[],
): Promise<ReadonlyMap<string, SaleRest>> => {
  const begun = sales.filter(({ paid }) => paid > 0n).map(({ id }) => id)
  if (begun.length === 0) return new Map()
  const rows = await db.rows<PostedRow>(selectPosted, [begun])
  return new Map(rows.map(({ sale_id: sale, net, tax, tip }) => [sale, { net, tax, tip }]))
}

/** The share of a tender in net, tax and tip, after what tenders have `posted`. */
export const shareAfter = (sale: SaleSums, posted: SaleRest | undefined, amountMinor: bigint): SaleRest => {
  const { net, tax, tip } = posted ?? NOTHING
  const rest = { net: sale.total - sale.tax - sale.tip - net, tax: sale.tax - tax, tip: sale.tip - tip }
  // Earlier tenders took more than the sale: nothing of it is left, all of this one is revenue.
  return shareOfTender(rest.net < 0n ? NOTHING : rest, amountMinor)
}

/** `shareAfter` for one sale, whose posted tenders are read. */
export const readSaleShare = async (db: Db, sale: SaleSums, amountMinor: bigint): Promise<SaleRest> =>
  shareAfter(sale, (await readPosted(db, [sale])).get(sale.id), amountMinor)
