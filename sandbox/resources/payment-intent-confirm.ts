import type Stripe from 'stripe'
import type { Decline } from '../domain/cards.ts'
import type { Answer } from '../http/answer.ts'
import { errorDocUrl, invalid } from '../http/errors.ts'
import type { Paying } from './paying.ts'
import { chargeIntent, declineIntent } from './payment-intent-outcomes.ts'
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

const askCustomer = (
  { unit }: Paying,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  returnUrl: string | undefined,
): Answer => {
  const waiting = unit.put<Stripe.PaymentIntent>({
    ...intent,
    last_payment_error: null,
    next_action: nextAction(intent, returnUrl),
    payment_method: method.id,
    status: 'requires_action',
  })
  unit.emit('payment_intent.requires_action', waiting)
  return { status: 200, body: waiting }
}

/** The work whose being planned means: this customer has answered for this card, and the intent waits to be confirmed. */
const authenticationId = (intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod): string =>
  `authenticated:${intent.id}:${method.id}`

/** How long such an answer is good. An assumption: Stripe does not say. */
const AUTHENTICATION_MS = 3_600_000

/** With `confirmation_method=manual` the shop itself confirms again after the customer's answer. */
const awaitConfirmation = (
  { unit }: Paying,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
): Stripe.PaymentIntent => {
  const at_ms = unit.at_ms + AUTHENTICATION_MS
  unit.schedule({
    id: authenticationId(intent, method),
    kind: 'authentication_lapses',
    at_ms,
    ref: intent.id,
  })
  return unit.put<Stripe.PaymentIntent>({ ...intent, next_action: null, status: 'requires_confirmation' })
}

/** Charges the payment method as its test card says; the answer is 200 with the intent or 402. */
export const confirmIntent = (
  paying: Paying,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  options: ConfirmOptions,
): Answer => {
  const { authenticate } = behaviourOf(method)
  const isKnown = paying.unit.isPlanned(authenticationId(intent, method))
  const attempt = { authenticated: isKnown }
  const isAsked =
    !isKnown && (authenticate === 'always' || (authenticate === 'on_session' && !options.offSession))
  if (!isAsked) return chargeIntent(paying, intent, method, attempt)
  if (options.offSession) return declineIntent(paying, intent, method, AUTHENTICATION, attempt)
  if (options.errorOnRequiresAction) return declineIntent(paying, intent, method, NOT_HANDLED, null)
  return askCustomer(paying, intent, method, options.returnUrl)
}

const FAILED_AUTHENTICATION = 'payment_intent_authentication_failure'

const failAuthentication = (
  { unit }: Paying,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
): Stripe.PaymentIntent => {
  const failed = unit.put<Stripe.PaymentIntent>({
    ...intent,
    last_payment_error: {
      code: FAILED_AUTHENTICATION,
      doc_url: errorDocUrl(FAILED_AUTHENTICATION),
      message:
        'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new ' +
        'PaymentMethod to attempt to fulfill this PaymentIntent again.',
      payment_method: method,
      payment_method_type: method.type,
      type: 'invalid_request_error',
    },
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  })
  unit.emit('payment_intent.payment_failed', failed)
  return failed
}

/**
 * The customer has answered the bank's question (with Stripe the customer's browser tells it): the intent in
 * `requires_action` is charged, or waits for another payment method. Gives the intent as it is now.
 */
export const endAuthentication = (
  paying: Paying,
  intent: Stripe.PaymentIntent,
  outcome: 'succeed' | 'fail',
): Stripe.PaymentIntent => {
  const method = paying.unit.get('payment_method', String(intent.payment_method))
  if (!method) throw new Error(`intent ${intent.id} has lost its payment method`)
  if (outcome === 'fail') return failAuthentication(paying, intent, method)
  if (intent.confirmation_method === 'manual') return awaitConfirmation(paying, intent, method)
  chargeIntent(paying, intent, method, { authenticated: true })
  return paying.unit.get('payment_intent', intent.id) ?? intent
}
