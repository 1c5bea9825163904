import type Stripe from 'stripe'
import { ControlFailure } from '../control/answers.ts'
import { cardByName } from '../domain/cards.ts'
import { isCurrency } from '../domain/currencies.ts'
import type { SandboxParts } from '../parts.ts'
import { createCharge } from '../resources/charge-build.ts'
import { buildIntent } from '../resources/payment-intent-build.ts'
import type { CreateParams } from '../resources/payment-intent-params.ts'
import { createPaymentMethod } from '../resources/payment-methods.ts'
import { isHeldByDispute, makeRefund, refundable } from '../resources/refund-build.ts'
import { bookCharge } from '../store/book.ts'
import type { AnyObject } from '../store/objects.ts'
import { idOf } from '../store/objects.ts'
import { landingIn, landingOf } from '../store/settling.ts'
import type { Unit } from '../store/unit.ts'
import { StripeFailure } from '../http/errors.ts'
import type { EditRequest } from './edit-request.ts'

type Asked<Op extends EditRequest['op']> = Extract<EditRequest, { op: Op }>

/** The shown charge an edit is about; 404 when there is none, 400 for another object. */
const chargeOf = ({ store, clock }: SandboxParts, id: string): Stripe.Charge => {
  const charge = store.view.find('charge', id, clock.now())
  if (charge) return charge
  throw new ControlFailure(404, 'not_found', `There is no charge ${id}.`)
}

const readCode = (text: string): string => {
  const code = text.toLowerCase()
  if (isCurrency(code)) return code
  throw new ControlFailure(400, 'invalid_value', `${text} is not a currency.`)
}

const sketchAt = ({ store, clock }: SandboxParts, created: number | undefined): Unit =>
  store.sketch(created === undefined ? clock.now() : created * 1000)

/** Everything a sketch made, each object as it came out last. */
const madeBy = (unit: Unit): AnyObject[] => [
  ...new Map((unit.change.put ?? []).map((object) => [object.id, object])).values(),
]

/** Books the charge and gives it with its row. */
const settle = (unit: Unit, charge: Stripe.Charge, into: string | undefined): void => {
  const landing =
    into === undefined ? landingOf(unit, charge.currency) : landingIn(unit, charge.currency, into)
  const row = bookCharge(unit, charge, charge.amount_captured, false, false, landing)
  unit.put<Stripe.Charge>({ ...charge, balance_transaction: row.id })
}

/** The objects of a second payment of the same sale: another intent, charge and row, just like the first. */
export const plantSecondCharge = (
  parts: SandboxParts,
  { id, metadata, created }: Asked<'charge_again'>,
): AnyObject[] => {
  const first = chargeOf(parts, id)
  if (first.status !== 'succeeded' || !first.captured)
    throw new ControlFailure(400, 'wrong_state', `${id} was not captured: there is nothing to charge again.`)
  const unit = sketchAt(parts, created)
  const intent = parts.store.view.find('payment_intent', idOf(first.payment_intent) ?? '', unit.at_ms)
  const newIntent = unit.newId('pi')
  const charge: Stripe.Charge = {
    ...first,
    id: unit.newId('ch'),
    amount_refunded: 0,
    created: unit.seconds,
    disputed: false,
    metadata: { ...first.metadata, ...metadata },
    payment_intent: intent ? newIntent : null,
    refunded: false,
  }
  if (intent) {
    unit.put<Stripe.PaymentIntent>({
      ...intent,
      id: newIntent,
      client_secret: `${newIntent}_secret_${unit.newId('s').slice(2)}`,
      created: unit.seconds,
      latest_charge: charge.id,
      metadata: { ...intent.metadata, ...metadata },
    })
  }
  settle(unit, charge, undefined)
  return madeBy(unit)
}

/** The objects of a payment that nobody of ours made. */
export const plantCharge = (parts: SandboxParts, asked: Asked<'charge'>): AnyObject[] => {
  const unit = sketchAt(parts, asked.created)
  const card = cardByName('pm_card_visa')
  if (!card) throw new Error('there is no card pm_card_visa')
  const method = createPaymentMethod(unit, card)
  const { amount, metadata } = asked
  const currency = readCode(asked.currency)
  const into = asked.settlement_currency === undefined ? undefined : readCode(asked.settlement_currency)
  if (into !== undefined && landingIn(unit, currency, into).currency !== into)
    throw new ControlFailure(400, 'invalid_value', `There is no rate from ${currency} to ${into}.`)
  const params = { amount, currency, metadata, capture_method: 'automatic' } as CreateParams
  const intent = buildIntent(unit, params)
  const charge = createCharge(unit, intent, method, { result: 'captured', authenticated: false })
  unit.put<Stripe.PaymentIntent>({
    ...intent,
    amount_received: amount,
    latest_charge: charge.id,
    payment_method: method.id,
    status: 'succeeded',
  })
  settle(unit, charge, into)
  return madeBy(unit)
}

/** The objects of a refund made in Stripe's dashboard, and its amount; the charge itself is the caller's to change. */
export const plantRefund = (
  parts: SandboxParts,
  { charge: id, amount: wanted, created }: Asked<'refund_dashboard'>,
): { objects: AnyObject[]; amount: number } => {
  const charge = chargeOf(parts, id)
  const unit = sketchAt(parts, created)
  try {
    const amount = refundable(charge, wanted, isHeldByDispute({ unit }, charge))
    const paying = { unit, options: parts.options, requestId: 'req_dashboard' }
    const { id: refund } = makeRefund(paying, charge, amount, { reason: 'requested_by_customer' })
    const made = madeBy(unit).filter((object) => object.object !== 'charge')
    // Whatever its card does later, a planted refund stays as it is.
    const objects = made.map((object) => (object.id === refund ? asSucceeded(object) : object))
    return { objects, amount }
  } catch (error) {
    if (!(error instanceof StripeFailure)) throw error
    throw new ControlFailure(400, 'wrong_state', error.body.message ?? 'The charge cannot be refunded.')
  }
}

const asSucceeded = (object: AnyObject): AnyObject => {
  if (object.object !== 'refund') return object
  const { pending_reason: _reason, ...refund } = object
  return { ...refund, status: 'succeeded' }
}
