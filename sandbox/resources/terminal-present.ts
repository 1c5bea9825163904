import type Stripe from 'stripe'
import type { Decline, TestCard } from '../domain/cards.ts'
import { cardByNumber, fingerprintOf } from '../domain/cards.ts'
import { declineOf, declineOfCents, verificationOfCents } from '../domain/declines.ts'
import type { ErrorBody } from '../http/errors.ts'
import { errorDocUrl } from '../http/errors.ts'
import type { ReaderPlay } from '../store/objects.ts'
import type { Unit } from '../store/unit.ts'
import type { Paying } from './paying.ts'
import { chargeIntent } from './payment-intent-outcomes.ts'
import { refundOnReader } from './refund-build.ts'
import { playOf } from './terminal-readers.ts'

type Reader = Stripe.Terminal.Reader
type Action = Stripe.Terminal.Reader.Action

/** What the customer does at the reader. */
export type Presented = { card: TestCard; tip: number }

const createCardPresent = (unit: Unit, card: TestCard, byPin: boolean): Stripe.PaymentMethod =>
  unit.put<Stripe.PaymentMethod>({
    id: unit.newId('pm').replace('_3', '_1'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: {
      address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
      email: null,
      name: null,
      phone: null,
      tax_id: null,
    },
    card_present: {
      brand: card.brand,
      brand_product: null,
      cardholder_name: null,
      country: card.country,
      exp_month: 12,
      exp_year: new Date(unit.at_ms).getUTCFullYear() + 3,
      fingerprint: fingerprintOf(card),
      funding: card.funding,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      offline: null,
      preferred_locales: ['en'],
      read_method: byPin ? 'contact_emv' : 'contactless_emv',
    },
    created: unit.seconds,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card_present',
  })

/** Ends the action under way, well or badly, and tells of it. */
const endAction = (unit: Unit, reader: Reader, changes: Partial<Action>): Reader => {
  const { action } = reader
  if (!action) return reader
  const ended = unit.put<Reader>({
    ...reader,
    action: { ...action, ...changes },
    last_seen_at: unit.at_ms,
  })
  ;(unit.change.done ??= []).push(`reader:${reader.id}`)
  unit.put<ReaderPlay>({ ...playOf(unit, reader.id), doing: null, authorizing: false })
  unit.emit(`terminal.reader.action_${changes.status === 'failed' ? 'failed' : 'succeeded'}`, ended)
  return ended
}

/** Ends the action as failed; the intent, if there is one, is as it was. */
export const failAction = (
  unit: Unit,
  reader: Reader,
  code: string,
  message: string,
  error: ErrorBody | null = null,
): Reader => {
  const api_error = error as Stripe.Terminal.Reader.Action.ApiError | null
  return endAction(unit, reader, {
    status: 'failed',
    failure_code: code,
    failure_message: message,
    api_error,
  })
}

const CANCELED = 'The customer canceled the payment on the reader.'

const intentOfAction = (unit: Unit, action: Action): Stripe.PaymentIntent | undefined => {
  const own = action.process_payment_intent ?? action.collect_payment_method ?? action.confirm_payment_intent
  return own && unit.get('payment_intent', String(own.payment_intent))
}

const declineFor = (play: ReaderPlay, amount: number): Decline | undefined => {
  if (play.doing?.outcome === 'decline') return declineOf(play.doing.decline_code ?? 'generic_decline')
  return play.physical ? declineOfCents(amount) : undefined
}

const failState = (unit: Unit, reader: Reader, intent: Stripe.PaymentIntent): Reader => {
  const message = `The PaymentIntent has a status of ${intent.status} and can no longer be paid on a reader.`
  return failAction(unit, reader, 'intent_invalid_state', message, {
    code: 'intent_invalid_state',
    doc_url: errorDocUrl('intent_invalid_state'),
    message,
    type: 'invalid_request_error',
  })
}

const withTip = (intent: Stripe.PaymentIntent, tip: number): Stripe.PaymentIntent =>
  tip === 0
    ? intent
    : {
        ...intent,
        amount: intent.amount + tip,
        amount_details: { ...intent.amount_details, tip: { amount: tip } },
      }

const chargeOnReader = (
  paying: Paying,
  reader: Reader,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
): Reader => {
  const { unit } = paying
  const decline = declineFor(playOf(unit, reader.id), intent.amount)
  const { status, body } = chargeIntent(paying, intent, method, {
    authenticated: false,
    ...(decline ? { decline } : {}),
    reader: { id: reader.id, location: String(reader.location) },
  })
  if (status === 200) return endAction(unit, reader, { status: 'succeeded' })
  const { payment_intent: _intent, request_log_url: _url, ...error } = (body as { error: ErrorBody }).error
  return failAction(unit, reader, error.code ?? 'card_declined', error.message, error)
}

const collect = (unit: Unit, reader: Reader, intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod) => {
  const { action } = reader
  unit.put<Stripe.PaymentIntent>({ ...intent, payment_method: method.id, status: 'requires_confirmation' })
  unit.put<ReaderPlay>({
    ...playOf(unit, reader.id),
    collected: { intent: intent.id, method: method.id },
  })
  return endAction(unit, reader, {
    status: 'succeeded',
    collect_payment_method: {
      ...action?.collect_payment_method,
      payment_intent: intent.id,
      payment_method: method,
    },
  })
}

const confirmCollected = (paying: Paying, reader: Reader, intent: Stripe.PaymentIntent): Reader => {
  const { unit } = paying
  const { collected } = playOf(unit, reader.id)
  const method = collected?.intent === intent.id && unit.get('payment_method', collected.method)
  if (!method || intent.status !== 'requires_confirmation') return failState(unit, reader, intent)
  unit.put<ReaderPlay>({ ...playOf(unit, reader.id), collected: null })
  return chargeOnReader(paying, reader, intent, method)
}

const presentFor = (
  paying: Paying,
  reader: Reader,
  intent: Stripe.PaymentIntent,
  { card, tip }: Presented,
): Reader => {
  const { unit } = paying
  if (intent.status !== 'requires_payment_method') return failState(unit, reader, intent)
  const { physical } = playOf(unit, reader.id)
  const byPin =
    card.names.some((name) => name.includes('Pin')) ||
    (physical && verificationOfCents(intent.amount) !== null)
  const method = createCardPresent(unit, card, byPin)
  const tipped = withTip(intent, tip)
  return reader.action?.type === 'collect_payment_method'
    ? collect(unit, reader, tipped, method)
    : chargeOnReader(paying, reader, tipped, method)
}

/** The customer answers the reader's action under way: presents a card, or nothing more is needed. Gives the reader as it is now. */
export const present = (paying: Paying, reader: Reader, presented: Presented): Reader => {
  const { unit } = paying
  const { action } = reader
  if (!action) return reader
  if (action.type === 'set_reader_display') return endAction(unit, reader, { status: 'succeeded' })
  if (action.type === 'refund_payment') return endAction(unit, reader, refundOnReader(paying, action))
  const intent = intentOfAction(unit, action)
  if (!intent) throw new Error(`reader ${reader.id} has lost its intent`)
  return action.type === 'confirm_payment_intent'
    ? confirmCollected(paying, reader, intent)
    : presentFor(paying, reader, intent, presented)
}

/** Timed work: the simulated customer does what was planned for the action under way. */
export const playReader = (paying: Paying, id: string): void => {
  const { unit } = paying
  const reader = unit.get('terminal.reader', id)
  if (reader?.action?.status !== 'in_progress' || reader.status === 'offline') return
  const play = playOf(unit, id)
  const { outcome, authorize_ms = 0 } = play.doing ?? { outcome: 'approve' }
  if (outcome === 'customer_canceled') {
    failAction(unit, reader, 'customer_canceled', CANCELED)
    return
  }
  if (authorize_ms > 0 && !play.authorizing) {
    unit.put<ReaderPlay>({ ...play, authorizing: true })
    unit.schedule({ id: `reader:${id}`, kind: 'reader', at_ms: unit.at_ms + authorize_ms, ref: id })
    return
  }
  const card = cardByNumber(play.number)
  if (card) present(paying, reader, { card, tip: 0 })
}
