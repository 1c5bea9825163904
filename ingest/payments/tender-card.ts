import type { Principal } from '#core/access/roles.ts'
import { amountFitsCurrency } from '#core/currencies.ts'
import { TillwatchError } from '#core/errors.ts'
import { appendEvents, type NewEvent } from '#core/postgres/append-event.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { HOLDS_AMOUNT } from '../domain/payment-state.ts'
import { lockSale, type LockedSale } from '../sales/lock-sale.ts'
import type { Prepared } from './money-calls.ts'
import type { PaymentRow, PaymentWithSale } from './payment-wire.ts'

const insertPayment = loadSql(import.meta.url, '../sql/payment_insert_card.sql')

/** An open sale that the caller may take money for, locked. Throws `not_found` or `invalid_state`. */
export const lockOpenSale = async (
  db: Db,
  principal: Principal,
  saleId: string,
  amount: bigint | null,
): Promise<LockedSale> => {
  const sale = await lockSale(db, principal, saleId)
  if (sale.status !== 'open')
    throw new TillwatchError('invalid_state', undefined, { details: { status: sale.status } })
  if (amount !== null && !amountFitsCurrency(amount, sale.currency))
    throw new TillwatchError('currency_amount_invalid')
  return sale
}

/** What a new payment tells the world. */
export const createdEvent = (payment: PaymentRow, at: Date): NewEvent => ({
  type: 'payment.created',
  occurredAt: at,
  body: {
    store_id: payment.store_id,
    till_id: payment.till_id,
    sale_id: payment.sale_id,
    payment_id: payment.id,
    method: payment.method,
    currency: payment.currency,
    amount_minor: payment.amount.toString(),
    status: payment.status,
    first_writer: 'api',
    trace_id: payment.trace_id,
  },
})

/** A card tender as it was asked for. */
export interface CardTender {
  readonly paymentId: string
  readonly saleId: string
  /** Null: all that is due. */
  readonly amount: bigint | null
  readonly captureMethod: 'automatic' | 'manual'
  readonly customerRef: string | null
  readonly cashierRef: string | null
  readonly externalRef: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly traceId: string
}

/**
 * Adds a card payment, its outcome unknown, to a sale in the caller's database transaction. It holds its amount of the sale,
 * so that no other tender takes it too. Throws `amount_exceeds_due`.
 */
export const prepareCardTender = async (
  deps: Deps,
  db: Db,
  principal: Principal,
  tender: CardTender,
): Promise<Prepared<PaymentWithSale>> => {
  const sale = await lockOpenSale(db, principal, tender.saleId, tender.amount)
  const now = deps.env.clock.now()
  const payment = await db.first<PaymentRow>(insertPayment, [
    tender.paymentId,
    sale.id,
    HOLDS_AMOUNT,
    tender.captureMethod,
    tender.amount?.toString() ?? null,
    tender.customerRef,
    tender.cashierRef,
    tender.externalRef,
    JSON.stringify(tender.metadata),
    tender.traceId,
    now,
  ])
  if (!payment) throw new TillwatchError('amount_exceeds_due')
  await appendEvents(deps.env, db, [createdEvent(payment, now)])
  const withSale = { sale_total: sale.total, sale_paid: sale.amount_paid, sale_status: sale.status }
  return { kind: 'begun', subject: { ...payment, ...withSale } }
}
