import type Stripe from 'stripe'
import type { EventBodyInput, EventType } from '#core/contracts/event.ts'
import { invariant } from '#core/errors.ts'
import { appendEvents, type NewEvent } from '#core/postgres/append-event.ts'
import type { Db } from '#core/postgres/db.ts'
import { isDecided, type FundsMoved } from '../domain/dispute-state.ts'
import type { RecordDeps, RecordedBy, RecordResult } from '../record/recorded-by.ts'
import { isSameDispute, lockDispute, nextFacts, storeDispute, type KnownDispute } from './dispute-row.ts'
import { lockDisputed, type DisputedPayment } from './lock-disputed.ts'
import { postDispute } from './post-dispute.ts'

const bodyOf = (dispute: Stripe.Dispute, payment: DisputedPayment, by: RecordedBy): EventBodyInput => ({
  store_id: payment.store_id,
  till_id: payment.till_id,
  sale_id: payment.sale_id,
  payment_id: payment.id,
  method: 'card',
  currency: dispute.currency,
  amount_minor: dispute.amount.toString(),
  status: dispute.status,
  stripe_object: dispute.id,
  first_writer: by.writer,
  trace_id: payment.trace_id,
})

/** Opened once; closed when it is decided, and once more when another decision follows; every other step between. */
const eventsOf = (
  known: KnownDispute | undefined,
  next: KnownDispute,
  body: EventBodyInput,
  openedAt: Date,
): NewEvent[] => {
  const closes = isDecided(next.status)
  const type: EventType = closes ? 'dispute.closed' : 'dispute.status_changed'
  const changes = known ? known.status !== next.status : closes
  return [
    ...(known ? [] : [{ type: 'dispute.opened' as const, occurredAt: openedAt, body }]),
    ...(changes ? [{ type, occurredAt: next.closed_at ?? next.as_of, body }] : []),
  ]
}

const count = (deps: RecordDeps, events: readonly NewEvent[], status: string, by: RecordedBy): void => {
  for (const { type } of events) {
    if (type === 'dispute.opened') {
      deps.metrics.disputes.inc({ outcome: 'opened' })
      deps.metrics.factsFirstWriter.inc({ writer: by.writer, kind: 'dispute' })
    }
    if (type === 'dispute.closed') deps.metrics.disputes.inc({ outcome: status })
  }
}

/**
 * Records a snapshot of a dispute in the caller's database transaction; locks its payment and its row. Snapshots may come in any
 * order and any number of times; `funds` is what Stripe's own event says has moved. `unknown_object` when its charge is no
 * captured payment of ours. Throws `invariant_violated` when it is of another currency than its payment.
 */
export const recordDispute = async (
  deps: RecordDeps,
  db: Db,
  dispute: Stripe.Dispute,
  by: RecordedBy,
  funds: FundsMoved = null,
): Promise<RecordResult> => {
  const payment = await lockDisputed(db, dispute.charge)
  if (!payment) return 'unknown_object'
  invariant(dispute.currency === payment.currency, `${dispute.id} is of another currency than ${payment.id}`)
  const known = await lockDispute(db, dispute.id)
  const now = deps.env.clock.now()
  const facts = nextFacts(dispute, known, by.at ?? now)
  const next = await postDispute(deps, db, { dispute, payment, by }, facts, funds)
  if (known && isSameDispute(known, next) && next.as_of <= known.as_of) return 'unchanged'
  await storeDispute(db, dispute, payment, next, by, now)
  // Until when it stood so is kept: a snapshot from before then is no appeal.
  if (known && isSameDispute(known, next)) return 'unchanged'
  const body = { ...bodyOf(dispute, payment, by), status: next.status, amount_minor: next.amount.toString() }
  const events = eventsOf(known, next, body, new Date(dispute.created * 1000))
  await appendEvents(deps.env, db, events)
  db.afterCommit(() => count(deps, events, next.status, by))
  return 'recorded'
}
