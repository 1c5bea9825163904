import { businessDateOf } from '#core/business-date.ts'
import type { EventBodyInput } from '#core/contracts/event.ts'
import { invariant } from '#core/errors.ts'
import { postEntry } from '#core/ledger/post-entry.ts'
import { appendEvents, type NewEvent } from '#core/postgres/append-event.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { failureClassOf, type FailureClass } from '../domain/decline-advice.ts'
import { cardSalePostings } from '../domain/journal.ts'
import type { Attempt, PaymentFacts } from '../domain/payment-facts.ts'
import { PAYMENT_TRANSITIONS, type PaymentStatus } from '../domain/payment-state.ts'
import type { RecordDeps, RecordedBy, RecordResult } from './recorded-by.ts'
import { readSaleShare } from './sale-share.ts'

const recordPayment = loadSql(import.meta.url, '../sql/payment_record.sql')

/** A payment as `payment_lock_for_record` reads it. */
export interface LockedPayment {
  readonly id: string
  readonly sale_id: string
  readonly till_id: string
  readonly store_id: string
  readonly method: string
  readonly currency: string
  readonly amount: bigint
  readonly amount_captured: bigint
  readonly status: PaymentStatus
  readonly stripe_payment_intent: string | null
  readonly stripe_charge: string | null
  readonly decline_code: string | null
  readonly failure_code: string | null
  readonly failure_message: string | null
  readonly card_brand: string | null
  readonly card_last4: string | null
  readonly trace_id: string
  readonly first_writer: string | null
  readonly accepted_at: Date
  readonly finished_at: Date | null
  readonly latency_ms: number | null
  readonly attempts: readonly string[]
  readonly sale_total: bigint
  readonly sale_tax: bigint
  readonly sale_tip: bigint
  readonly sale_paid: bigint
}

type Next = {
  -readonly [
    Field in Exclude<keyof LockedPayment, 'sale_total' | 'sale_tax' | 'sale_tip' | 'sale_paid'>
  ]: LockedPayment[Field]
}

const isEnd = (status: PaymentStatus): boolean =>
  ['succeeded', 'canceled', 'payment_failed', 'requires_capture'].includes(status)

/** The latency of an attempt: measured by who waited, else by the clock; a customer's own time is not ours. */
const latencyOf = (payment: LockedPayment, by: RecordedBy, now: Date): number =>
  Math.round(by.latencyMs ?? payment.latency_ms ?? Math.max(0, now.getTime() - payment.accepted_at.getTime()))

const nextOf = (
  payment: LockedPayment,
  facts: PaymentFacts,
  attempt: Attempt | null,
  moves: boolean,
  by: RecordedBy,
  now: Date,
): Next => {
  const { sale_total: _total, sale_tax: _tax, sale_tip: _tip, sale_paid: _paid, ...same } = payment
  const next: Next = {
    ...same,
    stripe_payment_intent: payment.stripe_payment_intent ?? facts.intentId,
    stripe_charge: payment.stripe_charge ?? facts.chargeId,
    card_brand: facts.card?.brand ?? payment.card_brand,
    card_last4: facts.card?.last4 ?? payment.card_last4,
    attempts: attempt ? [...payment.attempts, attempt.id] : payment.attempts,
  }
  if (!moves) return next
  const failed = facts.attempt?.outcome === 'failed' ? facts.attempt : null
  next.status = facts.status
  next.first_writer = payment.first_writer ?? by.writer
  next.decline_code = failed?.declineCode ?? null
  next.failure_code = failed?.code ?? null
  next.failure_message = failed?.message ?? null
  if (facts.status === 'succeeded') next.amount_captured = facts.capturedMinor
  // The time up to the question is ours; what the customer takes to answer it is not.
  if (facts.status === 'requires_action' || isEnd(facts.status)) next.latency_ms = latencyOf(payment, by, now)
  if (isEnd(facts.status)) next.finished_at = now
  return next
}

const bodyOf = (next: Next): EventBodyInput => ({
  store_id: next.store_id,
  till_id: next.till_id,
  sale_id: next.sale_id,
  payment_id: next.id,
  method: next.method,
  currency: next.currency,
  amount_minor: (next.status === 'succeeded' ? next.amount_captured : next.amount).toString(),
  status: next.status,
  stripe_object: next.stripe_charge ?? next.stripe_payment_intent ?? '',
  first_writer: next.first_writer ?? '',
  trace_id: next.trace_id,
})

const failureClassOfAttempt = (attempt: Attempt): FailureClass =>
  attempt.outcome === 'failed' ? (attempt.failureClass ?? failureClassOf(attempt.declineCode)) : 'none'

const attemptBody = (next: Next, attempt: Attempt): EventBodyInput => ({
  ...bodyOf(next),
  amount_minor: next.amount.toString(),
  outcome: attempt.outcome,
  failure_class: failureClassOfAttempt(attempt),
  decline_code: attempt.declineCode ?? '',
  latency_ms: next.latency_ms,
})

