import type Stripe from 'stripe'
import { seesTill, type Principal } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import type { RecordedBy } from '../record/recorded-by.ts'
import { recordDispute } from '../disputes/record-dispute.ts'
import { recordPaymentIntent } from '../record/record-payment-intent.ts'
import { recordRefund } from '../record/record-refund.ts'
import { isOpen } from '../readers/reader-actions.ts'
import { watchPayment } from '../readers/watch-action.ts'
import { callStripe } from './call-stripe.ts'
import { findIntent } from './find-intent.ts'
import { parkPayment } from './park-payment.ts'
import { nextStep } from './payment-answer.ts'
import { loadPayment, mismatchOfPayment } from './payment-operations.ts'
import { toPaymentAnswer, type PaymentWithSale } from './payment-wire.ts'

const unpark = loadSql(import.meta.url, '../sql/payment_unpark.sql')

const REFUNDS_MAX = 1_000
const DISPUTES_MAX = 100

/** Asks Stripe, or throws: `provider_unavailable` when it does not answer, `payment_refused` when it will not. */
const ask = async <T>(deps: Deps, read: () => Promise<T>): Promise<T> => {
  const outcome = await callStripe(deps, read)
  if (outcome.kind === 'done') return outcome.object
  if (outcome.kind === 'refused')
    throw new TillwatchError('payment_refused', outcome.message, { details: { provider_code: outcome.code } })
  throw new TillwatchError('provider_unavailable')
}

const refundsOf = async (deps: Deps, intent: Stripe.PaymentIntent): Promise<Stripe.Refund[]> =>
  ask(deps, async () =>
    deps.stripe.refunds
      .list({ payment_intent: intent.id, limit: 100 }, { maxNetworkRetries: 0 })
      .autoPagingToArray({ limit: REFUNDS_MAX }),
  )

const disputesOf = async (deps: Deps, intent: Stripe.PaymentIntent): Promise<Stripe.Dispute[]> =>
  ask(deps, async () =>
    deps.stripe.disputes
      .list({ payment_intent: intent.id, limit: 100 }, { maxNetworkRetries: 0 })
      .autoPagingToArray({ limit: DISPUTES_MAX }),
  )

const recordAll = async (
  deps: Deps,
  payment: PaymentWithSale,
  intent: Stripe.PaymentIntent,
  by: RecordedBy,
): Promise<void> => {
  const isCharged = intent.latest_charge !== null
  const refunds = isCharged ? await refundsOf(deps, intent) : []
  const disputes = isCharged ? await disputesOf(deps, intent) : []
  await deps.db.withTransaction(async (db) => {
    await recordPaymentIntent(deps, db, intent, by)
    // Oldest first, as they happened; one of other money throws and is the reconciler's to show.
    for (const refund of refunds.reverse()) await recordRefund(deps, db, refund, by)
    for (const dispute of disputes.reverse()) await recordDispute(deps, db, dispute, by)
    await db.run(unpark, [payment.id, deps.env.clock.now()])
  })
}

/**
 * Asks Stripe now: the payment's intent with its charge, its refunds and its disputes, and records what it says. Answers the payment in the
 * state it is in then, with what its customer has to do next. Cash and checks are answered as they are; so is a card payment
 * that Stripe does not know yet. A payment that was parked is free again when Stripe agrees with it.
 * Throws `not_found`, `provider_unavailable`, `payment_refused`, or `provider_mismatch` when Stripe still says otherwise.
 */
export const syncPayment = async (deps: Deps, principal: Principal, id: string, requestId: string) => {
  const before = await loadPayment(deps.db, id)
  if (!seesTill(principal, before.till_id)) throw new TillwatchError('not_found')
  await watchPayment(deps, id, 'api')
  const payment = await loadPayment(deps.db, id)
  // A reader at work is asked together with its payment; what the intent says of earlier attempts is no news.
  if (payment.method !== 'card' || isOpen(payment.reader_action))
    return toPaymentAnswer(payment, principal.role)
  const intent = await ask(deps, async () => findIntent(deps, payment, ['latest_charge']))
  if (intent === null) return toPaymentAnswer(payment, principal.role)
  const wrong = mismatchOfPayment(payment, intent, deps.stripeFacts.livemode)
  if (wrong !== null) {
    await deps.db.withTransaction(async (db) =>
      parkPayment(deps, db, { operation: 'sync', paymentId: id, wrong }),
    )
    throw new TillwatchError('provider_mismatch', undefined, { details: { payment_id: id } })
  }
  await recordAll(deps, payment, intent, { writer: 'api', cause: { kind: 'call', id: requestId } })
  deps.wakeups.wake('relay')
  const after = await loadPayment(deps.db, id)
  return { ...toPaymentAnswer(after, principal.role), ...nextStep(intent) }
}
