import type Stripe from 'stripe'
import { TillwatchError } from '#core/errors.ts'
import { toWireAmount } from '#core/money.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { METADATA } from '#core/stripe-client.ts'
import type { Attempt, PaymentFacts } from '../domain/payment-facts.ts'
import type { StripePoint } from '../domain/idempotency.ts'
import type { PaymentStatus } from '../domain/payment-state.ts'
import { mismatchOfIntent } from '../domain/reply-check.ts'
import { recordPaymentIntent, reportOfIntent } from '../record/record-payment-intent.ts'
import { recordPaymentReport } from '../record/record-payments.ts'
import { lastAction } from '../readers/reader-actions.ts'
import type { RecordedBy } from '../record/recorded-by.ts'
import { findIntent } from './find-intent.ts'
import type { StartedKey } from './idempotency-keys.ts'
import { declinedAnswer, paymentAnswer, paymentPath, refusedAnswer } from './payment-answer.ts'
import { toPaymentAnswer, type PaymentWithSale } from './payment-wire.ts'
import type { DefiniteFailure, StripeOperation } from './stripe-operation.ts'

const selectPayment = loadSql(import.meta.url, '../sql/payment_select.sql')

export type PaymentOperation = StripeOperation<PaymentWithSale, Stripe.PaymentIntent>

const EXPAND = ['latest_charge']

/** Own tries, own key: the SDK must not retry behind our back. */
const under = (stripeKey: string): Stripe.RequestOptions => ({
  idempotencyKey: stripeKey,
  maxNetworkRetries: 0,
})

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** A payment with its sale and its last time at a reader. Throws `not_found`. */
export const loadPayment = async (db: Db, id: string): Promise<PaymentWithSale> => {
  const payment = await db.first<PaymentWithSale>(selectPayment, [id])
  if (!payment) throw new TillwatchError('not_found')
  return payment.method === 'card' ? { ...payment, reader_action: await lastAction(db, id) } : payment
}

/** What ties Stripe's object to our payment. */
export const metadataOf = (payment: PaymentWithSale): Record<string, string> => ({
  ...payment.metadata,
  [METADATA.payment]: payment.id,
  [METADATA.sale]: payment.sale_id,
  [METADATA.trace]: payment.trace_id,
})

const createIntent = async (
  deps: Deps,
  payment: PaymentWithSale,
  started: StartedKey,
  stripeKey: string,
): Promise<Stripe.PaymentIntent> =>
  deps.stripe.paymentIntents.create(
    {
      amount: toWireAmount(payment.amount),
      currency: payment.currency,
      confirm: true,
      payment_method: textOf(started.request_body['payment_method']) ?? '',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      ...(payment.capture_method === 'manual' ? { capture_method: 'manual' } : {}),
      metadata: metadataOf(payment),
      expand: EXPAND,
    },
    under(stripeKey),
  )

const intentOf = (payment: PaymentWithSale): string => {
  if (payment.stripe_payment_intent === null) throw new TillwatchError('invalid_state')
  return payment.stripe_payment_intent
}

const confirmIntent: PaymentOperation['send'] = async (deps, payment, started, stripeKey) => {
  const method = textOf(started.request_body['payment_method'])
  return deps.stripe.paymentIntents.confirm(
    intentOf(payment),
    { ...(method === undefined ? {} : { payment_method: method }), expand: EXPAND },
    under(stripeKey),
  )
}

const captureIntent: PaymentOperation['send'] = async (deps, payment, started, stripeKey) => {
  const amount = started.request_body['amount']
  return deps.stripe.paymentIntents.capture(
    intentOf(payment),
    { ...(typeof amount === 'number' ? { amount_to_capture: amount } : {}), expand: EXPAND },
    under(stripeKey),
  )
}

const cancelIntent: PaymentOperation['send'] = async (deps, payment, _started, stripeKey) =>
  deps.stripe.paymentIntents.cancel(
    intentOf(payment),
    { cancellation_reason: 'requested_by_customer', expand: EXPAND },
    under(stripeKey),
  )

const failedAttempt = (failure: DefiniteFailure, stripeKey: string): Attempt => ({
  id: stripeKey,
  outcome: 'failed',
  code: failure.code,
  declineCode: failure.kind === 'declined' ? failure.declineCode : null,
  message: failure.kind === 'not_sent' ? null : failure.message,
  ...(failure.kind === 'not_sent' ? { failureClass: failure.failureClass } : {}),
  ...(failure.kind === 'refused' ? { failureClass: 'config' as const } : {}),
})

const NOTHING_TAKEN = { chargeId: null, capturedMinor: 0n, occurredAt: null, card: null } as const

