import type Stripe from 'stripe'
import type { TestCard } from '../domain/cards.ts'
import type { Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { missing } from '../http/errors.ts'
import { page, pageFields } from '../http/pages.ts'
import type { ReadBy } from '../http/readers.ts'
import { emptyable, fields, mergeMetadata, metadata, oneOf, text } from '../http/readers.ts'
import type { Unit } from '../store/unit.ts'
import { behaviourOf } from './payment-methods.ts'
import { readShipping, showShipping } from './shipping.ts'

/** How an attempt to charge a card ended. */
export type Attempt = 'captured' | 'authorized' | 'declined'

const RISK_SCORES = { normal: 24, elevated: 72, highest: 91 } as const

const outcomeOf = (card: TestCard): Stripe.Charge.Outcome => {
  const risk = card.risk ?? 'normal'
  const { decline } = card
  const blocked = decline?.outcome === 'blocked'
  return {
    advice_code: (decline?.advice_code ?? null) as Stripe.Charge.Outcome['advice_code'],
    network_advice_code: null,
    network_decline_code: decline && !blocked ? '01' : null,
    network_status: !decline
      ? 'approved_by_network'
      : blocked
        ? 'not_sent_to_network'
        : 'declined_by_network',
    reason: blocked ? 'highest_risk_level' : (decline?.decline_code ?? null),
    risk_level: risk,
    risk_score: RISK_SCORES[risk],
    seller_message: !decline
      ? 'Payment complete.'
      : blocked
        ? 'Stripe blocked this payment as too risky.'
        : 'The bank did not return any further details with this decline.',
    type: !decline ? 'authorized' : blocked ? 'blocked' : 'issuer_declined',
  }
}

/** Days an authorisation without the card present holds (stripe.md §1, auth windows). */
export const AUTHORIZATION_DAYS = 7

const cardDetails = (
  unit: Unit,
  method: Stripe.PaymentMethod,
  amount: number,
  attempt: Attempt,
): Stripe.Charge.PaymentMethodDetails => {
  const card = method.card
  const details: Stripe.Charge.PaymentMethodDetails.Card = {
    amount_authorized: attempt === 'declined' ? null : amount,
    authorization_code: attempt === 'declined' ? null : unit.newId('a').slice(3, 9).toUpperCase(),
    brand: card?.brand ?? null,
    checks: card?.checks ?? null,
    country: card?.country ?? null,
    electronic_commerce_indicator: null,
    exp_month: card?.exp_month ?? 12,
    exp_year: card?.exp_year ?? 2030,
    fingerprint: card?.fingerprint ?? null,
    funding: card?.funding ?? null,
    installments: null,
    last4: card?.last4 ?? null,
    mandate: null,
    network: card?.brand ?? null,
    network_transaction_id: attempt === 'declined' ? null : unit.newId('n').slice(3, 18),
    regulated_status: 'unregulated',
    three_d_secure: null,
    transaction_link_id: null,
    wallet: null,
  }
  if (attempt === 'authorized') details.capture_before = unit.seconds + AUTHORIZATION_DAYS * 86_400
  return { type: 'card', card: details }
}

/** Makes the charge of one attempt on a payment intent; the balance transaction is another step. */
export const createCharge = (
  unit: Unit,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  attempt: Attempt,
): Stripe.Charge => {
  const card = behaviourOf(method)
  const isPaid = attempt !== 'declined'
  return unit.put<Stripe.Charge>({
    id: unit.newId('ch'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: attempt === 'captured' ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: 'SANDBOX SHOP',
    captured: attempt === 'captured',
    created: unit.seconds,
    currency: intent.currency,
    customer: null,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: isPaid ? null : (card.decline?.code ?? null),
    failure_message: isPaid ? null : (card.decline?.message ?? null),
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: outcomeOf(card),
    paid: isPaid,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: cardDetails(unit, method, intent.amount, attempt),
    radar_options: {},
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: intent.shipping as Stripe.Charge.Shipping | null,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: isPaid ? 'succeeded' : 'failed',
    transfer_data: null,
    transfer_group: intent.transfer_group,
  })
}

/** The stored charge of the path; 404 when there is none or an edit removed it. */
const loadCharge = (call: Call): Stripe.Charge => {
  const charge = call.unit.get('charge', call.id)
  if (!charge || call.view.isHidden(charge)) throw missing('charge', call.id, 'id')
  return charge
}

const updateShape = fields({
  description: emptyable(text()),
  fraud_details: fields({ user_report: oneOf('', 'fraudulent', 'safe') }),
  metadata,
  receipt_email: emptyable(text()),
  shipping: readShipping,
  transfer_group: text(),
})

/** The named fields that differ, as they were: what an update event tells besides the object. */
const previous = <T extends object>(old: T, changed: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(old).filter(([key, value]) => {
      const now = (changed as Record<string, unknown>)[key]
      return JSON.stringify(now) !== JSON.stringify(value)
    }),
  ) as Partial<T>

const updateCharge = (call: Call, params: NonNullable<ReadBy<typeof updateShape>>): object => {
  const charge = loadCharge(call)
  const { description, receipt_email, fraud_details } = params
  const shipping = showShipping(params.shipping) as Stripe.Charge.Shipping | null | undefined
  const report = fraud_details?.user_report
  const updated = call.unit.put<Stripe.Charge>({
    ...charge,
    description: description === undefined ? charge.description : description,
    fraud_details: report === undefined ? charge.fraud_details : report === '' ? {} : { user_report: report },
    metadata: mergeMetadata(charge.metadata, params.metadata),
    receipt_email: receipt_email === undefined ? charge.receipt_email : receipt_email,
    shipping: shipping === undefined ? charge.shipping : shipping,
    transfer_group: params.transfer_group ?? charge.transfer_group,
  })
  const before = previous(charge, updated)
  if (Object.keys(before).length > 0) call.unit.emit('charge.updated', updated, before)
  return call.view.show(updated, call.unit.at_ms)
}

export const chargeEndpoints: readonly Endpoint[] = [
  endpoint(
    'GET',
    '/v1/charges',
    pageFields({ customer: text(), payment_intent: text(), transfer_group: text() }),
    ({ view, unit, store }, params) => {
      const { payment_intent: intent } = params
      const rows =
        intent === undefined ? view.rows('charge') : store.state.tables.charge.where('payment_intent', intent)
      return page(rows, params, '/v1/charges', (charge) => {
        const fits =
          params.customer === undefined &&
          (params.transfer_group === undefined || charge.transfer_group === params.transfer_group)
        return fits && !view.isHidden(charge) ? view.show(charge, unit.at_ms) : null
      })
    },
  ),
  endpoint('GET', '/v1/charges/:id', fields({}), (call) => call.view.show(loadCharge(call), call.unit.at_ms)),
  endpoint('POST', '/v1/charges/:id', updateShape, updateCharge),
]
