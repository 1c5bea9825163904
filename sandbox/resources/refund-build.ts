import type Stripe from 'stripe'
import { availableOn } from '../domain/business-days.ts'
import { showAmount } from '../domain/currencies.ts'
import { invalid, StripeFailure } from '../http/errors.ts'
import { mergeMetadata } from '../http/readers.ts'
import { doubtsOf } from '../options.ts'
import { book } from '../store/book.ts'
import { idOf } from '../store/objects.ts'
import { comingBack, landed, landingFields, landingOfCharge } from '../store/settling.ts'
import { lapseWarnings } from './early-fraud-warnings.ts'
import type { Paying } from './paying.ts'
import { behaviourOf } from './payment-methods.ts'

/** What a caller may say of a new refund. */
export type RefundWishes = {
  metadata?: Record<string, string> | null | undefined
  reason?: 'duplicate' | 'fraudulent' | 'requested_by_customer' | undefined
}

/** What is left to refund; refuses what cannot be refunded (stripe.md §6, refund create refusals). */
export const refundable = (
  charge: Stripe.Charge,
  wanted: number | undefined,
  isDisputed: boolean,
): number => {
  if (charge.status !== 'succeeded') throw invalid(`Charge ${charge.id} was not paid and cannot be refunded.`)
  if (!charge.captured)
    throw invalid(`Charge ${charge.id} has not been captured. Cancel its PaymentIntent instead.`)
  if (charge.refunded)
    throw invalid(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' })
  if (isDisputed)
    throw invalid(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    })
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

/** True while a chargeback holds the charge's money: it can be refunded only once that is decided. */
export const isHeldByDispute = ({ unit }: Pick<Paying, 'unit'>, charge: Stripe.Charge): boolean =>
  unit.where('dispute', 'charge', charge.id).some((dispute) => !dispute.is_charge_refundable)

const buildRefund = (
  { unit }: Paying,
  charge: Stripe.Charge,
  amount: number,
  wishes: RefundWishes,
): Stripe.Refund => ({
  id: unit.newId('re'),
  object: 'refund',
  amount,
  balance_transaction: null,
  charge: charge.id,
  created: unit.seconds,
  currency: charge.currency,
  customer: idOf(charge.customer),
  customer_account: null,
  destination_details: {
    card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
    type: 'card',
  },
  metadata: mergeMetadata({}, wishes.metadata),
  payment_intent: charge.payment_intent,
  payment_method: charge.payment_method,
  reason: wishes.reason ?? null,
  receipt_number: null,
  source_transfer_reversal: null,
  status: 'succeeded',
  transfer_reversal: null,
})

const planEnding = ({ unit, options }: Paying, refund: Stripe.Refund, ending: 'pending' | 'fail'): void => {
  const { refundFailAfterMs, refundPendingMs } = doubtsOf(options)
  unit.schedule({
    id: `refund:${refund.id}`,
    kind: ending === 'fail' ? 'refund_fail' : 'refund_succeed',
    at_ms: unit.at_ms + (ending === 'fail' ? refundFailAfterMs : refundPendingMs),
    ref: refund.id,
  })
}

/** Gives money of a captured charge back: refund, its row, and the charge's sum, told by two events. `amount` is checked. */
export const makeRefund = (
  paying: Paying,
  charge: Stripe.Charge,
  amount: number,
  wishes: RefundWishes,
): Stripe.Refund => {
  const { unit } = paying
  const built = buildRefund(paying, charge, amount, wishes)
  const landing = landingOfCharge(unit, charge)
  const row = book(unit, {
    ...landingFields(unit, landing),
    type: 'refund',
    reporting_category: 'refund',
    amount: -landed(amount, landing),
    fee: 0,
    description: charge.description ? `REFUND FOR CHARGE (${charge.description})` : 'REFUND FOR CHARGE',
    source: built.id,
    available_ms: unit.doubts.refundRows === 'pending' ? availableOn(unit.at_ms) : null,
  })
  const method = unit.get('payment_method', charge.payment_method ?? '')
  const ending = method && behaviourOf(method).refund
  const refund = unit.put<Stripe.Refund>({
    ...built,
    balance_transaction: row.id,
    ...(ending === 'pending' ? { status: 'pending', pending_reason: 'processing' as const } : {}),
  })
  if (ending) planEnding(paying, refund, ending)
  const amount_refunded = charge.amount_refunded + amount
  const isAll = amount_refunded === charge.amount_captured
  const refunded = unit.put({ ...charge, amount_refunded, refunded: isAll })
  unit.emit('refund.created', refund)
  unit.emit('charge.refunded', refunded, {
    amount_refunded: charge.amount_refunded,
    ...(isAll ? { refunded: false } : {}),
  })
  if (isAll) lapseWarnings(unit, charge.id)
  return refund
}

/** Tells of a change to a refund, under both names that Stripe has for it. */
export const tellUpdate = ({ unit, options }: Paying, refund: Stripe.Refund, before: object): void => {
  unit.emit('refund.updated', refund, before)
  if (doubtsOf(options).chargeRefundUpdated) unit.emit('charge.refund.updated', refund, before)
}

/** A pending refund reaches the customer. */
export const succeedRefund = (paying: Paying, refund: Stripe.Refund): Stripe.Refund => {
  const { pending_reason: _reason, next_action: _action, ...rest } = refund
  const done = paying.unit.put<Stripe.Refund>({ ...rest, status: 'succeeded' })
  tellUpdate(paying, done, { status: refund.status })
  return done
}

/**
 * The money comes back: a row of its own, and the charge can be refunded again. `failed`: the card's bank sent it back,
 * maybe long after the refund had succeeded; `canceled`: it never left.
 */
export const returnRefund = (
  paying: Paying,
  refund: Stripe.Refund,
  status: 'failed' | 'canceled',
  failure_reason = 'expired_or_canceled_card',
): Stripe.Refund => {
  const { unit } = paying
  const taken = unit.get('balance_transaction', idOf(refund.balance_transaction) ?? '')
  const row = book(unit, {
    ...comingBack(unit, taken ? [taken] : [], refund.amount, refund.currency),
    type: 'refund_failure',
    reporting_category: 'refund_failure',
    fee: 0,
    description: 'REFUND FAILURE',
    source: refund.id,
    available_ms: null,
  })
  const { pending_reason: _reason, next_action: _action, ...rest } = refund
  const returned = unit.put<Stripe.Refund>({
    ...rest,
    failure_balance_transaction: row.id,
    ...(status === 'failed' ? { failure_reason } : {}),
    status,
  })
  ;(unit.change.done ??= []).push(`refund:${refund.id}`)
  const charge = unit.get('charge', idOf(refund.charge) ?? '')
  if (charge)
    unit.put({ ...charge, amount_refunded: charge.amount_refunded - refund.amount, refunded: false })
  tellUpdate(paying, returned, { status: refund.status })
  if (status === 'failed') unit.emit('refund.failed', returned, { status: refund.status })
  return returned
}

const ACTION_DAYS = 45

/** A pending refund needs the customer's bank details; Stripe has asked them by mail. */
export const askForDetails = (paying: Paying, refund: Stripe.Refund): Stripe.Refund => {
  const { unit } = paying
  const { pending_reason: _reason, ...rest } = refund
  const waiting = unit.put<Stripe.Refund>({
    ...rest,
    next_action: {
      type: 'display_details',
      display_details: {
        email_sent: { email_sent_at: unit.seconds, email_sent_to: 'customer@example.com' },
        expires_at: unit.seconds + ACTION_DAYS * 86_400,
      },
    },
    status: 'requires_action',
  })
  ;(unit.change.done ??= []).push(`refund:${refund.id}`)
  tellUpdate(paying, waiting, { status: refund.status })
  return waiting
}

/** The end of a reader's refund action: the refund itself, or why there is none. */
export const refundOnReader = (
  paying: Paying,
  { refund_payment: asked }: Stripe.Terminal.Reader.Action,
): Partial<Stripe.Terminal.Reader.Action> => {
  const { unit } = paying
  const intent = unit.get('payment_intent', idOf(asked?.payment_intent) ?? '')
  const charge = unit.get('charge', idOf(asked?.charge ?? intent?.latest_charge) ?? '')
  try {
    if (!charge) throw invalid('There is no charge to refund.')
    const amount = refundable(charge, asked?.amount, isHeldByDispute(paying, charge))
    const refund = makeRefund(paying, charge, amount, { metadata: asked?.metadata })
    return { status: 'succeeded', refund_payment: { ...asked, refund: refund.id } }
  } catch (error) {
    if (!(error instanceof StripeFailure)) throw error
    const { message, code = 'charge_not_refundable' } = error.body
    return { status: 'failed', failure_code: code, failure_message: message }
  }
}