/**
 * Records the intent that Stripe sent with its refusal. A payment that we thought could still be changed may have come to its
 * end unheard of. False when there was none, or one of other money: a refusal took nothing.
 */
const recordRefusal: (...args: Parameters<PaymentOperation['fail']>) => Promise<boolean> = async (
  deps,
  db,
  payment,
  failure,
  by,
) => {
  const intent = failure.kind === 'not_sent' ? null : failure.intent
  if (!intent || mismatchOfPayment(payment, intent, deps.stripeFacts.livemode) !== null) return false
  await recordPaymentIntent(deps, db, intent, by)
  return true
}

/** An attempt that ended without an intent that could tell it. */
const failAttempt =
  (endsAs: PaymentStatus): PaymentOperation['fail'] =>
  async (...args) => {
    const [deps, db, payment, failure, by, stripeKey] = args
    const isTold = await recordRefusal(...args)
    if (
      isTold &&
      (failure.kind === 'declined' || (await loadPayment(db, payment.id)).status !== 'processing')
    )
      return
    const status = failure.kind === 'declined' ? 'payment_failed' : endsAs
    const facts: PaymentFacts = {
      ...NOTHING_TAKEN,
      intentId: payment.stripe_payment_intent,
      status,
      attempt: failedAttempt(failure, stripeKey),
    }
    const ref = { paymentId: payment.id, intentId: null }
    await recordPaymentReport(deps, db, { ref, by, judge: () => facts })
  }

/** What an intent says otherwise than our payment, or null. */
export const mismatchOfPayment = (
  payment: PaymentWithSale,
  intent: Stripe.PaymentIntent,
  livemode: boolean,
  captureMinor: bigint | null = null,
): string | null => {
  const { id, currency, amount, amount_captured: captured } = payment
  const named = intent.metadata[METADATA.payment]
  return mismatchOfIntent({ id, currency, amount, captured }, intent, livemode, named, captureMinor)
}

const askedCapture = (started: StartedKey | null): bigint | null => {
  const amount = started?.request_body['amount']
  return typeof amount === 'number' ? BigInt(amount) : null
}

const record = async (deps: Deps, db: Db, intent: Stripe.PaymentIntent, by: RecordedBy): Promise<void> => {
  await recordPaymentIntent(deps, db, intent, by)
}

const operation = (
  point: StripePoint,
  send: PaymentOperation['send'],
  done: 200 | 201,
  fail: PaymentOperation['fail'],
  isPending: (payment: PaymentWithSale) => boolean = () => false,
): PaymentOperation => ({
  point,
  load: loadPayment,
  knownId: (payment) => payment.stripe_payment_intent,
  send,
  read: async (deps, id) =>
    deps.stripe.paymentIntents.retrieve(id, { expand: EXPAND }, { maxNetworkRetries: 0 }),
  lookUp: async (deps, payment) => findIntent(deps, payment, EXPAND),
  paymentId: (payment) => payment.id,
  mismatch: (payment, intent, started, livemode) =>
    mismatchOfPayment(payment, intent, livemode, point === 'capture_payment' ? askedCapture(started) : null),
  record,
  settlement: (intent, by, about) => ({
    report: reportOfIntent(intent, by),
    answer: (payment) =>
      isPending(payment) ? undefined : paymentAnswer(payment, { ...about, intent, done }),
  }),
  fail,
  answer: (payment, intent, about) =>
    isPending(payment) ? undefined : paymentAnswer(payment, { ...about, intent, done }),
  refused: (payment, failure, about) =>
    failure.code === 'card_declined'
      ? declinedAnswer(payment, about.role, about.requestId)
      : refusedAnswer({ payment: toPaymentAnswer(payment, about.role) }, failure, about.requestId),
  pending: (payment, { role }) => ({
    body: toPaymentAnswer(payment, role),
    location: paymentPath(payment.id),
  }),
})

/** What did not move the payment has nothing to undo. */
const leaveAsIs: PaymentOperation['fail'] = async (...args) => {
  await recordRefusal(...args)
}

/** Creates and confirms the intent of a card tender. Stripe's refusal still makes an intent (stripe.md §1). */
export const createPaymentOperation = operation('create_payment', createIntent, 201, failAttempt('canceled'))

/** A new attempt on an intent that exists. */
export const confirmPaymentOperation = operation(
  'confirm_payment',
  confirmIntent,
  200,
  failAttempt('payment_failed'),
)

/** Takes the money of a manual capture. */
export const capturePaymentOperation = operation(
  'capture_payment',
  captureIntent,
  200,
  leaveAsIs,
  ({ status }) => status === 'requires_capture',
)

/** Ends a payment that was not taken; an authorisation is let go. */
export const cancelPaymentOperation = operation('cancel_payment', cancelIntent, 200, leaveAsIs)
