import type { Metrics } from '#core/metrics/create-metrics.ts'
import { postEntries } from '#core/ledger/post-entries.ts'
import { appendEvents } from '#core/postgres/append-event.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { PaymentFacts } from '../domain/payment-facts.ts'
import {
  captureEntry,
  decideChange,
  eventsOf,
  failureClassOfAttempt,
  saleOf,
  type LockedPayment,
  type PaymentChange,
} from './payment-change.ts'
import { recordDetails } from './record-details.ts'
import type { RecordDeps, RecordedBy, RecordResult } from './recorded-by.ts'
import { readPosted } from './sale-share.ts'

const recordPayments = loadSql(import.meta.url, '../sql/payment_record_many.sql')

/** What a report says of a payment that the caller has locked. */
export interface ReportedFacts {
  readonly payment: LockedPayment
  readonly facts: PaymentFacts
  readonly by: RecordedBy
}

/** A change with what it pays of its sale. */
interface Written {
  readonly change: PaymentChange
  readonly newlyPaid: bigint
}

/** Posts the captured money of each change once per charge; what of it was not posted before. */
const postCaptures = async (
  deps: RecordDeps,
  db: Db,
  changes: readonly PaymentChange[],
): Promise<Written[]> => {
  const taking = changes.filter(({ takesMoney }) => takesMoney)
  const posted = await readPosted(
    db,
    taking.map(({ payment }) => saleOf(payment)),
  )
  const { zone } = deps.shop.account
  const entries = taking.map((change) => captureEntry(change, posted.get(change.payment.sale_id), zone))
  const ids = await postEntries(deps.env, db, entries)
  const fresh = new Set(taking.filter((_, index) => ids[index] !== undefined))
  return changes.map((change) => ({
    change,
    newlyPaid: fresh.has(change) ? change.next.amount_captured : 0n,
  }))
}

const rowOf = ({ change: { next }, newlyPaid }: Written) => ({
  id: next.id,
  status: next.status,
  intent: next.stripe_payment_intent,
  charge: next.stripe_charge,
  captured: next.amount_captured.toString(),
  decline_code: next.decline_code,
  failure_code: next.failure_code,
  failure_message: next.failure_message,
  brand: next.card_brand,
  last4: next.card_last4,
  first_writer: next.first_writer,
  finished_at: next.finished_at,
  latency_ms: next.latency_ms,
  attempts: next.attempts,
  sale_id: next.sale_id,
  newly_paid: newlyPaid.toString(),
})

/** How long a customer took to answer: from the question, up to which the latency was measured, to now. */
const countAction = ({ paymentAction }: Metrics, { payment, next }: PaymentChange, now: Date): void => {
  if (payment.status !== 'requires_action' || next.status === 'requires_action') return
  const askedMs = payment.accepted_at.getTime() + (payment.latency_ms ?? 0)
  paymentAction.observe({ kind: 'three_ds' }, Math.max(0, now.getTime() - askedMs) / 1_000)
}

const countCapture = ({ captures }: Metrics, { payment, next }: PaymentChange): void => {
  if (payment.status !== 'requires_capture') return
  if (next.status === 'succeeded') captures.inc({ outcome: 'captured' })
  if (next.status === 'canceled') captures.inc({ outcome: 'let_go' })
}

const count = ({ metrics }: RecordDeps, { change, newlyPaid }: Written, now: Date): void => {
  const { payment, next, attempt, by } = change
  if (newlyPaid > 0n) {
    metrics.ledgerEntries.inc({ kind: 'sale_card' })
    metrics.paymentAmount.inc({ currency: next.currency }, Number(newlyPaid))
  }
  if (payment.first_writer === null && next.first_writer !== null)
    metrics.factsFirstWriter.inc({ writer: by.writer, kind: 'payment' })
  countAction(metrics, change, now)
  countCapture(metrics, change)
  if (!attempt) return
  const { outcome } = attempt
  const failure_class = failureClassOfAttempt(attempt)
  metrics.payments.inc({ outcome, failure_class, method: next.method, channel: change.channel })
  if (outcome === 'failed' && attempt.declineCode !== null)
    metrics.paymentDeclines.inc({ decline_code: attempt.declineCode })
  if (next.latency_ms !== null)
    metrics.paymentDuration.observe({ outcome, method: next.method }, next.latency_ms / 1000)
}

/**
 * Writes what reports say of payments of different sales: status, money, journal, events, their sales, all in the caller's
 * database transaction, which holds the locks of `lockPaymentsForRecord`. One statement of each kind however many there are.
 * Answers in the order given; counters move when it is committed.
 */
export const applyPaymentFacts = async (
  deps: RecordDeps,
  db: Db,
  reported: readonly ReportedFacts[],
): Promise<RecordResult[]> => {
  const now = deps.env.clock.now()
  for (const { payment, facts } of reported) await recordDetails(db, payment.id, facts.details)
  const decided = reported.map(({ payment, facts, by }) => decideChange(payment, facts, by, now))
  const changes = decided.filter((change) => change !== undefined)
  if (changes.length > 0) {
    const written = await postCaptures(deps, db, changes)
    await db.run(recordPayments, [
      JSON.stringify(written.map(rowOf)),
      now,
      changes.map(({ payment }) => payment.id),
      changes.map(({ payment }) => payment.sale_id),
    ])
    await appendEvents(
      deps.env,
      db,
      written.flatMap(({ change, newlyPaid }) => eventsOf(change, newlyPaid)),
    )
    db.afterCommit(() => {
      for (const one of written) count(deps, one, now)
    })
  }
  return decided.map((change) => (change === undefined ? 'unchanged' : 'recorded'))
}
