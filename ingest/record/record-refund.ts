import type Stripe from 'stripe'
import { businessDateOf } from '#core/business-date.ts'
import type { EventBodyInput } from '#core/contracts/event.ts'
import { invariant } from '#core/errors.ts'
import { newId } from '#core/ids.ts'
import { postEntry } from '#core/ledger/post-entry.ts'
import { appendEvents } from '#core/postgres/append-event.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { METADATA } from '#core/stripe-client.ts'
import { cardRefundPostings } from '../domain/journal.ts'
import { REFUND_STATUSES, refundTransition, type RefundStatus } from '../domain/payment-state.ts'
import { readOwed } from './read-owed.ts'
import type { RecordDeps, RecordedBy, RecordResult } from './recorded-by.ts'

const lockRefund = loadSql(import.meta.url, '../sql/refund_lock_for_record.sql')
const insertForeign = loadSql(import.meta.url, '../sql/refund_insert_foreign.sql')
const recordRow = loadSql(import.meta.url, '../sql/refund_record.sql')

/** A refund as `refund_lock_for_record` reads it. */
export interface LockedRefund {
  readonly id: string
  readonly payment_id: string
  readonly currency: string
  readonly amount: bigint
  readonly reason: string
  readonly status: RefundStatus
  readonly stripe_refund: string | null
  readonly failure_reason: string | null
  readonly first_writer: string | null
  readonly trace_id: string
  readonly sale_id: string
  readonly till_id: string
  readonly store_id: string
}

const idOf = (value: string | { id: string } | null | undefined): string | null =>
  typeof value === 'string' ? value : (value?.id ?? null)

/** A refund made in Stripe's dashboard is as real as ours. */
const adoptForeign = async (
  deps: RecordDeps,
  db: Db,
  refund: Stripe.Refund,
  by: RecordedBy,
): Promise<LockedRefund | undefined> => {
  const adopted = await db.first<LockedRefund>(insertForeign, [
    newId(deps.env, 'refund'),
    refund.id,
    idOf(refund.charge),
    idOf(refund.payment_intent),
    refund.currency,
    refund.amount.toString(),
    refund.reason ?? 'made_in_stripe',
    deps.env.clock.now(),
    by.writer,
  ])
  if (adopted) {
    db.afterCommit(() => deps.metrics.factsFirstWriter.inc({ writer: by.writer, kind: 'refund' }))
    const body = refundBody(adopted, 'processing', refund.id)
    await appendEvents(deps.env, db, [
      { type: 'refund.created', occurredAt: new Date(refund.created * 1000), body },
    ])
  }
  return adopted
}

/** The event body of a refund. */
export const refundBody = (
  refund: Omit<LockedRefund, 'reason' | 'failure_reason' | 'status'>,
  status: RefundStatus,
  stripeObject: string,
  method = 'card',
): EventBodyInput => ({
  store_id: refund.store_id,
  till_id: refund.till_id,
  sale_id: refund.sale_id,
  payment_id: refund.payment_id,
  refund_id: refund.id,
  method,
  currency: refund.currency,
  amount_minor: refund.amount.toString(),
  status,
  stripe_object: stripeObject,
  first_writer: refund.first_writer ?? '',
  trace_id: refund.trace_id,
})

/** Stripe's status; a status that we do not know yet is not an end. */
const statusOf = (refund: Stripe.Refund): RefundStatus =>
  REFUND_STATUSES.find((status) => status === refund.status) ?? 'pending'

/**
 * Stripe moved the money, also when it came back later. One that waits for a balance that suffices has moved nothing, and may
 * come to nothing (stripe.md §6, `pending_reason`).
 */
const movedMoney = (refund: Stripe.Refund, status: RefundStatus): boolean =>
  status === 'succeeded' || (refund.balance_transaction ?? null) !== null

