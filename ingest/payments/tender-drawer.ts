import type { Principal } from '#core/access/roles.ts'
import { businessDateOf } from '#core/business-date.ts'
import { TillwatchError } from '#core/errors.ts'
import { postEntry } from '#core/ledger/post-entry.ts'
import { appendEvents, type NewEvent } from '#core/postgres/append-event.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { drawerSalePostings, purseOf } from '../domain/journal.ts'
import { HOLDS_AMOUNT } from '../domain/payment-state.ts'
import { readSaleShare } from '../record/sale-share.ts'
import type { Prepared } from './money-calls.ts'
import { toPaymentAnswer, type PaymentWithSale } from './payment-wire.ts'
import type { LockedSale } from '../sales/lock-sale.ts'
import { createdEvent, lockOpenSale } from './tender-card.ts'

const insertPayment = loadSql(import.meta.url, '../sql/payment_insert_drawer.sql')

/** A cash or check tender as it was asked for. */
export interface DrawerTender {
  readonly paymentId: string
  readonly saleId: string
  readonly method: 'cash' | 'check'
  readonly amount: bigint
  /** What the customer put down, when it was cash. */
  readonly received: bigint | null
  readonly reference: string | null
  readonly cashierRef: string | null
  readonly traceId: string
  readonly requestId: string
}

const insert = async (
  db: Db,
  sale: LockedSale,
  tender: DrawerTender,
  now: Date,
): Promise<PaymentWithSale> => {
  const payment = await db.first<PaymentWithSale>(insertPayment, [
    tender.paymentId,
    sale.id,
    HOLDS_AMOUNT,
    tender.method,
    tender.amount.toString(),
    tender.received?.toString() ?? null,
    tender.reference,
    tender.cashierRef,
    tender.traceId,
    now,
  ])
  if (!payment) throw new TillwatchError('amount_exceeds_due')
  return payment
}

const post = async (deps: Deps, db: Db, sale: LockedSale, tender: DrawerTender, now: Date): Promise<void> => {
  const sums = {
    id: sale.id,
    total: sale.total,
    tax: sale.tax_amount,
    tip: sale.tip_amount,
    paid: sale.amount_paid,
  }
  const share = await readSaleShare(db, sums, tender.amount)
  const kind = tender.method === 'cash' ? 'sale_cash' : 'sale_check'
  await postEntry(deps.env, db, {
    kind,
    sourceId: tender.paymentId,
    occurredAt: now,
    businessDate: businessDateOf(now, deps.shop.account.zone),
    cause: { kind: 'call', id: tender.requestId },
    saleId: sale.id,
    paymentId: tender.paymentId,
    traceId: tender.traceId,
    postings: drawerSalePostings(purseOf(sale.till_id, tender.method), sale.currency, share),
  })
  db.afterCommit(() => deps.metrics.ledgerEntries.inc({ kind }))
}

const eventsOf = (payment: PaymentWithSale, now: Date): NewEvent[] => {
  const created = createdEvent(payment, now)
  const closed: NewEvent = {
    type: 'sale.closed',
    occurredAt: now,
    body: {
      store_id: payment.store_id,
      till_id: payment.till_id,
      sale_id: payment.sale_id,
      currency: payment.currency,
      amount_minor: payment.sale_total.toString(),
      status: 'closed',
      trace_id: payment.trace_id,
    },
  }
  return [
    created,
    { ...created, type: 'payment.status_changed' },
    ...(payment.sale_status === 'closed' ? [closed] : []),
  ]
}

/**
 * Takes cash or a check for a sale, all of it in the caller's database transaction: payment, sale, journal, events. Throws
 * `amount_exceeds_due`, or `validation_failed` when less was put down than is taken.
 */
export const takeDrawerTender = async (
  deps: Deps,
  db: Db,
  principal: Principal,
  tender: DrawerTender,
): Promise<Prepared<PaymentWithSale>> => {
  const sale = await lockOpenSale(db, principal, tender.saleId, tender.amount)
  const now = deps.env.clock.now()
  const payment = await insert(db, sale, tender, now)
  await post(deps, db, sale, tender, now)
  await appendEvents(deps.env, db, eventsOf(payment, now))
  db.afterCommit(() =>
    deps.metrics.payments.inc({
      outcome: 'succeeded',
      failure_class: 'none',
      method: tender.method,
      channel: 'drawer',
    }),
  )
  return { kind: 'answered', answer: { status: 201, body: toPaymentAnswer(payment, principal.role) } }
}
