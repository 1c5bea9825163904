import type Stripe from 'stripe'
import type { Decline, TestCard } from '../domain/cards.ts'
import type { Answer, Call } from '../http/answer.ts'
import type { ErrorBody } from '../http/errors.ts'
import { errorDocUrl, invalid } from '../http/errors.ts'
import { bookCharge } from '../store/book.ts'
import { AUTHORIZATION_DAYS, createCharge } from './charges.ts'
import { behaviourOf } from './payment-methods.ts'

/** What a confirm says besides the payment method. */
export type ConfirmOptions = {
  returnUrl: string | undefined
  errorOnRequiresAction: boolean
  offSession: boolean
}

const AUTHENTICATION: Decline = {
  code: 'authentication_required',
  decline_code: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
}

const NOT_HANDLED: Decline = {
  code: 'authentication_required',
  decline_code: 'authentication_not_handled',
  message:
    'This payment required an authentication action to complete, but `error_on_requires_action` was set.',
}

const errorOf = (decline: Decline, charge: string | null, method: Stripe.PaymentMethod): ErrorBody => ({
  ...(decline.advice_code ? { advice_code: decline.advice_code } : {}),
  ...(charge ? { charge } : {}),
  code: decline.code,
  decline_code: decline.decline_code,
  doc_url: errorDocUrl(decline.code),
  message: decline.message,
  ...(decline.param ? { param: decline.param } : {}),
  payment_method: method,
  payment_method_type: 'card',
  type: 'card_error',
})

/** The attempt was refused: the intent waits for another payment method, the answer is 402 and both are kept. */
const declineIntent = (
  { unit, requestId }: Call,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  decline: Decline,
  withCharge: boolean,
): Answer => {
  const charge = withCharge ? createCharge(unit, intent, method, 'declined') : null
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

const nextAction = (
  intent: Stripe.PaymentIntent,
  returnUrl: string | undefined,
): Stripe.PaymentIntent.NextAction =>
  returnUrl === undefined
    ? {
        type: 'use_stripe_sdk',
        use_stripe_sdk: { type: 'three_d_secure_redirect' } as Stripe.PaymentIntent.NextAction.UseStripeSdk,
      }
    : {
        type: 'redirect_to_url',
        redirect_to_url: {
          return_url: returnUrl,
          url: `https://hooks.stripe.com/3d_secure_2/hosted?intent=${intent.id}`,
        },
      }

/** How long after the confirm an authorisation expires. */
const AUTHORIZATION_MS = AUTHORIZATION_DAYS * 86_400_000

const authorizeIntent = (
  { unit }: Call,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
): Answer => {
  const charge = createCharge(unit, intent, method, 'authorized')
  const held = unit.put<Stripe.PaymentIntent>({
    ...intent,
    amount_capturable: intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    payment_method: method.id,
    status: 'requires_capture',
  })
  unit.emit('charge.succeeded', charge)
  unit.emit('payment_intent.amount_capturable_updated', held)
  const at_ms = unit.at_ms + AUTHORIZATION_MS
  unit.schedule({ id: `expire:${intent.id}`, kind: 'authorization_expiry', at_ms, ref: intent.id })
  return { status: 200, body: held }
}

const captureNow = (
  call: Call,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  card: TestCard,
): Answer => {
  const { unit } = call
  let charge = createCharge(unit, intent, method, 'captured')
  const succeeded = unit.put<Stripe.PaymentIntent>({
    ...intent,
    amount_received: intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: method.id,
    status: 'succeeded',
  })
  if (intent.capture_method === 'automatic') {
    const row = bookCharge(unit, charge, charge.amount, card.bypassPending ?? false)
    charge = unit.put({ ...charge, balance_transaction: row.id })
  } else {
    // automatic_async: Stripe answers first and books later (stripe.md §1).
    const at_ms = unit.at_ms + call.options.settleLagMs
    unit.schedule({ id: `settle:${charge.id}`, kind: 'settle', at_ms, ref: charge.id })
  }
  unit.emit('charge.succeeded', charge)
  unit.emit('payment_intent.succeeded', succeeded)
  return { status: 200, body: succeeded }
}

const needsReturnUrl = ({ automatic_payment_methods: automatic }: Stripe.PaymentIntent): boolean =>
  automatic !== null && automatic.enabled && automatic.allow_redirects !== 'never'

/** Refuses a confirm without return_url where a redirecting method could be chosen. */
export const checkReturnUrl = (intent: Stripe.PaymentIntent, returnUrl: string | undefined): void => {
  if (returnUrl !== undefined || !needsReturnUrl(intent)) return
  throw invalid(
    'This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment ' +
      'methods might redirect your customer off of your page, you must provide a `return_url`. If you do not want to accept ' +
      'redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and ' +
      '`automatic_payment_methods[allow_redirects]` to `never` when creating the intent.',
    { param: 'return_url' },
  )
}

/** Charges the payment method as its test card says; the answer is 200 with the intent or 402. */
export const confirmIntent = (
  call: Call,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  options: ConfirmOptions,
): Answer => {
  const card = behaviourOf(method)
  if (card.decline) return declineIntent(call, intent, method, card.decline, true)
  if (card.authenticate && options.offSession)
    return declineIntent(call, intent, method, AUTHENTICATION, true)
  if (card.authenticate && options.errorOnRequiresAction)
    return declineIntent(call, intent, method, NOT_HANDLED, false)
  if (card.authenticate) {
    const waiting = call.unit.put<Stripe.PaymentIntent>({
      ...intent,
      next_action: nextAction(intent, options.returnUrl),
      payment_method: method.id,
      status: 'requires_action',
    })
    call.unit.emit('payment_intent.requires_action', waiting)
    return { status: 200, body: waiting }
  }
  if (intent.capture_method === 'manual') return authorizeIntent(call, intent, method)
  return captureNow(call, intent, method, card)
}
