import { businessDateOf } from '#core/business-date.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Movement } from '../domain/facts.ts'

const listOpen = loadSql(import.meta.url, '../sql/movements_list_open.sql')
const listOpenPayouts = loadSql(import.meta.url, '../sql/payouts_list_open.sql')

/** A movement as SQL gives it. */
export interface MovementRow {
  readonly entry_id: string
  readonly account: string
  readonly stripe_object: string
  readonly currency: string
  readonly amount: bigint
  readonly occurred_at: Date
  readonly business_date: string
  readonly payment_id: string | null
  readonly sale_id: string | null
}

interface PayoutRow {
  readonly id: string
  readonly key: string
  readonly currency: string
  readonly amount: bigint
  readonly stripe_created: Date
}

/** A stored movement in our terms. */
export const toMovement = (row: MovementRow): Movement => ({
  key: row.entry_id,
  entryId: row.entry_id,
  account: row.account,
  object: row.stripe_object,
  currency: row.currency,
  amount: row.amount,
  occurredAt: row.occurred_at,
  businessDate: row.business_date,
  paymentId: row.payment_id,
  saleId: row.sale_id,
})

const payoutMovement = (row: PayoutRow, zone: string): Movement => ({
  key: row.key,
  entryId: null,
  account: 'clearing:payout',
  object: row.id,
  currency: row.currency,
  amount: row.amount,
  occurredAt: row.stripe_created,
  businessDate: businessDateOf(row.stripe_created, zone),
  paymentId: null,
  saleId: null,
})

/** Every movement that no live row answers, and those whose keys are in `held`: the ledger's, and payouts. */
export const readOpenMovements = async (
  db: Db,
  zone: string,
  held: readonly string[],
): Promise<Movement[]> => {
  const ledger = await db.rows<MovementRow>(listOpen, [held])
  const payouts = await db.rows<PayoutRow>(listOpenPayouts, [held])
  return [...ledger.map(toMovement), ...payouts.map((row) => payoutMovement(row, zone))]
}
