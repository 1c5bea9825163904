import { seesTill, type Principal } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import { toWireAmount } from '#core/money.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Db } from '#core/postgres/db.ts'
import type { Receipt, ReceiptTender } from '../domain/receipt.ts'
import { listPaymentsOfSale } from '../payments/list-by-sale.ts'
import { loadPayment } from '../payments/payment-operations.ts'
import type { PaymentRow } from '../payments/payment-wire.ts'

const selectSale = loadSql(import.meta.url, '../sql/receipt_select_sale.sql')
const listRefunds = loadSql(import.meta.url, '../sql/receipt_list_refunds.sql')

interface SaleFacts {
  readonly id: string
  readonly currency: string
  readonly total: bigint
  readonly tax_amount: bigint
  readonly tip_amount: bigint
  readonly amount_paid: bigint
  readonly sold_at: Date
  readonly external_ref: string | null
  readonly store_id: string
  readonly store_name: string
  readonly store_zone: string
  readonly till_id: string
  readonly till_name: string
  readonly lines: readonly {
    readonly name: string
    readonly quantity: number
    readonly unit_amount: number
    readonly discount_amount: number
  }[]
}

interface RefundFacts {
  readonly id: string
  readonly method: string
  readonly amount: bigint
  readonly status: string
  readonly created_at: Date
}

const HAS_RECEIPT: readonly string[] = ['succeeded', 'requires_capture']

const tenderOf = (payment: PaymentRow): ReceiptTender => {
  const held = payment.status === 'requires_capture'
  const received = payment.amount_received
  return {
    payment_id: payment.id,
    method: payment.method,
    amount: toWireAmount(held ? payment.amount : payment.amount_captured),
    authorized_only: held,
    card: payment.card_last4 === null ? null : { brand: payment.card_brand, last4: payment.card_last4 },
    received: received === null ? null : toWireAmount(received),
    change: received === null ? null : toWireAmount(received - payment.amount),
    check_reference: payment.check_reference,
    terminal: payment.card_details,
  }
}

const receiptOf = (
  paymentId: string,
  sale: SaleFacts,
  payments: readonly PaymentRow[],
  refunds: readonly RefundFacts[],
): Receipt => ({
  payment_id: paymentId,
  sale_id: sale.id,
  external_ref: sale.external_ref,
  store: { id: sale.store_id, name: sale.store_name, zone: sale.store_zone },
  till: { id: sale.till_id, name: sale.till_name },
  sold_at: sale.sold_at.toISOString(),
  currency: sale.currency,
  items: sale.lines.map(({ name, quantity, unit_amount, discount_amount }) => ({
    name,
    quantity,
    unit_amount,
    discount_amount,
    amount: quantity * unit_amount - discount_amount,
  })),
  tax_amount: toWireAmount(sale.tax_amount),
  tip_amount: toWireAmount(sale.tip_amount),
  total: toWireAmount(sale.total),
  amount_paid: toWireAmount(sale.amount_paid),
  amount_due: toWireAmount(sale.total - sale.amount_paid),
  tenders: payments.filter(({ status }) => HAS_RECEIPT.includes(status)).map(tenderOf),
  refunds: refunds.map(({ id, method, amount, status, created_at: at }) => ({
    id,
    method,
    amount: toWireAmount(amount),
    status,
    at: at.toISOString(),
  })),
})

/**
 * The receipt of a payment: its whole sale with every tender that was taken or authorised, and what was given back. Throws
 * `not_found`, or `invalid_state` for a payment that took and holds no money.
 */
export const readReceipt = async (db: Db, principal: Principal, paymentId: string): Promise<Receipt> => {
  const payment = await loadPayment(db, paymentId)
  if (!seesTill(principal, payment.till_id)) throw new TillwatchError('not_found')
  const { status, sale_id: saleId } = payment
  if (!HAS_RECEIPT.includes(status))
    throw new TillwatchError('invalid_state', undefined, { details: { status } })
  const sale = await db.first<SaleFacts>(selectSale, [saleId])
  if (!sale) throw new TillwatchError('not_found')
  const payments = await listPaymentsOfSale(db, saleId)
  return receiptOf(paymentId, sale, payments, await db.rows<RefundFacts>(listRefunds, [saleId]))
}
