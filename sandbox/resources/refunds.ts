import type Stripe from 'stripe'
import type { Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { invalid, missing } from '../http/errors.ts'
import { page, pageFields } from '../http/pages.ts'
import type { ReadBy } from '../http/readers.ts'
import { emptyable, fields, flag, integer, mergeMetadata, metadata, oneOf, text } from '../http/readers.ts'
import { idOf } from '../store/objects.ts'
import { isHeldByDispute, makeRefund, refundable, returnRefund, tellUpdate } from './refund-build.ts'

const createShape = fields({
  amount: integer(1),
  charge: text(),
  payment_intent: text(),
  currency: text(3),
  customer: text(),
  instructions_email: emptyable(text()),
  metadata,
  origin: text(),
  reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
  refund_application_fee: flag,
  reverse_transfer: flag,
})
type CreateParams = NonNullable<ReadBy<typeof createShape>>

const chargeOfIntent = (call: Call, id: string, named: string | undefined): string | undefined => {
  const intent = call.unit.get('payment_intent', id)
  if (!intent || call.view.isHidden(intent)) throw missing('payment_intent', id, 'payment_intent', 400)
  if (intent.status !== 'succeeded')
    throw invalid('This PaymentIntent does not have a successful charge to refund.', {
      param: 'payment_intent',
    })
  const own = idOf(intent.latest_charge) ?? undefined
  if (named !== undefined && named !== own)
    throw invalid(`Charge ${named} does not belong to PaymentIntent ${intent.id}.`, { param: 'charge' })
  return own
}

const chargeOf = (call: Call, params: CreateParams): Stripe.Charge => {
  if (params.charge === undefined && params.payment_intent === undefined)
    throw invalid(
      'One of the following params should be provided for this request: payment_intent or charge.',
      { code: 'parameter_missing', param: 'charge' },
    )
  const id =
    params.payment_intent === undefined
      ? params.charge
      : chargeOfIntent(call, params.payment_intent, params.charge)
  const charge = id === undefined ? undefined : call.unit.get('charge', id)
  if (!charge || call.view.isHidden(charge)) throw missing('charge', id ?? '', 'charge', 400)
  return charge
}

const createRefund = (call: Call, params: CreateParams): object => {
  const charge = chargeOf(call, params)
  return makeRefund(call, charge, refundable(charge, params.amount, isHeldByDispute(call, charge)), params)
}

const loadRefund = (call: Call): Stripe.Refund => {
  const refund = call.unit.get('refund', call.id)
  if (!refund || call.view.isHidden(refund)) throw missing('refund', call.id, 'refund')
  return refund
}

/** A refund that waits for the customer; refuses any other (stripe.md §6: cancel and expire only then). */
const loadWaiting = (call: Call, verb: string): Stripe.Refund => {
  const refund = loadRefund(call)
  if (refund.status !== 'requires_action')
    throw invalid(`Refund ${refund.id} has a status of ${refund.status} and cannot be ${verb}.`, {
      code: 'status_transition_invalid',
    })
  return refund
}

const path = '/v1/refunds'

export const refundEndpoints: readonly Endpoint[] = [
  endpoint('POST', path, createShape, createRefund),
  endpoint('GET', path, pageFields({ charge: text(), payment_intent: text() }), ({ view, unit }, params) => {
    const { charge, payment_intent: intent } = params
    const rows =
      charge !== undefined
        ? view.where('refund', 'charge', charge, unit.at_ms)
        : intent !== undefined
          ? view.where('refund', 'payment_intent', intent, unit.at_ms)
          : view.rows('refund')
    return page(rows, params, path, (refund) => {
      const fits = intent === undefined || refund.payment_intent === intent
      return fits && !view.isHidden(refund) ? view.show(refund, unit.at_ms) : null
    })
  }),
  endpoint('GET', `${path}/:id`, fields({}), ({ view, unit, id }) => {
    const refund = view.find('refund', id, unit.at_ms)
    if (!refund) throw missing('refund', id, 'refund')
    return refund
  }),
  endpoint('POST', `${path}/:id`, fields({ metadata }), (call, params) => {
    const refund = loadRefund(call)
    const updated = call.unit.put({
      ...refund,
      metadata: mergeMetadata(refund.metadata ?? {}, params.metadata),
    })
    tellUpdate(call, updated, { metadata: refund.metadata })
    return updated
  }),
  endpoint('POST', `${path}/:id/cancel`, fields({}), (call) =>
    returnRefund(call, loadWaiting(call, 'canceled'), 'canceled'),
  ),
  endpoint('POST', '/v1/test_helpers/refunds/:id/expire', fields({}), (call) =>
    returnRefund(call, loadWaiting(call, 'expired'), 'failed', 'unknown'),
  ),
]
