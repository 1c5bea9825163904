import { z } from '@hono/zod-openapi'
import { seesTill, type Principal } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import { toWireAmount } from '#core/money.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { adviceFor, visibleDeclineCode } from '../domain/decline-advice.ts'
import { disputeSchema, toDisputeWire, type DisputeRow } from '../disputes/dispute-wire.ts'
import { readerAdviceSchema } from '../readers/reader-wire.ts'
import { refundSchema, toRefundWire, type RefundRow } from '../refunds/refund-wire.ts'
import { loadPayment } from './payment-operations.ts'
import { paymentAnswerSchema, toPaymentAnswer, type PaymentWithSale } from './payment-wire.ts'

const listRefunds = loadSql(import.meta.url, '../sql/refund_list_by_payment.sql')
const listDisputes = loadSql(import.meta.url, '../sql/dispute_list_by_payment.sql')
const readPostings = loadSql(import.meta.url, '../sql/payment_read_postings.sql')
const readPayout = loadSql(import.meta.url, '../sql/payment_read_payout.sql')
const readFee = loadSql(import.meta.url, '../sql/payment_read_fee.sql')
const readTimeline = loadSql(import.meta.url, '../sql/payment_read_timeline.sql')

const postingSchema = z.strictObject({
  entry_id: z.string(),
  kind: z.string(),
  source_id: z.string(),
  occurred_at: z.string(),
  recorded_at: z.string(),
  business_date: z.string(),
  account: z.string(),
  object: z.string().nullable(),
  currency: z.string(),
  amount: z.number().int(),
})

/** One payment with everything that belongs to it. */
export const fullPaymentSchema = paymentAnswerSchema
  .omit({ client_secret: true, next_action: true })
  .extend({
    /** What the cashier says and does, as the refusal itself said it; null when nothing was refused. */
    advice: readerAdviceSchema.nullable(),
    /** What Stripe kept of the charge and what it left of it, before refunds and disputes; null while Stripe's row is not known here. */
    fee: z.number().int().nullable().openapi({ description: 'Null while it is not known' }),
    net: z.number().int().nullable().openapi({ description: 'Null while it is not known' }),
    /** Fee and net are counted in it: another one than the payment's where Stripe exchanged. */
    balance_currency: z.string().nullable(),
    refunds: z.array(refundSchema),
    /** The newest one; a charge may have several. */
    dispute: disputeSchema.nullable(),
    disputes: z.array(disputeSchema),
    payout: z
      .strictObject({
        id: z.string(),
        status: z.string(),
        currency: z.string(),
        amount: z.number().int(),
        arrival_at: z.string(),
      })
      .nullable(),
    postings: z.array(postingSchema),
    timeline: z.array(
      z.strictObject({
        at: z.string(),
        source: z.enum(['tillwatch', 'webhook', 'poller', 'reconciler', 'note', 'ledger', 'payout', 'call']),
        type: z.string(),
        /** The event, note, entry, payout or payment that the row is of. */
        id: z.string().nullable(),
        status: z.string().nullable(),
        detail: z.string().nullable(),
        author: z.string().nullable(),
      }),
    ),
  })
  .openapi('PaymentWithHistory')

interface PostingRow {
  readonly entry_id: string
  readonly kind: string
  readonly source_id: string
  readonly occurred_at: Date
  readonly recorded_at: Date
  readonly business_date: string
  readonly account: string
  readonly object: string | null
  readonly currency: string
  readonly amount: bigint
}

interface PayoutRow {
  readonly id: string
  readonly status: string
  readonly currency: string
  readonly amount: bigint
  readonly arrival_at: Date
}

interface FeeRow {
  readonly currency: string
  readonly fee: bigint
  readonly net: bigint
}

interface TimelineRow {
  readonly at: Date
  readonly source: 'tillwatch' | 'webhook' | 'poller' | 'reconciler' | 'note' | 'ledger' | 'payout' | 'call'
  readonly type: string
  readonly id: string | null
  readonly status: string | null
  readonly detail: string | null
  readonly author: string | null
}

const toPostingWire = (row: PostingRow): z.output<typeof postingSchema> => ({
  ...row,
  occurred_at: row.occurred_at.toISOString(),
  recorded_at: row.recorded_at.toISOString(),
  amount: toWireAmount(row.amount),
})

/** Rows in two currencies for one charge add up to nothing: then it is not known. */
const toFee = ([row, ...others]: readonly FeeRow[]) =>
  row && others.length === 0
    ? { fee: toWireAmount(row.fee), net: toWireAmount(row.net), balance_currency: row.currency }
    : { fee: null, net: null, balance_currency: null }

const adviceOf = ({ status, decline_code: code }: PaymentWithSale) => {
  if (status !== 'payment_failed') return null
  const { offer, ...advice } = adviceFor(code)
  return { ...advice, offer: [...offer] }
}

/** A payment with Stripe's fee, refunds, disputes, payout, postings and timeline, for the caller's eyes. Throws `not_found`. */
export const readPayment = async (
  deps: Pick<Deps, 'db'>,
  principal: Principal,
  id: string,
): Promise<z.output<typeof fullPaymentSchema>> => {
  const { db } = deps
  const payment = await loadPayment(db, id)
  if (!seesTill(principal, payment.till_id)) throw new TillwatchError('not_found')
  const { stripe_charge: charge, stripe_payment_intent: intent } = payment
  const [refunds, disputes, postings, payout, fees, timeline] = await Promise.all([
    db.rows<RefundRow>(listRefunds, [id]),
    db.rows<DisputeRow>(listDisputes, [id]),
    db.rows<PostingRow>(readPostings, [id, charge]),
    db.first<PayoutRow>(readPayout, [charge]),
    db.rows<FeeRow>(readFee, [charge]),
    db.rows<TimelineRow>(readTimeline, [id, intent, charge]),
  ])
  // Nobody at the till learns that a card may be stolen.
  const isShown = ({ type }: TimelineRow): boolean =>
    principal.role !== 'cashier' || !type.includes('fraud_warning')
  const detailFor = (detail: string | null): string | null => visibleDeclineCode(detail, principal.role)
  return {
    ...toPaymentAnswer(payment, principal.role),
    advice: adviceOf(payment),
    ...toFee(fees),
    refunds: refunds.map(toRefundWire),
    dispute: disputes[0] ? toDisputeWire(disputes[0]) : null,
    disputes: disputes.map(toDisputeWire),
    payout: payout
      ? { ...payout, amount: toWireAmount(payout.amount), arrival_at: payout.arrival_at.toISOString() }
      : null,
    postings: postings.map(toPostingWire),
    timeline: timeline
      .filter(isShown)
      .map((row) => ({ ...row, at: row.at.toISOString(), detail: detailFor(row.detail) })),
  }
}
