import { seesTill, type Principal } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { PaymentStatus } from '../domain/payment-state.ts'
import type { PaymentRow } from './payment-wire.ts'

const lockRow = loadSql(import.meta.url, '../sql/payment_lock.sql')

/** A payment as `payment_lock` reads it. */
export type LockedPaymentRow = Pick<
  PaymentRow,
  | 'id'
  | 'sale_id'
  | 'till_id'
  | 'store_id'
  | 'method'
  | 'currency'
  | 'amount'
  | 'amount_captured'
  | 'amount_refunded'
  | 'status'
  | 'stripe_charge'
  | 'stripe_payment_intent'
  | 'attention'
  | 'version'
>

/** A payment, locked, whatever its status; undefined when there is none. */
export const lockPayment = async (db: Db, id: string): Promise<LockedPaymentRow | undefined> =>
  db.first<LockedPaymentRow>(lockRow, [id])

/**
 * A payment in one of `statuses` that the caller may see, locked. Throws `not_found`, or `invalid_state`: also while a person has to
 * look at it first.
 */
export const lockPaymentIn = async (
  db: Db,
  principal: Principal,
  id: string,
  statuses: readonly PaymentStatus[],
): Promise<LockedPaymentRow> => {
  const payment = await lockPayment(db, id)
  if (!payment || !seesTill(principal, payment.till_id)) throw new TillwatchError('not_found')
  const { status, attention } = payment
  if (attention !== null)
    throw new TillwatchError('invalid_state', undefined, { details: { status, attention } })
  if (!statuses.includes(status))
    throw new TillwatchError('invalid_state', undefined, { details: { status } })
  return payment
}
