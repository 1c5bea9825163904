import type Stripe from 'stripe'
import { cardByName, cardByNumber } from '../domain/cards.ts'
import type { Decline } from '../domain/cards.ts'
import type { Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { errorDocUrl, invalid, missing, StripeFailure } from '../http/errors.ts'
import { fields, required, text } from '../http/readers.ts'
import { customerOf } from './customers.ts'
import { behaviourOf, resolvePaymentMethod } from './payment-methods.ts'
import { previously } from './previously.ts'

/** The one declining card that can be attached: only a later charge of it fails (stripe.md §2). */
const ATTACHABLE = cardByNumber('4000000000000341')

const refuseDeclined = (decline: Decline): StripeFailure =>
  new StripeFailure(402, {
    ...(decline.advice_code ? { advice_code: decline.advice_code } : {}),
    code: decline.code,
    decline_code: decline.decline_code,
    doc_url: errorDocUrl(decline.code),
    message: decline.message,
    ...(decline.param ? { param: decline.param } : {}),
    type: 'card_error',
  })

/** Refuses to save a card that its bank declines: 402, as an attach and a setup do. */
export const refuseUnsavable = (method: Stripe.PaymentMethod): void => {
  const card = behaviourOf(method)
  if (card.decline && card !== ATTACHABLE) throw refuseDeclined(card.decline)
}

/** Ties a payment method to a customer and tells of it; one that belongs to somebody else is refused. */
export const attach = (
  { unit }: Pick<Call, 'unit'>,
  method: Stripe.PaymentMethod,
  customer: string,
): Stripe.PaymentMethod => {
  if (method.customer === customer) return method
  if (method.customer !== null) {
    throw invalid('The payment method you provided has already been attached to a customer.', {
      code: 'payment_method_already_attached',
    })
  }
  const attached = unit.put<Stripe.PaymentMethod>({ ...method, customer })
  unit.emit('payment_method.attached', attached)
  return attached
}

const path = '/v1/payment_methods/:id'

const detach = ({ unit, id }: Call): object => {
  const method = unit.get('payment_method', id)
  if (!method) throw missing('PaymentMethod', id, 'payment_method')
  if (method.customer === null) {
    throw invalid(
      'The payment method you provided is not attached to a customer so detachment is impossible.',
    )
  }
  const detached = unit.put<Stripe.PaymentMethod>({ ...method, customer: null })
  unit.emit('payment_method.detached', detached, previously(method, detached))
  return detached
}

/** Saving payment methods with a customer. */
export const paymentMethodCustomerEndpoints: readonly Endpoint[] = [
  endpoint('POST', `${path}/attach`, fields({ customer: required(text()) }), (call, { customer }) => {
    customerOf(call.unit, customer)
    if (!cardByName(call.id) && !call.unit.get('payment_method', call.id)) {
      throw missing('PaymentMethod', call.id, 'payment_method')
    }
    const method = resolvePaymentMethod(call, call.id)
    refuseUnsavable(method)
    return attach(call, method, customer)
  }),
  endpoint('POST', `${path}/detach`, fields({}), detach),
]
