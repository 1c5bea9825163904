import type Stripe from 'stripe'
import type { Answer, Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import type { ErrorBody } from '../http/errors.ts'
import { invalid, missing, StripeFailure } from '../http/errors.ts'
import { page, pageFields } from '../http/pages.ts'
import { fields, mergeMetadata, text } from '../http/readers.ts'
import { customerOf } from './customers.ts'
import { refuseTypes } from './payment-intent-params.ts'
import { attach, refuseUnsavable } from './payment-method-customers.ts'
import { behaviourOf, cardOfData, createPaymentMethod, resolvePaymentMethod } from './payment-methods.ts'
import type { SetupConfirmParams, SetupCreateParams, SetupUpdateParams } from './setup-intent-build.ts'
import {
  buildSetupIntent,
  setupCancelShape,
  setupConfirmShape,
  setupCreateShape,
  setupUpdateShape,
} from './setup-intent-build.ts'

const CONFIRMABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action']

const loadSetup = (call: Call): Stripe.SetupIntent => {
  const intent = call.unit.get('setup_intent', call.id)
  if (!intent) throw missing('setupintent', call.id, 'intent')
  return intent
}

const requireOpen = (intent: Stripe.SetupIntent, verb: string): void => {
  if (CONFIRMABLE.includes(intent.status)) return
  throw invalid(
    `This SetupIntent could not be ${verb} because it has a status of ${intent.status}. Only a SetupIntent with one of ` +
      `the following statuses may be ${verb}: ${CONFIRMABLE.join(', ')}.`,
    { code: 'setup_intent_unexpected_state', extra: { setup_intent: intent } },
  )
}

const methodOf = (
  call: Call,
  { payment_method: id, payment_method_data: data }: SetupConfirmParams | SetupUpdateParams,
): Stripe.PaymentMethod | null => {
  if (id !== undefined) return resolvePaymentMethod(call, id)
  return data ? createPaymentMethod(call.unit, cardOfData(data, 'payment_method_data'), data) : null
}

/** The card's bank does not let it be saved: the answer is 402, and the intent waits for another one. */
const refuseSetup = (
  { unit, requestId }: Call,
  intent: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
  error: ErrorBody,
): Answer => {
  const told = { ...error, payment_method: method, payment_method_type: 'card' }
  const failed = unit.put<Stripe.SetupIntent>({
    ...intent,
    last_setup_error: told as Stripe.SetupIntent.LastSetupError,
    payment_method: null,
    status: 'requires_payment_method',
  })
  unit.emit('setup_intent.setup_failed', failed)
  const request_log_url = `https://dashboard.stripe.com/test/logs/${requestId}`
  return { status: 402, body: { error: { ...told, setup_intent: failed, request_log_url } } }
}

const askCustomer = (
  { unit }: Call,
  intent: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
  returnUrl: string | undefined,
): Answer => {
  const url = `https://hooks.stripe.com/3d_secure_2/hosted?intent=${intent.id}`
  const waiting = unit.put<Stripe.SetupIntent>({
    ...intent,
    next_action:
      returnUrl === undefined
        ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect' } }
        : { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } },
    payment_method: method.id,
    status: 'requires_action',
  })
  unit.emit('setup_intent.requires_action', waiting)
  return { status: 200, body: waiting }
}

const confirmSetup = (
  call: Call,
  intent: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
  returnUrl: string | undefined,
): Answer => {
  try {
    refuseUnsavable(method)
  } catch (error) {
    if (error instanceof StripeFailure) return refuseSetup(call, intent, method, error.body)
    throw error
  }
  if (behaviourOf(method).authenticate) return askCustomer(call, intent, method, returnUrl)
  const saved = typeof intent.customer === 'string' ? attach(call, method, intent.customer) : method
  const done = call.unit.put<Stripe.SetupIntent>({
    ...intent,
    last_setup_error: null,
    next_action: null,
    payment_method: saved.id,
    status: 'succeeded',
  })
  call.unit.emit('setup_intent.succeeded', done)
  return { status: 200, body: done }
}

const requireMethod = (method: Stripe.PaymentMethod | null | undefined): Stripe.PaymentMethod => {
  if (method) return method
  throw invalid('You cannot confirm this SetupIntent because it is missing a payment method.', {
    code: 'parameter_missing',
    param: 'payment_method',
  })
}

const create = (call: Call, params: SetupCreateParams): Answer => {
  if (params.customer !== undefined) customerOf(call.unit, params.customer)
  const method = methodOf(call, params)
  const built = buildSetupIntent(call.unit, params)
  const intent = call.unit.put<Stripe.SetupIntent>(
    method ? { ...built, payment_method: method.id, status: 'requires_confirmation' } : built,
  )
  call.unit.emit('setup_intent.created', intent)
  if (!params.confirm) return { status: 200, body: intent }
  return confirmSetup(call, intent, requireMethod(method), params.return_url)
}

const update = (call: Call, params: SetupUpdateParams): object => {
  const intent = loadSetup(call)
  requireOpen(intent, 'updated')
  if (params.customer !== undefined) customerOf(call.unit, params.customer)
  const method = methodOf(call, params)
  return call.unit.put<Stripe.SetupIntent>({
    ...intent,
    customer: params.customer ?? intent.customer,
    description: params.description === undefined ? intent.description : params.description,
    metadata: mergeMetadata(intent.metadata ?? {}, params.metadata),
    ...(method ? { payment_method: method.id, status: 'requires_confirmation' as const } : {}),
  })
}

const path = '/v1/setup_intents'

export const setupIntentEndpoints: readonly Endpoint[] = [
  endpoint('POST', path, setupCreateShape, create, refuseTypes),
  endpoint('GET', path, pageFields({ customer: text(), payment_method: text() }), ({ view }, params) =>
    page(view.rows('setup_intent'), params, path, (intent) => {
      const fits =
        (params.customer === undefined || intent.customer === params.customer) &&
        (params.payment_method === undefined || intent.payment_method === params.payment_method)
      return fits ? intent : null
    }),
  ),
  endpoint('GET', `${path}/:id`, fields({ client_secret: text() }), (call) => loadSetup(call)),
  endpoint('POST', `${path}/:id`, setupUpdateShape, update, refuseTypes),
  endpoint('POST', `${path}/:id/confirm`, setupConfirmShape, (call, params) => {
    const intent = loadSetup(call)
    requireOpen(intent, 'confirmed')
    const own = typeof intent.payment_method === 'string' ? intent.payment_method : ''
    const method = methodOf(call, params) ?? call.unit.get('payment_method', own)
    return confirmSetup(call, intent, requireMethod(method), params.return_url)
  }),
  endpoint('POST', `${path}/:id/cancel`, setupCancelShape, (call, params) => {
    const intent = loadSetup(call)
    requireOpen(intent, 'canceled')
    const canceled = call.unit.put<Stripe.SetupIntent>({
      ...intent,
      cancellation_reason: params.cancellation_reason ?? null,
      next_action: null,
      status: 'canceled',
    })
    call.unit.emit('setup_intent.canceled', canceled)
    return canceled
  }),
]
