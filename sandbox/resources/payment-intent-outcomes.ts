import type Stripe from 'stripe'
import type { Decline } from '../domain/cards.ts'
import type { Answer } from '../http/answer.ts'
import type { ErrorBody } from '../http/errors.ts'
import { errorDocUrl } from '../http/errors.ts'
import { bookCharge } from '../store/book.ts'
import type { Attempt, Paying } from './paying.ts'
import { createCharge } from './charge-build.ts'
import { authorizationSeconds } from './charge-details.ts'
import { planComplaint } from './dispute-opening.ts'
import { behaviourOf } from './payment-methods.ts'

const errorOf = (decline: Decline, charge: string | null, method: Stripe.PaymentMethod): ErrorBody => ({
  ...(decline.advice_code ? { advice_code: decline.advice_code } : {}),
  ...(charge ? { charge } : {}),
  code: decline.code,
  decline_code: decline.decline_code,
  doc_url: errorDocUrl(decline.code),
  message: decline.message,
  ...(decline.param ? { param: decline.param } : {}),
  payment_method: method,
  payment_method_type: method.type,
  type: 'card_error',
})

/** The attempt was refused: the intent waits for another payment method, the answer is 402 and both are kept. */
export const declineIntent = (
  { unit, requestId }: Paying,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  decline: Decline,
  attempt: Omit<Attempt, 'result'> | null,
): Answer => {
  const charge = attempt
    ? createCharge(unit, intent, method, { ...attempt, result: 'declined', decline })
    : null
  const error = errorOf(decline, charge?.id ?? null, method)
  const declined = unit.put<Stripe.PaymentIntent>({
    ...intent,
    last_payment_error: error as Stripe.PaymentIntent.LastPaymentError,
    latest_charge: charge?.id ?? intent.latest_charge,
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  })
  if (charge) unit.emit('charge.failed', charge)
  unit.emit('payment_intent.payment_failed', declined)
  const request_log_url = `https://dashboard.stripe.com/test/logs/${requestId}`
  return { status: 402, body: { error: { ...error, payment_intent: declined, request_log_url } } }
}

const authorizeIntent = (
  { unit }: Paying,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  attempt: Omit<Attempt, 'result'>,
): Answer => {
  const charge = createCharge(unit, intent, method, { ...attempt, result: 'authorized' })
  const held = unit.put<Stripe.PaymentIntent>({
    ...intent,
    amount_capturable: intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: method.id,
    status: 'requires_capture',
  })
  unit.emit('charge.succeeded', charge)
  unit.emit('payment_intent.amount_capturable_updated', held)
  const at_ms = unit.seconds * 1000 + authorizationSeconds(method) * 1000
  unit.schedule({ id: `expire:${intent.id}`, kind: 'authorization_expiry', at_ms, ref: intent.id })
  return { status: 200, body: held }
}

const captureNow = (
  { unit, options }: Paying,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  attempt: Omit<Attempt, 'result'>,
): Answer => {
  const card = behaviourOf(method)
  let charge = createCharge(unit, intent, method, { ...attempt, result: 'captured' })
  const succeeded = unit.put<Stripe.PaymentIntent>({
    ...intent,
    amount_received: intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: method.id,
    status: 'succeeded',
  })
  // Funds that are there at once are booked at once, too: so Stripe's CLI can pay them out in its next call.
  if (intent.capture_method === 'automatic' || card.bypassPending) {
    const row = bookCharge(unit, charge, charge.amount, card.bypassPending ?? false)
    charge = unit.put({ ...charge, balance_transaction: row.id })
  } else {
    // automatic_async: Stripe answers first and books later (stripe.md §1).
    const at_ms = unit.at_ms + options.settleLagMs
    unit.schedule({ id: `settle:${charge.id}`, kind: 'settle', at_ms, ref: charge.id })
  }
  unit.emit('charge.succeeded', charge)
  unit.emit('payment_intent.succeeded', succeeded)
  planComplaint(unit, charge.id, card, options)
  return { status: 200, body: succeeded }
}

/** Sends the payment to the card: declined (402), held for a later capture, or paid. */
export const chargeIntent = (
  paying: Paying,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  attempt: Omit<Attempt, 'result'>,
): Answer => {
  const decline = attempt.decline ?? behaviourOf(method).decline
  if (decline) return declineIntent(paying, intent, method, decline, attempt)
  if (intent.capture_method === 'manual') return authorizeIntent(paying, intent, method, attempt)
  return captureNow(paying, intent, method, attempt)
}
