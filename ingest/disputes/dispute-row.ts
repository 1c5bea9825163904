import type Stripe from 'stripe'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { disputeMoves, isDecided } from '../domain/dispute-state.ts'
import type { RecordedBy } from '../record/recorded-by.ts'
import type { DisputedPayment } from './lock-disputed.ts'

const lockRow = loadSql(import.meta.url, '../sql/dispute_lock.sql')
const upsertRow = loadSql(import.meta.url, '../sql/dispute_upsert.sql')

/** What of a dispute's money is posted, in minor units of the charge's currency. */
export interface DisputeMoney {
  readonly withdrawals: number
  readonly reinstatements: number
  readonly amount_withdrawn: bigint
  readonly amount_reinstated: bigint
  readonly amount_lost: bigint
  readonly write_offs: number
}

/** What a dispute says, beside its money. */
export interface DisputeFacts {
  readonly status: string
  readonly reason: string
  readonly amount: bigint
  readonly due_by: Date | null
  readonly is_charge_refundable: boolean
  readonly has_evidence: boolean
  readonly closed_at: Date | null
  readonly rows_seen: number
  readonly as_of: Date
}

/** A dispute as `dispute_lock` reads it. */
export type KnownDispute = DisputeFacts & DisputeMoney

const NOTHING_POSTED: DisputeMoney = {
  withdrawals: 0,
  reinstatements: 0,
  amount_withdrawn: 0n,
  amount_reinstated: 0n,
  amount_lost: 0n,
  write_offs: 0,
}

const factsOf = (dispute: Stripe.Dispute, at: Date): DisputeFacts => {
  const dueBy = dispute.evidence_details.due_by
  return {
    status: dispute.status,
    reason: dispute.reason,
    amount: BigInt(dispute.amount),
    due_by: dueBy === null ? null : new Date(dueBy * 1000),
    is_charge_refundable: dispute.is_charge_refundable,
    has_evidence: dispute.evidence_details.has_evidence,
    closed_at: isDecided(dispute.status) ? at : null,
    rows_seen: dispute.balance_transactions.length,
    as_of: at,
  }
}

/** The dispute as it is after a snapshot of the moment `at`; a snapshot that is behind changes nothing but what is missing. */
export const nextFacts = (
  dispute: Stripe.Dispute,
  known: KnownDispute | undefined,
  at: Date,
): KnownDispute => {
  const told = factsOf(dispute, at)
  if (!known) return { ...told, ...NOTHING_POSTED }
  const newer = disputeMoves(
    { status: known.status, rows: known.rows_seen, at: known.as_of },
    { status: told.status, rows: told.rows_seen, at },
  )
  // The same stand may tell of evidence that was added or of another day to answer.
  if (!newer && (known.status !== told.status || at < known.as_of || told.rows_seen < known.rows_seen))
    return known
  return { ...known, ...told, closed_at: newer ? told.closed_at : known.closed_at }
}

/** True when nothing but the moment of which it tells is another one. */
export const isSameDispute = (one: KnownDispute, other: KnownDispute): boolean =>
  (Object.keys(one) as (keyof KnownDispute)[]).every(
    (field) => field === 'as_of' || String(one[field]) === String(other[field]),
  )

/** Reads what is known of a dispute and locks it; the caller holds its payment's lock. */
export const lockDispute = async (db: Db, id: string): Promise<KnownDispute | undefined> =>
  db.first<KnownDispute>(lockRow, [id])

/** Writes a dispute as it stands now. */
export const storeDispute = async (
  db: Db,
  dispute: Stripe.Dispute,
  payment: DisputedPayment,
  next: KnownDispute,
  by: RecordedBy,
  now: Date,
): Promise<void> => {
  const charge = typeof dispute.charge === 'string' ? dispute.charge : dispute.charge.id
  await db.run(upsertRow, [
    dispute.id,
    payment.id,
    charge,
    dispute.currency,
    next.amount.toString(),
    next.status,
    next.reason,
    dispute.payment_method_details?.card?.network_reason_code ?? dispute.network_reason_code ?? null,
    next.due_by,
    next.is_charge_refundable,
    next.has_evidence,
    new Date(dispute.created * 1000),
    next.closed_at,
    next.rows_seen,
    next.withdrawals,
    next.reinstatements,
    next.amount_withdrawn.toString(),
    next.amount_reinstated.toString(),
    next.amount_lost.toString(),
    next.write_offs,
    next.as_of,
    by.writer,
    payment.trace_id,
    now,
  ])
}
