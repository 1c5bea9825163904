import Stripe from 'stripe'
import { toWireAmount } from '#core/money.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import type { PaymentFacts } from '../domain/payment-facts.ts'
import { paymentAnswer, paymentPath, refusedAnswer } from '../payments/payment-answer.ts'
import { loadPayment, metadataOf } from '../payments/payment-operations.ts'
import { toPaymentAnswer, type PaymentWithSale } from '../payments/payment-wire.ts'
import type { DefiniteFailure, StripeOperation } from '../payments/stripe-operation.ts'
import { recordPaymentIntent } from '../record/record-payment-intent.ts'
import { recordPaymentReport } from '../record/record-payments.ts'
import type { RecordedBy } from '../record/recorded-by.ts'
import { readerErrorOf } from './domain/reader-advice.ts'
import { backFacts, endRowOf } from './end-action.ts'
import { isOpen, lastAction, type OpenAction } from './reader-actions.ts'
import { noteIntent, noteWorking, watchAction } from './watch-action.ts'

const markUnreached = loadSql(import.meta.url, 'sql/reader_action_mark_unreached.sql')

/** Stripe was asked; what it said is in our rows. */
interface Asked {
  readonly livemode?: boolean
}

const under = (stripeKey: string): Stripe.RequestOptions => ({
  idempotencyKey: stripeKey,
  maxNetworkRetries: 0,
})

const createIntent = async (deps: Deps, payment: PaymentWithSale, stripeKey: string): Promise<string> => {
  const intent = await deps.stripe.paymentIntents.create(
    {
      amount: toWireAmount(payment.amount),
      currency: payment.currency,
      allowed_payment_method_types: ['card_present'],
      capture_method: payment.capture_method ?? 'automatic',
      metadata: metadataOf(payment),
    },
    under(stripeKey),
  )
  return intent.id
}

const handOver = async (deps: Deps, action: OpenAction, intentId: string): Promise<void> => {
  await deps.stripe.terminal.readers.processPaymentIntent(
    action.stripe_reader,
    {
      payment_intent: intentId,
      // A tip asked for at the reader would make it another amount than the sale's tender.
      process_config: { enable_customer_cancellation: true, skip_tipping: true },
    },
    under(`tw_${action.id}_hand_${action.hands}`),
  )
  await noteWorking(deps, action)
}

/** Best effort: an intent that no reader has takes no money, canceled or not. */
const dropIntent = async (deps: Deps, action: OpenAction, intentId: string): Promise<void> => {
  await deps.stripe.paymentIntents
    .cancel(intentId, { cancellation_reason: 'abandoned' }, under(`tw_${action.id}_drop`))
    .catch((error: unknown) =>
      deps.log.warn({ payment: action.payment_id, err: error }, 'intent not canceled'),
    )
}

/** Answers that say nothing about the money: the intent has to be asked. */
const SAYS_NOTHING: readonly string[] = ['terminal_reader_timeout', 'intent_invalid_state']

const askIntent = async (deps: Deps, action: OpenAction): Promise<void> => {
  await watchAction(deps, action, 'api', 'look')
  // Not at the reader: it may be handed over again, the same intent, so that it is paid at most once.
  await deps.db.run(markUnreached, [action.id, action.hands])
}

const send = async (deps: Deps, payment: PaymentWithSale, stripeKey: string): Promise<Asked> => {
  const { reader_action: action } = payment
  if (!isOpen(action)) return {}
  const intentId = payment.stripe_payment_intent ?? (await createIntent(deps, payment, stripeKey))
  await noteIntent(deps, action, intentId)
  try {
    await handOver(deps, action, intentId)
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
    const code = error.code ?? ''
    if (SAYS_NOTHING.includes(code)) await askIntent(deps, action)
    else {
      if (action.is_first && readerErrorOf(code)) await dropIntent(deps, action, intentId)
      throw error
    }
  }
  return {}
}

const look = async (deps: Deps, payment: PaymentWithSale): Promise<Asked> => {
  if (isOpen(payment.reader_action)) await watchAction(deps, payment.reader_action, 'api', 'look')
  return {}
}

const failedFacts = (
  payment: PaymentWithSale,
  action: OpenAction,
  failure: DefiniteFailure,
): PaymentFacts => {
  const facts = backFacts(payment.stripe_payment_intent, {
    id: action.id,
    outcome: 'failed',
    code: failure.code,
    declineCode: null,
    message: failure.kind === 'not_sent' ? null : failure.message,
    failureClass: failure.kind === 'not_sent' ? failure.failureClass : 'config',
  })
  // A payment that never was anything at a reader is over; another attempt at one leaves it as it was.
  return action.is_first ? { ...facts, status: 'canceled' } : facts
}

const fail = async (
  deps: Deps,
  db: Db,
  payment: PaymentWithSale,
  failure: DefiniteFailure,
  by: RecordedBy,
): Promise<void> => {
  const action = await lastAction(db, payment.id)
  if (!isOpen(action)) return
  if (failure.kind === 'declined' && failure.intent) await recordPaymentIntent(deps, db, failure.intent, by)
  else {
    const facts = failedFacts(payment, action, failure)
    const ref = { paymentId: payment.id, intentId: null }
    await recordPaymentReport(deps, db, { ref, by, judge: () => facts })
  }
  const message = failure.kind === 'not_sent' ? null : failure.message
  await endRowOf(deps, db, action, { status: 'failed', code: failure.code, message })
}

/**
 * Hands a card payment to a reader: its PaymentIntent, then the reader, each call to Stripe with a key and a step of its own
 * in `reader_actions`. While the reader works the call stays open; its outcome comes by deliveries, polls, sweeps or whoever
 * repeats the call. Only the till's own call starts a reader: a customer stands there.
 */
export const useReaderOperation: StripeOperation<PaymentWithSale, Asked> = {
  point: 'use_reader',
  load: loadPayment,
  // Until the reader has it the calls are sent again, under their keys; then it is only looked at.
  knownId: ({ id, reader_action: action }) =>
    action?.status === 'creating' || action?.status === 'handing' ? null : id,
  send: async (deps, payment, _started, stripeKey) => send(deps, payment, stripeKey),
  read: async (deps, id) => look(deps, await loadPayment(deps.db, id)),
  lookUp: look,
  mismatch: () => null,
  paymentId: ({ id }) => id,
  record: async () => undefined,
  fail,
  answer: (payment, _asked, about) =>
    isOpen(payment.reader_action)
      ? undefined
      : paymentAnswer(payment, { ...about, intent: null, done: payment.reader_action?.is_first ? 201 : 200 }),
  refused: (payment, failure, { role, requestId }) =>
    refusedAnswer({ payment: toPaymentAnswer(payment, role) }, failure, requestId),
  pending: (payment, { role }) => ({
    body: toPaymentAnswer(payment, role),
    location: paymentPath(payment.id),
  }),
}
