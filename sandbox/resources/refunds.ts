import type Stripe from 'stripe'
import { availableOn } from '../domain/business-days.ts'
import { showAmount } from '../domain/currencies.ts'
import type { Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { invalid, missing } from '../http/errors.ts'
import { page, pageFields } from '../http/pages.ts'
import type { ReadBy } from '../http/readers.ts'
import { emptyable, fields, flag, integer, mergeMetadata, metadata, oneOf, text } from '../http/readers.ts'
import { book } from '../store/book.ts'
import { idOf } from '../store/objects.ts'
import type { Unit } from '../store/unit.ts'
import { behaviourOf } from './payment-methods.ts'

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

const chargeOf = (call: Call, params: CreateParams): Stripe.Charge => {
  if (params.charge === undefined && params.payment_intent === undefined) {
    throw invalid(
      'One of the following params should be provided for this request: payment_intent or charge.',
      {
        code: 'parameter_missing',
        param: 'charge',
      },
    )
  }
  let id = params.charge
  if (params.payment_intent !== undefined) {
    const intent = call.unit.get('payment_intent', params.payment_intent)
    if (!intent || call.view.isHidden(intent))
      throw missing('payment_intent', params.payment_intent, 'payment_intent', 400)
    if (intent.status !== 'succeeded') {
      throw invalid('This PaymentIntent does not have a successful charge to refund.', {
        param: 'payment_intent',
      })
    }
    const own = idOf(intent.latest_charge) ?? undefined
    if (id !== undefined && id !== own) {
      throw invalid(`Charge ${id} does not belong to PaymentIntent ${intent.id}.`, { param: 'charge' })
    }
    id = own
  }
  const charge = id === undefined ? undefined : call.unit.get('charge', id)
  if (!charge || call.view.isHidden(charge)) throw missing('charge', id ?? '', 'charge', 400)
  return charge
}

/** What is left to refund; refuses what cannot be refunded (stripe.md §6, refund create refusals). */
const refundable = (charge: Stripe.Charge, wanted: number | undefined): number => {
  if (charge.status !== 'succeeded') throw invalid(`Charge ${charge.id} was not paid and cannot be refunded.`)
  if (!charge.captured)
    throw invalid(`Charge ${charge.id} has not been captured. Cancel its PaymentIntent instead.`)
  if (charge.refunded) {
    throw invalid(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' })
  }
  const left = charge.amount_captured - charge.amount_refunded
  const amount = wanted ?? left
  if (amount > left) {
    const [asked, unrefunded] = [showAmount(amount, charge.currency), showAmount(left, charge.currency)]
    throw invalid(`Refund amount (${asked}) is greater than unrefunded amount on charge (${unrefunded})`, {
      param: 'amount',
    })
  }
  return amount
}

const buildRefund = (
  unit: Unit,
  charge: Stripe.Charge,
  amount: number,
  params: CreateParams,
): Stripe.Refund => ({
  id: unit.newId('re'),
  object: 'refund',
  amount,
  balance_transaction: null,
  charge: charge.id,
  created: unit.seconds,
  currency: charge.currency,
  customer: null,
  customer_account: null,
  destination_details: {
    card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
    type: 'card',
  },
  metadata: mergeMetadata({}, params.metadata),
  payment_intent: charge.payment_intent,
  payment_method: charge.payment_method,
  reason: params.reason ?? null,
  receipt_number: null,
  source_transfer_reversal: null,
  status: 'succeeded',
  transfer_reversal: null,
})

/** When a refund of a test card that pends or fails reaches its end, in sandbox time. */
const REFUND_OUTCOME_MS = 60_000

const createRefund = (call: Call, params: CreateParams): object => {
  const { unit } = call
  const charge = chargeOf(call, params)
  const amount = refundable(charge, params.amount)
  const built = buildRefund(unit, charge, amount, params)
  const row = book(unit, {
    type: 'refund',
    reporting_category: 'refund',
    amount: -amount,
    fee: 0,
    currency: charge.currency,
    description: charge.description ? `REFUND FOR CHARGE (${charge.description})` : 'REFUND FOR CHARGE',
    source: built.id,
    available_ms: availableOn(unit.at_ms),
  })
  const method = unit.get('payment_method', charge.payment_method ?? '')
  const ending = method && behaviourOf(method).refund
  const refund = unit.put<Stripe.Refund>({
    ...built,
    balance_transaction: row.id,
    ...(ending === 'pending' ? { status: 'pending', pending_reason: 'processing' as const } : {}),
  })
  if (ending) {
    const at_ms = unit.at_ms + REFUND_OUTCOME_MS
    unit.schedule({
      id: `refund:${refund.id}`,
      kind: ending === 'fail' ? 'refund_fail' : 'refund_succeed',
      at_ms,
      ref: refund.id,
    })
  }
  const amount_refunded = charge.amount_refunded + amount
  const refunded = unit.put({
    ...charge,
    amount_refunded,
    refunded: amount_refunded === charge.amount_captured,
  })
  unit.emit('refund.created', refund)
  unit.emit('charge.refunded', refunded, { amount_refunded: charge.amount_refunded, refunded: false })
  return refund
}

const loadRefund = (call: Call): Stripe.Refund => {
  const refund = call.unit.get('refund', call.id)
  if (!refund || call.view.isHidden(refund)) throw missing('refund', call.id, 'refund')
  return refund
}

const path = '/v1/refunds'

export const refundEndpoints: readonly Endpoint[] = [
  endpoint('POST', path, createShape, createRefund),
  endpoint('GET', path, pageFields({ charge: text(), payment_intent: text() }), ({ view, unit }, params) =>
    page(view.rows('refund'), params, path, (refund) => {
      const fits =
        (params.charge === undefined || refund.charge === params.charge) &&
        (params.payment_intent === undefined || refund.payment_intent === params.payment_intent)
      return fits && !view.isHidden(refund) ? view.show(refund, unit.at_ms) : null
    }),
  ),
  endpoint('GET', `${path}/:id`, fields({}), (call) => call.view.show(loadRefund(call), call.unit.at_ms)),
  endpoint('POST', `${path}/:id`, fields({ metadata }), (call, params) => {
    const refund = loadRefund(call)
    const updated = call.unit.put({
      ...refund,
      metadata: mergeMetadata(refund.metadata ?? {}, params.metadata),
    })
    call.unit.emit('refund.updated', updated, { metadata: refund.metadata })
    return updated
  }),
]

/** A pending refund reaches the customer. */
export const succeedRefund = (unit: Unit, refund: Stripe.Refund): void => {
  const { pending_reason: _reason, ...rest } = refund
  const done = unit.put<Stripe.Refund>({ ...rest, status: 'succeeded' })
  unit.emit('refund.updated', done, { status: refund.status })
}

/** The card's bank sends the money back: a row of its own, and the charge can be refunded again. */
export const failRefund = (unit: Unit, refund: Stripe.Refund): void => {
  const row = book(unit, {
    type: 'refund_failure',
    reporting_category: 'refund_failure',
    amount: refund.amount,
    fee: 0,
    currency: refund.currency,
    description: 'REFUND FAILURE',
    source: refund.id,
    available_ms: null,
  })
  const failed = unit.put<Stripe.Refund>({
    ...refund,
    failure_balance_transaction: row.id,
    failure_reason: 'expired_or_canceled_card',
    status: 'failed',
  })
  const charge = unit.get('charge', idOf(refund.charge) ?? '')
  if (charge)
    unit.put({ ...charge, amount_refunded: charge.amount_refunded - refund.amount, refunded: false })
  unit.emit('refund.failed', failed, { status: refund.status })
}
