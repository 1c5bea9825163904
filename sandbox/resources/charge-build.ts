import type Stripe from 'stripe'
import type { Decline, TestCard } from '../domain/cards.ts'
import type { Unit } from '../store/unit.ts'
import { methodDetails } from './charge-details.ts'
import type { Attempt } from './paying.ts'
import { behaviourOf } from './payment-methods.ts'

const RISK_SCORES = { normal: 24, elevated: 72, highest: 91 } as const

const outcomeOf = (card: TestCard, decline: Decline | undefined): Stripe.Charge.Outcome => {
  const risk = card.risk ?? 'normal'
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

/** Makes the charge of one attempt on a payment intent; the balance transaction is another step. */
export const createCharge = (
  unit: Unit,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  attempt: Attempt,
): Stripe.Charge => {
  const isPaid = attempt.result !== 'declined'
  const decline = isPaid ? undefined : (attempt.decline ?? behaviourOf(method).decline)
  return unit.put<Stripe.Charge>({
    id: unit.newId('ch'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: attempt.result === 'captured' ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: 'SANDBOX SHOP',
    captured: attempt.result === 'captured',
    created: unit.seconds,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: outcomeOf(behaviourOf(method), decline),
    paid: isPaid,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: methodDetails(unit, method, intent.amount, attempt),
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
