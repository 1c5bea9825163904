import type { Principal } from '#core/access/roles.ts'
import { businessDateOf } from '#core/business-date.ts'
import { amountFitsCurrency } from '#core/currencies.ts'
import { TillwatchError } from '#core/errors.ts'
import { postEntry } from '#core/ledger/post-entry.ts'
import { appendEvents } from '#core/postgres/append-event.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { askSecond, whySecond } from '../approvals/ask-second.ts'
import { cashRefundPostings, purseOf } from '../domain/journal.ts'
import { lockPaymentIn, type LockedPaymentRow } from '../payments/lock-payment.ts'
import type { Prepared } from '../payments/money-calls.ts'
import { readOwed } from '../record/read-owed.ts'
import { refundBody } from '../record/record-refund.ts'
import { toRefundWire, type RefundRow } from './refund-wire.ts'

const insertRefund = loadSql(import.meta.url, '../sql/refund_insert.sql')

/** A refund as it was asked for. */
export interface WantedRefund {
  readonly refundId: string
  readonly paymentId: string
  /** Null: all that is left. */
  readonly amount: bigint | null
  readonly reason: string
  /** Out of the drawer though it was a card: only what failed refunds owe. */
  readonly inCash: boolean
  readonly cashierRef: string | null
  readonly traceId: string
  readonly requestId: string
}

/** Another person has agreed: whoever asked is counted by it, and nobody is asked again. */
export interface Agreed {
  readonly askedBy: string
}

const lockPaid = async (db: Db, principal: Principal, wanted: WantedRefund): Promise<LockedPaymentRow> => {
  const payment = await lockPaymentIn(db, principal, wanted.paymentId, ['succeeded'])
  if (wanted.amount !== null && !amountFitsCurrency(wanted.amount, payment.currency))
    throw new TillwatchError('currency_amount_invalid')
  return payment
}

/** Where the money of a refund comes from and how much it is. */
interface Source {
  readonly isCard: boolean
  readonly amount: bigint
  readonly owed: bigint
}

const sourceOf = async (db: Db, payment: LockedPaymentRow, wanted: WantedRefund): Promise<Source> => {
  const left = payment.amount_captured - payment.amount_refunded
  if (payment.method !== 'card') return { isCard: false, amount: wanted.amount ?? left, owed: 0n }
  if (!wanted.inCash) return { isCard: true, amount: wanted.amount ?? left, owed: 0n }
  const owed = await readOwed(db, payment.id)
  const amount = wanted.amount ?? owed
  // A card's money goes back to the card; cash only where the card would not take it.
  if (amount > owed || amount === 0n)
    throw new TillwatchError('invalid_state', 'Cash is given back for a card only where a refund failed.', {
      details: { amount_owed: Number(owed) },
    })
  return { isCard: false, amount, owed }
}

type InsertedRefund = Omit<
  RefundRow,
  'sale_id' | 'till_id' | 'store_id' | 'stripe_charge' | 'stripe_payment_intent'
>

const insert = async (
  db: Db,
  payment: LockedPaymentRow,
  wanted: WantedRefund,
  { isCard, amount }: Source,
  now: Date,
  askedBy: string,
): Promise<RefundRow> => {
  const refund = await db.first<InsertedRefund>(insertRefund, [
    wanted.refundId,
    payment.id,
    // A check is given back in cash.
    isCard ? 'card' : 'cash',
    amount.toString(),
    wanted.reason,
    isCard ? 'processing' : 'succeeded',
    wanted.cashierRef,
    wanted.traceId,
    now,
    isCard ? null : 'api',
    askedBy,
  ])
  if (!refund) {
    const left = Number(payment.amount_captured - payment.amount_refunded)
    throw new TillwatchError('refund_exceeds_capture', undefined, { details: { amount_refundable: left } })
  }
  const { sale_id, till_id, store_id, stripe_charge, stripe_payment_intent } = payment
  return { ...refund, sale_id, till_id, store_id, stripe_charge, stripe_payment_intent }
}

const postCash = async (
  deps: Deps,
  db: Db,
  refund: RefundRow,
  requestId: string,
  owed: bigint,
  now: Date,
): Promise<void> => {
  await postEntry(deps.env, db, {
    kind: 'refund_cash',
    sourceId: refund.id,
    occurredAt: now,
    businessDate: businessDateOf(now, deps.shop.account.zone),
    cause: { kind: 'call', id: requestId },
    saleId: refund.sale_id,
    paymentId: refund.payment_id,
    traceId: refund.trace_id,
    postings: cashRefundPostings(purseOf(refund.till_id, 'cash'), refund.currency, refund.amount, owed),
  })
  db.afterCommit(() => deps.metrics.ledgerEntries.inc({ kind: 'refund_cash' }))
  db.afterCommit(() => deps.metrics.refunds.inc({ outcome: 'succeeded' }))
  db.afterCommit(() => deps.metrics.refundAmount.inc({ currency: refund.currency }, Number(refund.amount)))
}

/**
 * Reserves a refund in the caller's database transaction, under the payment's lock: all refunds together never exceed what
 * was taken. Cash is given back at once; what the caller may not give back alone becomes a request for a second person. Throws
 * `not_found`, `invalid_state` or `refund_exceeds_capture`.
 */
export const prepareRefund = async (
  deps: Deps,
  db: Db,
  principal: Principal,
  wanted: WantedRefund,
  agreed?: Agreed,
): Promise<Prepared<RefundRow>> => {
  const payment = await lockPaid(db, principal, wanted)
  const now = deps.env.clock.now()
  const source = await sourceOf(db, payment, wanted)
  if (agreed === undefined) {
    const { id: paymentId, currency, amount_refunded: before } = payment
    const { amount } = source
    // Nothing is left: the refusal below says so; nobody is asked for what cannot be.
    const isPossible = amount > 0n && amount <= payment.amount_captured - before
    const why = isPossible ? await whySecond(deps, db, principal, { currency, before, amount }) : undefined
    const { reason, inCash, cashierRef } = wanted
    const asked = { paymentId, currency, before, amount, wanted: wanted.amount, reason, inCash, cashierRef }
    if (why !== undefined)
      return { kind: 'answered', answer: await askSecond(deps, db, principal, asked, why), before: payment }
  }
  const refund = await insert(db, payment, wanted, source, now, agreed?.askedBy ?? principal.actorId)
  const body = refundBody(refund, refund.status, '', refund.method)
  const created = { type: 'refund.created' as const, occurredAt: now, body }
  if (refund.method === 'card') {
    await appendEvents(deps.env, db, [created])
    return { kind: 'begun', subject: refund, before: payment }
  }
  await postCash(deps, db, refund, wanted.requestId, source.owed, now)
  await appendEvents(deps.env, db, [created, { ...created, type: 'refund.status_changed' }])
  return { kind: 'answered', answer: { status: 201, body: toRefundWire(refund) }, before: payment }
}
