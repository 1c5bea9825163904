import type Stripe from 'stripe'
import type { Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { invalid, missing } from '../http/errors.ts'
import type { ReadBy } from '../http/readers.ts'
import { anything, fields, integer, mergeMetadata, metadata, required, text } from '../http/readers.ts'
import { checkAmount } from './payment-intent-build.ts'
import { previously } from './previously.ts'

const shape = fields({
  amount: required(integer(1)),
  amount_details: anything,
  description: text(1_000),
  hooks: anything,
  metadata,
  payment_details: anything,
  statement_descriptor: text(22),
  transfer_data: anything,
})
type Params = NonNullable<ReadBy<typeof shape>>

const asked = (intent: Stripe.PaymentIntent): unknown =>
  intent.payment_method_options?.card_present?.request_incremental_authorization_support

const isPossible = (intent: Stripe.PaymentIntent, charge: Stripe.Charge | undefined): boolean =>
  intent.status === 'requires_capture' && charge?.payment_method_details?.type === 'card_present' && asked(intent) === true

const increment = (call: Call, params: Params): object => {
  const { unit, view, id } = call
  const intent = unit.get('payment_intent', id)
  if (!intent || view.isHidden(intent)) throw missing('payment_intent', id, 'intent')
  const charge = unit.get('charge', String(intent.latest_charge))
  if (!charge || !isPossible(intent, charge)) {
    throw invalid('This PaymentIntent is not eligible for an incremental authorization.', {
      code: 'payment_intent_unexpected_state',
      extra: { payment_intent: intent },
    })
  }
  if (params.amount <= intent.amount) {
    throw invalid('The amount must be greater than what is authorized already.', { param: 'amount' })
  }
  checkAmount(params.amount, intent.currency)
  const { card_present: present } = charge.payment_method_details ?? {}
  unit.put<Stripe.Charge>({
    ...charge,
    amount: params.amount,
    payment_method_details: {
      type: 'card_present',
      ...(present && { card_present: { ...present, amount_authorized: params.amount } }),
    },
  })
  const held = unit.put<Stripe.PaymentIntent>({
    ...intent,
    amount: params.amount,
    amount_capturable: params.amount,
    description: params.description ?? intent.description,
    metadata: mergeMetadata(intent.metadata, params.metadata),
    statement_descriptor: params.statement_descriptor ?? intent.statement_descriptor,
  })
  unit.emit('payment_intent.amount_capturable_updated', held, previously(intent, held))
  return held
}

/** A higher authorisation for a payment taken on a reader that asked for this to be possible (a tab that grows). */
export const incrementEndpoints: readonly Endpoint[] = [
  endpoint('POST', '/v1/payment_intents/:id/increment_authorization', shape, increment),
]
