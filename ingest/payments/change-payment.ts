import type { Principal } from '#core/access/roles.ts'
import { amountFitsCurrency } from '#core/currencies.ts'
import { TillwatchError } from '#core/errors.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { HOLDS_AMOUNT, type PaymentStatus } from '../domain/payment-state.ts'
import { lockPaymentIn } from './lock-payment.ts'
import type { Prepared } from './money-calls.ts'
import { loadPayment } from './payment-operations.ts'
import type { PaymentWithSale } from './payment-wire.ts'
import { lockOpenSale } from './tender-card.ts'

const markConfirming = loadSql(import.meta.url, '../sql/payment_mark_confirming.sql')
const readHeld = loadSql(import.meta.url, '../sql/sale_read_held.sql')

/** A card payment at Stripe in one of `statuses`, locked. Throws `not_found` or `invalid_state`. */
const lockAtStripe: typeof lockPaymentIn = async (db, principal, id, statuses) => {
  const payment = await lockPaymentIn(db, principal, id, statuses)
  if (payment.stripe_payment_intent === null) throw new TillwatchError('invalid_state')
  return payment
}

const CONFIRMABLE: readonly PaymentStatus[] = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'payment_failed',
]

/** Begins another attempt: the sale must still be short of this payment's amount. Throws `amount_exceeds_due`. */
export const prepareConfirm = async (
  deps: Deps,
  db: Db,
  principal: Principal,
  id: string,
): Promise<Prepared<PaymentWithSale>> => {
  // The sale first: tenders lock it before they add payments.
  const { sale_id: saleId } = await loadPayment(db, id)
  const sale = await lockOpenSale(db, principal, saleId, null)
  const payment = await lockAtStripe(db, principal, id, CONFIRMABLE)
  const others = await db.first<{ held: bigint }>(readHeld, [saleId, id, HOLDS_AMOUNT])
  if (payment.amount > sale.total - (others?.held ?? 0n)) throw new TillwatchError('amount_exceeds_due')
  await db.run(markConfirming, [id, deps.env.clock.now()])
  return { kind: 'begun', subject: await loadPayment(db, id), before: payment }
}

/**
 * Checks that an authorised payment can be captured, all of it or `amount`. Throws `amount_invalid` for more,
 * `currency_amount_invalid` for what its currency does not count.
 */
export const prepareCapture = async (
  db: Db,
  principal: Principal,
  id: string,
  amount: bigint | null,
): Promise<Prepared<PaymentWithSale>> => {
  const payment = await lockAtStripe(db, principal, id, ['requires_capture'])
  if (amount !== null && amount > payment.amount) throw new TillwatchError('amount_invalid')
  if (amount !== null && !amountFitsCurrency(amount, payment.currency))
    throw new TillwatchError('currency_amount_invalid')
  return { kind: 'begun', subject: await loadPayment(db, id), before: payment }
}

const CANCELABLE: readonly PaymentStatus[] = [...CONFIRMABLE, 'requires_capture']

/** Checks that a payment can be canceled. */
export const prepareCancel = async (
  db: Db,
  principal: Principal,
  id: string,
): Promise<Prepared<PaymentWithSale>> => {
  const before = await lockAtStripe(db, principal, id, CANCELABLE)
  return { kind: 'begun', subject: await loadPayment(db, id), before }
}