const post = async (
  deps: RecordDeps,
  db: Db,
  refund: Stripe.Refund,
  row: LockedRefund,
  by: RecordedBy,
): Promise<boolean> => {
  // Stripe's moment, also for who asked for it: it stands on one date, whoever tells it first.
  const occurredAt = new Date(refund.created * 1000)
  const entry = await postEntry(deps.env, db, {
    kind: 'refund',
    sourceId: refund.id,
    occurredAt,
    businessDate: businessDateOf(occurredAt, deps.shop.account.zone),
    cause: by.cause,
    saleId: row.sale_id,
    paymentId: row.payment_id,
    traceId: row.trace_id,
    postings: cardRefundPostings(refund.id, row.currency, row.amount, await readOwed(db, row.payment_id)),
  })
  if (entry !== undefined)
    db.afterCommit(() => {
      deps.metrics.ledgerEntries.inc({ kind: 'refund' })
      deps.metrics.refundAmount.inc({ currency: row.currency }, Number(row.amount))
    })
  return entry !== undefined
}

const move = async (
  deps: RecordDeps,
  db: Db,
  refund: Stripe.Refund,
  row: LockedRefund,
  by: RecordedBy,
): Promise<void> => {
  const now = deps.env.clock.now()
  const status = statusOf(refund)
  const cameToNothing = status === 'failed' || status === 'canceled'
  const firstWriter = row.first_writer ?? by.writer
  await db.run(recordRow, [
    row.id,
    status,
    refund.id,
    refund.failure_reason ?? null,
    firstWriter,
    now,
    row.payment_id,
    (cameToNothing ? row.amount : 0n).toString(),
  ])
  const body = refundBody({ ...row, first_writer: firstWriter }, status, refund.id)
  await appendEvents(deps.env, db, [{ type: 'refund.status_changed', occurredAt: now, body }])
  if (row.first_writer === null)
    db.afterCommit(() => deps.metrics.factsFirstWriter.inc({ writer: by.writer, kind: 'refund' }))
  if (status === 'succeeded' || cameToNothing)
    db.afterCommit(() => deps.metrics.refunds.inc({ outcome: status }))
}

/**
 * Records a snapshot of a refund in the caller's database transaction; locks its payment and its row. One that was made in
 * Stripe is adopted when its payment is ours. Throws `invariant_violated` when it gives back other money than our row.
 */
export const recordRefund = async (
  deps: RecordDeps,
  db: Db,
  refund: Stripe.Refund,
  by: RecordedBy,
): Promise<RecordResult> => {
  const named = refund.metadata?.[METADATA.refund] ?? null
  const known = await db.first<LockedRefund>(lockRefund, [named, refund.id])
  if (known && (known.stripe_refund ?? refund.id) !== refund.id) return 'unknown_object'
  const row = known ?? (await adoptForeign(deps, db, refund, by))
  if (!row) return 'unknown_object'
  const agrees = BigInt(refund.amount) === row.amount && refund.currency === row.currency
  if (row.stripe_refund === null) invariant(agrees, `${refund.id} is of other money than ${row.id}`)
  const status = statusOf(refund)
  const posted = movedMoney(refund, status) && (await post(deps, db, refund, row, by))
  if (refundTransition(row.status, status) !== 'move') return posted ? 'recorded' : 'unchanged'
  await move(deps, db, refund, row, by)
  return 'recorded'
}

/** Writes that Stripe did not take a refund on: its reservation goes back. Locks its payment and its row. */
export const recordRefusedRefund = async (
  deps: RecordDeps,
  db: Db,
  id: string,
  code: string,
): Promise<void> => {
  const row = await db.first<LockedRefund>(lockRefund, [id, ''])
  if (!row || row.status !== 'processing') return
  const now = deps.env.clock.now()
  const { amount } = row
  await db.run(recordRow, [row.id, 'failed', null, code, 'api', now, row.payment_id, amount.toString()])
  const body = refundBody({ ...row, first_writer: 'api' }, 'failed', '')
  await appendEvents(deps.env, db, [{ type: 'refund.status_changed', occurredAt: now, body }])
  if (row.first_writer === null)
    db.afterCommit(() => deps.metrics.factsFirstWriter.inc({ writer: 'api', kind: 'refund' }))
  db.afterCommit(() => deps.metrics.refunds.inc({ outcome: 'failed' }))
}
