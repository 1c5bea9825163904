import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import type { Fact } from '../messages/notice.ts'
import { sayAmounts } from './say.ts'

const sumLost = loadSql(import.meta.url, 'sql/sales_sum_lost.sql')

/** A payment that failed, and what it asked for in minor units. */
export interface FailedPayment {
  readonly sale_id: string
  readonly amount: string
}

interface LostRow {
  readonly currency: string
  readonly amount: bigint
  readonly sales: number
}

/**
 * What failed payments cost by now, per currency: sales that nobody paid afterwards, by card or otherwise, with what is still
 * missing of each. An estimate: some customers come back, others would have left anyway.
 */
export const lostSales = async (
  { db }: Pick<Deps, 'db'>,
  failed: readonly FailedPayment[],
): Promise<Fact[]> => {
  const rows = await db.rows<LostRow>(sumLost, [
    failed.map(({ sale_id: sale }) => sale),
    failed.map(({ amount }) => amount),
  ])
  if (rows.length === 0)
    return [{ name: 'Lost sales (estimate)', value: 'none: every sale was paid after all' }]
  const sales = rows.reduce((sum, row) => sum + row.sales, 0)
  const value = `${sayAmounts(rows)} in ${sales} ${sales === 1 ? 'sale' : 'sales'} not paid so far`
  return [{ name: 'Lost sales (estimate)', value }]
}
