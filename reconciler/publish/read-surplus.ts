import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Movement } from '../domain/facts.ts'
import { surplusOf } from '../domain/movement-rules.ts'
import { readOwnStatuses } from './read-own-facts.ts'

const listRepeated = loadSql(import.meta.url, '../sql/movements_list_repeated.sql')

interface RepeatedRow {
  readonly entry_id: string
  readonly account: string
  readonly stripe_object: string
  readonly currency: string
  readonly amount: bigint
  readonly occurred_at: Date
  readonly answered: boolean
}

/**
 * Of open movements, those beyond the number that their object can have: one capture for a charge, one for a refund, and for
 * a dispute as often as its money left or came back by our own count.
 */
export const readSurplus = async (
  db: Db,
  open: readonly Movement[],
): Promise<ReturnType<typeof surplusOf>> => {
  const rows = await db.rows<RepeatedRow>(listRepeated, [[...new Set(open.map(({ object }) => object))]])
  const disputes = rows.filter(({ account }) => account === 'clearing:dispute')
  const known = await readOwnStatuses(db, [...new Set(disputes.map(({ stripe_object: id }) => id))])
  const claiming = rows.map((row) => ({
    key: row.entry_id,
    account: row.account,
    object: row.stripe_object,
    currency: row.currency,
    amount: row.amount,
    occurredAt: row.occurred_at,
    answered: row.answered,
  }))
  return surplusOf(claiming, (object, direction) => {
    const dispute = known.get(object)
    return Math.max(1, (direction === 'out' ? dispute?.withdrawals : dispute?.reinstatements) ?? 1)
  })
}