const countAttempt = (deps: RecordDeps, next: Next, attempt: Attempt): void => {
  const { outcome } = attempt
  const failureClass = failureClassOfAttempt(attempt)
  deps.metrics.payments.inc({ outcome, failure_class: failureClass, method: next.method })
  if (next.latency_ms !== null)
    deps.metrics.paymentDuration.observe({ outcome, method: next.method }, next.latency_ms / 1000)
}

/** Posts the captured money once per charge; what of it was not posted before. */
const postCapture = async (
  deps: RecordDeps,
  db: Db,
  payment: LockedPayment,
  next: Next,
  occurredAt: Date,
  by: RecordedBy,
): Promise<bigint> => {
  const { stripe_charge: chargeId, amount_captured: captured } = next
  invariant(chargeId !== null, `payment ${payment.id} succeeded without a charge`)
  const sale = {
    id: payment.sale_id,
    total: payment.sale_total,
    tax: payment.sale_tax,
    tip: payment.sale_tip,
    paid: payment.sale_paid,
  }
  const share = await readSaleShare(db, sale, captured)
  const entry = await postEntry(deps.env, db, {
    kind: 'sale_card',
    sourceId: chargeId,
    occurredAt,
    businessDate: businessDateOf(occurredAt, deps.shop.account.zone),
    cause: by.cause,
    saleId: payment.sale_id,
    paymentId: payment.id,
    traceId: payment.trace_id,
    postings: cardSalePostings(chargeId, payment.currency, share),
  })
  if (entry === undefined) return 0n
  deps.metrics.ledgerEntries.inc({ kind: 'sale_card' })
  return captured
}

const write = async (db: Db, next: Next, now: Date, newlyPaid: bigint): Promise<void> => {
  await db.run(recordPayment, [
    next.id,
    next.status,
    next.stripe_payment_intent,
    next.stripe_charge,
    next.amount_captured.toString(),
    next.decline_code,
    next.failure_code,
    next.failure_message,
    next.card_brand,
    next.card_last4,
    next.first_writer,
    next.finished_at,
    next.latency_ms,
    next.attempts,
    now,
    next.sale_id,
    newlyPaid.toString(),
  ])
}

const learnsSomething = (payment: LockedPayment, next: Next): boolean =>
  payment.stripe_payment_intent !== next.stripe_payment_intent ||
  payment.stripe_charge !== next.stripe_charge ||
  payment.card_last4 !== next.card_last4 ||
  payment.card_brand !== next.card_brand ||
  payment.attempts.length !== next.attempts.length

const eventsOf = (
  payment: LockedPayment,
  next: Next,
  attempt: Attempt | null,
  at: Date,
  newlyPaid: bigint,
): NewEvent[] => {
  const closes = newlyPaid > 0n && payment.sale_paid + newlyPaid >= payment.sale_total
  const { stripe_object: _object, payment_id: _payment, method: _method, ...sale } = bodyOf(next)
  const closed = { ...sale, amount_minor: payment.sale_total.toString(), status: 'closed' }
  return [
    ...(attempt
      ? [{ type: 'payment.attempted' as const, occurredAt: at, body: attemptBody(next, attempt) }]
      : []),
    ...(payment.status === next.status
      ? []
      : [{ type: 'payment.status_changed' as const, occurredAt: at, body: bodyOf(next) }]),
    ...(closes ? [{ type: 'sale.closed' as const, occurredAt: at, body: closed }] : []),
  ]
}

/** An attempt that nobody has recorded. Authorisation and capture of one charge are one attempt. */
const newAttempt = (payment: LockedPayment, facts: PaymentFacts): Attempt | null =>
  facts.attempt && !payment.attempts.includes(facts.attempt.id) ? facts.attempt : null

/**
 * Writes what a snapshot says of a payment: status, money, journal, events, its sale, all in the caller's database
 * transaction, which holds the locks of `payment_lock_for_record`. Each fact counts once, in any order.
 */
export const applyPaymentFacts = async (
  deps: RecordDeps,
  db: Db,
  payment: LockedPayment,
  facts: PaymentFacts,
  by: RecordedBy,
): Promise<RecordResult> => {
  const now = deps.env.clock.now()
  const attempt = newAttempt(payment, facts)
  // A refusal that was recorded before is of an earlier attempt, even while a new one runs.
  const isOldRefusal = facts.status === 'payment_failed' && attempt === null
  const moves = PAYMENT_TRANSITIONS[payment.status][facts.status] === 'move' && !isOldRefusal
  const next = nextOf(payment, facts, attempt, moves, by, now)
  if (!moves && !learnsSomething(payment, next)) return 'unchanged'
  const at = by.writer === 'api' ? now : (facts.occurredAt ?? now)
  const takesMoney = moves && facts.status === 'succeeded'
  const newlyPaid = takesMoney ? await postCapture(deps, db, payment, next, at, by) : 0n
  await write(db, next, now, newlyPaid)
  await appendEvents(deps.env, db, eventsOf(payment, next, attempt, at, newlyPaid))
  if (attempt) countAttempt(deps, next, attempt)
  if (payment.first_writer === null && next.first_writer !== null)
    deps.metrics.factsFirstWriter.inc({ writer: by.writer, kind: 'payment' })
  return 'recorded'
}
