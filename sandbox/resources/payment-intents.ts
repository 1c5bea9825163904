import type Stripe from 'stripe'
import type { Answer, Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { invalid, missing } from '../http/errors.ts'
import { page, pageFields } from '../http/pages.ts'
import { fields, mergeMetadata, text } from '../http/readers.ts'
import { doubtsOf } from '../options.ts'
import { bookCharge } from '../store/book.ts'
import type { Unit } from '../store/unit.ts'
import { customerOf } from './customers.ts'
import { planComplaint } from './dispute-opening.ts'
import { buildIntent, checkAmount, readCurrency, updatedIntent } from './payment-intent-build.ts'
import type { ConfirmOptions } from './payment-intent-confirm.ts'
import { checkReturnUrl, confirmIntent } from './payment-intent-confirm.ts'
import type { CaptureParams, ConfirmParams, CreateParams, UpdateParams } from './payment-intent-params.ts'
import {
  cancelShape,
  captureShape,
  confirmShape,
  createShape,
  refuseExclusive,
  refuseTypes,
  updateShape,
} from './payment-intent-params.ts'
import { behaviourOf, cardOfData, createPaymentMethod, resolvePaymentMethod } from './payment-methods.ts'

const loadIntent = (call: Call): Stripe.PaymentIntent => {
  const intent = call.unit.get('payment_intent', call.id)
  if (!intent || call.view.isHidden(intent)) throw missing('payment_intent', call.id, 'intent')
  return intent
}

/** The verb is not possible in this status: 400 with the intent, as Stripe answers. */
const wrongState = (intent: Stripe.PaymentIntent, verb: string, allowed: readonly string[]) =>
  invalid(
    `This PaymentIntent could not be ${verb} because it has a status of ${intent.status}. Only a PaymentIntent with one ` +
      `of the following statuses may be ${verb}: ${allowed.join(', ')}.`,
    { code: 'payment_intent_unexpected_state', extra: { payment_intent: intent } },
  )

const requireStatus = (intent: Stripe.PaymentIntent, verb: string, allowed: readonly string[]): void => {
  if (!allowed.includes(intent.status)) throw wrongState(intent, verb, allowed)
}

const CONFIRMABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action']
const CANCELABLE = [...CONFIRMABLE, 'requires_capture', 'processing']

type MethodParams = Pick<UpdateParams, 'payment_method' | 'payment_method_data'>

const methodOf = (call: Call, params: MethodParams): Stripe.PaymentMethod | null => {
  if (params.payment_method !== undefined) return resolvePaymentMethod(call, params.payment_method)
  const { payment_method_data: data } = params
  return data ? createPaymentMethod(call.unit, cardOfData(data, 'payment_method_data'), data) : null
}

const optionsOf = (params: CreateParams | ConfirmParams): ConfirmOptions => ({
  returnUrl: params.return_url,
  errorOnRequiresAction: params.error_on_requires_action ?? false,
  offSession: params.off_session !== undefined && params.off_session !== 'false',
})

const createIntent = (call: Call, params: CreateParams): Answer => {
  refuseExclusive(params)
  if (params.customer !== undefined) customerOf(call.unit, params.customer)
  const currency = readCurrency(params.currency)
  checkAmount(params.amount, currency, call.unit.doubts.minimumAmounts)
  const built = buildIntent(call.unit, { ...params, currency })
  const method = methodOf(call, params)
  const intent = call.unit.put<Stripe.PaymentIntent>(
    method ? { ...built, payment_method: method.id, status: 'requires_confirmation' } : built,
  )
  call.unit.emit('payment_intent.created', intent)
  if (!params.confirm) {
    if (params.return_url !== undefined || params.off_session !== undefined) {
      const param = params.return_url !== undefined ? 'return_url' : 'off_session'
      throw invalid(`You may only specify ${param} when confirm is true.`, { param })
    }
    return { status: 200, body: intent }
  }
  if (call.unit.doubts.returnUrlNeeded) checkReturnUrl(intent, params.return_url)
  return confirmIntent(call, intent, requireMethod(intent, method), optionsOf(params))
}

const requireMethod = (
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod | null,
): Stripe.PaymentMethod => {
  if (method) return method
  throw invalid(
    'You cannot confirm this PaymentIntent because it is missing a payment method. Update the PaymentIntent with a ' +
      'payment method and then confirm it again.',
    { code: 'payment_intent_unexpected_state', extra: { payment_intent: intent } },
  )
}

const confirm = (call: Call, params: ConfirmParams): Answer => {
  const intent = loadIntent(call)
  requireStatus(intent, 'confirmed', CONFIRMABLE)
  if (params.customer !== undefined) customerOf(call.unit, params.customer)
  if (call.unit.doubts.returnUrlNeeded) checkReturnUrl(intent, params.return_url)
  const own =
    typeof intent.payment_method === 'string' ? call.unit.get('payment_method', intent.payment_method) : null
  const method = requireMethod(intent, methodOf(call, params) ?? own ?? null)
  const { payment_method: _method, ...rest } = params
  return confirmIntent(
    call,
    updatedIntent(intent, { ...rest, amount: undefined, currency: undefined, payment_method: undefined }),
    method,
    optionsOf(params),
  )
}

const update = (call: Call, params: UpdateParams): object => {
  const intent = loadIntent(call)
  const movesMoney = [
    'amount',
    'currency',
    'payment_method',
    'payment_method_data',
    'capture_method',
  ] as const
  if (movesMoney.some((name) => params[name] !== undefined)) requireStatus(intent, 'updated', CONFIRMABLE)
  if (params.customer !== undefined) customerOf(call.unit, params.customer)
  const currency = params.currency === undefined ? intent.currency : readCurrency(params.currency)
  if (params.amount !== undefined || params.currency !== undefined)
    checkAmount(params.amount ?? intent.amount, currency, call.unit.doubts.minimumAmounts)
  const changed = updatedIntent(intent, { ...params, currency })
  const method = methodOf(call, params)
  if (!method) return call.unit.put(changed)
  return call.unit.put<Stripe.PaymentIntent>({
    ...changed,
    next_action: null,
    payment_method: method.id,
    status: 'requires_confirmation',
  })
}

const capture = (call: Call, params: CaptureParams): object => {
  const intent = loadIntent(call)
  requireStatus(intent, 'captured', ['requires_capture'])
  const amount = params.amount_to_capture ?? intent.amount_capturable
  if (amount > intent.amount_capturable) {
    throw invalid('The amount_to_capture is greater than the amount that can be captured.', {
      ...(call.unit.doubts.overCaptureCode === 'none' ? {} : { code: 'amount_too_large' }),
      param: 'amount_to_capture',
    })
  }
  const { unit } = call
  const charge = unit.get('charge', intent.latest_charge as string)
  const method = unit.get('payment_method', intent.payment_method as string)
  if (!charge || !method) throw new Error(`intent ${intent.id} has lost its charge or payment method`)
  const card = behaviourOf(method)
  const whole = doubtsOf(call.options).partialCaptureRows === 'authorized_and_reversal'
  const row = bookCharge(unit, charge, amount, card.bypassPending ?? false, whole)
  planComplaint(unit, charge.id, card, call.options)
  const descriptors = {
    statement_descriptor: params.statement_descriptor ?? intent.statement_descriptor,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? intent.statement_descriptor_suffix,
  }
  const captured = unit.put({
    ...charge,
    ...descriptors,
    amount_captured: amount,
    balance_transaction: row.id,
    captured: true,
  })
  const succeeded = unit.put<Stripe.PaymentIntent>({
    ...intent,
    ...descriptors,
    amount_capturable: 0,
    amount_received: amount,
    metadata: mergeMetadata(intent.metadata, params.metadata),
    status: 'succeeded',
  })
  ;(unit.change.done ??= []).push(`expire:${intent.id}`)
  unit.emit('charge.captured', captured)
  unit.emit('payment_intent.succeeded', succeeded)
  return succeeded
}

/** Ends an intent that is not paid; an authorised charge is released, without any balance transaction. */
export const cancelIntent = (
  unit: Unit,
  intent: Stripe.PaymentIntent,
  reason: Stripe.PaymentIntent['cancellation_reason'],
): Stripe.PaymentIntent => {
  const canceled = unit.put<Stripe.PaymentIntent>({
    ...intent,
    amount_capturable: 0,
    canceled_at: unit.seconds,
    cancellation_reason: reason,
    next_action: null,
    status: 'canceled',
  })
  const charge =
    intent.status === 'requires_capture' ? unit.get('charge', intent.latest_charge as string) : undefined
  if (charge) {
    const released = unit.put({ ...charge, amount_refunded: charge.amount, refunded: true })
    unit.emit(reason === 'automatic' || reason === 'expired' ? 'charge.expired' : 'charge.refunded', released)
    ;(unit.change.done ??= []).push(`expire:${intent.id}`)
  }
  unit.emit('payment_intent.canceled', canceled)
  return canceled
}

const path = '/v1/payment_intents'

export const paymentIntentEndpoints: readonly Endpoint[] = [
  endpoint('POST', path, createShape, createIntent, refuseTypes),
  endpoint(
    'GET',
    path,
    pageFields({ customer: text(), customer_account: text() }),
    ({ view, unit }, params) =>
      page(view.rows('payment_intent'), params, path, (intent) => {
        const isTheirs = params.customer === undefined || intent.customer === params.customer
        if (!isTheirs || view.isHidden(intent)) return null
        return view.show(intent, unit.at_ms)
      }),
  ),
  endpoint('GET', `${path}/:id`, fields({ client_secret: text() }), (call) => {
    const { view, unit, id } = call
    return view.find('payment_intent', id, unit.at_ms) ?? view.show(loadIntent(call), unit.at_ms)
  }),
  endpoint('POST', `${path}/:id`, updateShape, update, refuseTypes),
  endpoint('POST', `${path}/:id/confirm`, confirmShape, confirm, refuseTypes),
  endpoint('POST', `${path}/:id/capture`, captureShape, capture),
  endpoint('POST', `${path}/:id/cancel`, cancelShape, (call, params) => {
    const intent = loadIntent(call)
    requireStatus(intent, 'canceled', CANCELABLE)
    return cancelIntent(call.unit, intent, params.cancellation_reason ?? null)
  }),
]
