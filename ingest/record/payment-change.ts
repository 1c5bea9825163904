import { businessDateOf } from '#core/business-date.ts'
import type { EventBodyInput } from '#core/contracts/event.ts'
import { invariant } from '#core/errors.ts'
import type { Entry } from '#core/ledger/post-entry.ts'
import type { NewEvent } from '#core/postgres/append-event.ts'
import { failureClassOf, type FailureClass } from '../domain/decline-advice.ts'
import { cardSalePostings, type SaleRest } from '../domain/journal.ts'
import type { Attempt, PaymentFacts } from '../domain/payment-facts.ts'
import { PAYMENT_TRANSITIONS, type PaymentStatus } from '../domain/payment-state.ts'
import type { RecordedBy } from './recorded-by.ts'
import { shareAfter, type SaleSums } from './sale-share.ts'

/** A payment as `payment_lock_many_for_record` reads it. */
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

/** A payment as it will be. */
export type Next = {
  -readonly [
    Field in Exclude<keyof LockedPayment, 'sale_total' | 'sale_tax' | 'sale_tip' | 'sale_paid'>
  ]: LockedPayment[Field]
}

/** What a report changes of a payment: decided from what is known, before anything is written. */
export interface PaymentChange {
  readonly payment: LockedPayment
  readonly next: Next
  /** An attempt whose outcome nobody has recorded before. */
  readonly attempt: Attempt | null
  /** The money is taken: to be posted unless somebody posted it before. */
  readonly takesMoney: boolean
  /** Where the card was read. */
  readonly channel: 'reader' | 'keyed'
  readonly by: RecordedBy
  /** When it happened, for events: who waited for it knows the moment. */
  readonly at: Date
  /** When Stripe took the money, for the journal: the same whoever tells it, and on the date of Stripe's row. */
  readonly takenAt: Date
}

const isEnd = (status: PaymentStatus): boolean =>
  ['succeeded', 'canceled', 'payment_failed', 'requires_capture'].includes(status)

/** What the column holds: 24 days. An outcome that is found later still counts as found. */
const LATENCY_MS_MAX = 2 ** 31 - 1

/** The latency of an attempt: measured by who waited, else by the clock; a customer's own time is not ours. */
const latencyOf = (payment: LockedPayment, by: RecordedBy, now: Date): number => {
  const waitedMs = Math.max(0, now.getTime() - payment.accepted_at.getTime())
  return Math.min(LATENCY_MS_MAX, Math.round(by.latencyMs ?? payment.latency_ms ?? waitedMs))
}

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

/** Whose report cannot be of an earlier attempt: who sent this one, or, with none under way at Stripe, who just asked. */
const isLive = (payment: LockedPayment, by: RecordedBy): boolean => {
  if (payment.status === 'requires_action') return by.writer === 'api' || by.writer === 'completer'
  const sentIt = by.writer === 'completer' || (by.writer === 'api' && by.latencyMs !== undefined)
  return payment.status === 'processing' && sentIt
}

/**
 * An attempt that nobody has recorded. Authorisation and capture of one charge are one attempt. A refusal without a charge
 * has no name of its own: a live report of it is of the attempt under way; a delivery may be late.
 */
const newAttempt = (payment: LockedPayment, facts: PaymentFacts, by: RecordedBy): Attempt | null => {
  const { attempt } = facts
  if (!attempt || !payment.attempts.includes(attempt.id)) return attempt
  const isNamed = attempt.id.startsWith('ch_') || attempt.id.startsWith('py_')
  if (attempt.outcome !== 'failed' || isNamed || !isLive(payment, by)) return null
  return { ...attempt, id: `${attempt.id}:${payment.attempts.length}` }
}

const learnsSomething = (payment: LockedPayment, next: Next): boolean =>
  payment.stripe_payment_intent !== next.stripe_payment_intent ||
  payment.stripe_charge !== next.stripe_charge ||
  payment.card_last4 !== next.card_last4 ||
  payment.card_brand !== next.card_brand ||
  payment.attempts.length !== next.attempts.length

/** Decides what `facts` change of a payment; undefined when they tell nothing new. Each fact counts once, in any order. */
export const decideChange = (
  payment: LockedPayment,
  facts: PaymentFacts,
  by: RecordedBy,
  now: Date,
): PaymentChange | undefined => {
  const attempt = newAttempt(payment, facts, by)
  // A refusal that was recorded before is of an earlier attempt, even while a new one runs.
  const isOldRefusal = facts.status === 'payment_failed' && attempt === null
  const goesBack = facts.goesBack === true && payment.status === 'processing'
  const isNews = goesBack || PAYMENT_TRANSITIONS[payment.status][facts.status] === 'move'
  const moves = isNews && !isOldRefusal
  const next = nextOf(payment, facts, attempt, moves, by, now)
  if (!moves && !learnsSomething(payment, next)) return undefined
  // Who waited for it knows the moment; who asked later takes Stripe's.
  const at = by.latencyMs !== undefined ? now : (facts.occurredAt ?? now)
  const takesMoney = moves && facts.status === 'succeeded'
  const takenAt = facts.occurredAt ?? by.at ?? now
  return { payment, next, attempt, takesMoney, channel: facts.channel ?? 'keyed', by, at, takenAt }
}

/** The payment's sale as its tenders see it. */
export const saleOf = (payment: LockedPayment): SaleSums => ({
  id: payment.sale_id,
  total: payment.sale_total,
  tax: payment.sale_tax,
  tip: payment.sale_tip,
  paid: payment.sale_paid,
})

/** The journal entry of captured money, once per charge; `posted` is what tenders of its sale have posted before. */
export const captureEntry = (
  { payment, next, by, takenAt }: PaymentChange,
  posted: SaleRest | undefined,
  zone: string,
): Entry => {
  const { stripe_charge: chargeId, amount_captured: captured } = next
  invariant(chargeId !== null, `payment ${payment.id} succeeded without a charge`)
  return {
    kind: 'sale_card',
    sourceId: chargeId,
    occurredAt: takenAt,
    businessDate: businessDateOf(takenAt, zone),
    cause: by.cause,
    saleId: payment.sale_id,
    paymentId: payment.id,
    traceId: payment.trace_id,
    postings: cardSalePostings(chargeId, payment.currency, shareAfter(saleOf(payment), posted, captured)),
  }
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

/** Whose fault an attempt's failure was. */
export const failureClassOfAttempt = (attempt: Attempt): FailureClass =>
  attempt.failureClass ?? (attempt.outcome === 'failed' ? failureClassOf(attempt.declineCode) : 'none')

const attemptBody = (next: Next, attempt: Attempt): EventBodyInput => ({
  ...bodyOf(next),
  amount_minor: next.amount.toString(),
  outcome: attempt.outcome,
  failure_class: failureClassOfAttempt(attempt),
  decline_code: attempt.declineCode ?? '',
  latency_ms: next.latency_ms,
})

/** What the change tells the world; `newlyPaid` is what its sale is paid by it. */
export const eventsOf = ({ payment, next, attempt, at }: PaymentChange, newlyPaid: bigint): NewEvent[] => {
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
