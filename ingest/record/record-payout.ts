import type Stripe from 'stripe'
import { businessDateOf } from '#core/business-date.ts'
import { invariant } from '#core/errors.ts'
import { newTraceId } from '#core/ids.ts'
import { postEntry } from '#core/ledger/post-entry.ts'
import { appendEvents } from '#core/postgres/append-event.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { METADATA } from '#core/stripe-client.ts'
import { payoutPostings } from '../domain/journal.ts'
import { bankTraceOf, cameBack, payoutDirection, payoutMoves } from '../domain/payout-state.ts'
import type { RecordDeps, RecordedBy, RecordResult } from './recorded-by.ts'

const lockPayout = loadSql(import.meta.url, '../sql/payout_lock.sql')
const upsertPayout = loadSql(import.meta.url, '../sql/payout_upsert.sql')
const noteTrace = loadSql(import.meta.url, '../sql/payout_note_bank_trace.sql')

interface KnownPayout {
  readonly status: string
  readonly reconciliation_status: string
  readonly balance_transaction: string | null
  readonly failure_balance_transaction: string | null
  readonly reversed_by: string | null
}

const idOf = (value: string | { id: string } | null | undefined): string | null =>
  typeof value === 'string' ? value : (value?.id ?? null)

/**
 * When the money of a payout came back: what Stripe made of it, never when somebody heard of it, so that whoever tells first
 * makes the same of it (reliability.md P9). Null while its balance transaction was not read with it.
 */
const returnedAt = ({ failure_balance_transaction: row }: Stripe.Payout): Date | null =>
  typeof row === 'object' && row !== null ? new Date(row.created * 1000) : null

/** The day on which the bank was to have it: the nearest that a payout itself tells, and the same for whoever reads it. */
const arrivalDate = (payout: Stripe.Payout): Date => new Date(payout.arrival_date * 1000)

const upsert = async (
  deps: RecordDeps,
  db: Db,
  payout: Stripe.Payout,
  traceId: string,
  knownStatus: string,
  by: RecordedBy,
): Promise<boolean> => {
  const row = await db.first(upsertPayout, [
    payout.id,
    payout.currency,
    payout.amount.toString(),
    payout.status,
    payout.automatic,
    payout.method,
    arrivalDate(payout),
    new Date(payout.created * 1000),
    idOf(payout.balance_transaction),
    idOf(payout.failure_balance_transaction),
    payout.failure_code,
    payout.reconciliation_status,
    traceId,
    deps.env.clock.now(),
    knownStatus,
    by.writer,
    idOf(payout.original_payout),
    idOf(payout.reversed_by),
    cameBack(payout.status) ? returnedAt(payout) : null,
    cameBack(payout.status) ? arrivalDate(payout) : null,
  ])
  return row !== undefined
}

/** A payout arrives on its arrival date; we may hear of it later, never before. */
const arrivalOf = (payout: Stripe.Payout, now: Date): Date =>
  new Date(Math.min(arrivalDate(payout).getTime(), now.getTime()))

const post = async (
  deps: RecordDeps,
  db: Db,
  payout: Stripe.Payout,
  direction: 'paid' | 'returned',
  by: RecordedBy,
  traceId: string,
): Promise<void> => {
  const now = deps.env.clock.now()
  const occurredAt =
    direction === 'paid' ? arrivalOf(payout, now) : (returnedAt(payout) ?? arrivalDate(payout))
  const entry = await postEntry(deps.env, db, {
    kind: direction === 'paid' ? 'payout_paid' : 'payout_returned',
    sourceId: payout.id,
    occurredAt,
    businessDate: businessDateOf(occurredAt, deps.shop.account.zone),
    cause: by.cause,
    traceId,
    postings: payoutPostings(payout.id, payout.currency, BigInt(payout.amount), direction),
  })
  if (entry !== undefined)
    db.afterCommit(() => deps.metrics.ledgerEntries.inc({ kind: `payout_${direction}` }))
}

const saysNothingNew = (known: KnownPayout, payout: Stripe.Payout): boolean =>
  known.status === payout.status &&
  // Once itemised it stays so, whatever is told late.
  (known.reconciliation_status === 'completed' ||
    known.reconciliation_status === payout.reconciliation_status) &&
  known.balance_transaction === (idOf(payout.balance_transaction) ?? known.balance_transaction) &&
  known.failure_balance_transaction ===
    (idOf(payout.failure_balance_transaction) ?? known.failure_balance_transaction) &&
  known.reversed_by === (idOf(payout.reversed_by) ?? known.reversed_by)

/**
 * Notes the bank's reference of a payout that is known; true when it is news. Stripe learns it days after the payout arrived,
 * and any snapshot may bring it, even one whose state is behind ours (stripe.md §6, `trace_id`).
 */
const noteBankTrace = async (deps: RecordDeps, db: Db, payout: Stripe.Payout): Promise<boolean> => {
  const told = bankTraceOf(payout)
  if (told === null) return false
  const params = [payout.id, told.status, told.value, deps.env.clock.now()]
  return (await db.run(noteTrace, params)) === 1
}

/**
 * Records a snapshot of a payout in the caller's database transaction; locks its row. Paid posts it to the bank once; failed or
 * canceled after paid takes it back once. A reversal is a payout below zero of its own: paid, it comes from the bank. What the
 * bank calls it is kept from whichever snapshot told it.
 */
export const recordPayout = async (
  deps: RecordDeps,
  db: Db,
  payout: Stripe.Payout,
  by: RecordedBy,
): Promise<RecordResult> => {
  const known = await db.first<KnownPayout>(lockPayout, [payout.id])
  if (known && (!payoutMoves(known.status, payout.status) || saysNothingNew(known, payout)))
    return (await noteBankTrace(deps, db, payout)) ? 'recorded' : 'unchanged'
  const traceId = payout.metadata?.[METADATA.trace] ?? newTraceId(deps.env)
  const written = await upsert(deps, db, payout, traceId, known?.status ?? payout.status, by)
  invariant(written, `payout ${payout.id} changed while it was locked`)
  await noteBankTrace(deps, db, payout)
  if (!known) db.afterCommit(() => deps.metrics.factsFirstWriter.inc({ writer: by.writer, kind: 'payout' }))
  if (known?.status === payout.status) return 'recorded'
  const direction = payoutDirection(payout.status, known?.status === 'paid')
  if (direction) await post(deps, db, payout, direction, by, traceId)
  const body = {
    currency: payout.currency,
    amount_minor: payout.amount.toString(),
    status: payout.status,
    stripe_object: payout.id,
    first_writer: by.writer,
    trace_id: traceId,
  }
  const occurredAt = deps.env.clock.now()
  await appendEvents(deps.env, db, [{ type: 'payout.status_changed', occurredAt, body }])
  return 'recorded'
}
