import type Stripe from 'stripe'
import { cardByNumber } from '../domain/cards.ts'
import type { Answer, Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import type { ErrorBody } from '../http/errors.ts'
import { errorDocUrl, invalid, missing } from '../http/errors.ts'
import { fields, flag, integer, list, metadata, oneOf, required, text } from '../http/readers.ts'
import { doubtsOf } from '../options.ts'
import type { ReaderPlay } from '../store/objects.ts'
import { present } from './terminal-present.ts'
import { loadReader, playOf } from './terminal-readers.ts'

type Reader = Stripe.Terminal.Reader
type Action = Stripe.Terminal.Reader.Action

/** Refusals of a reader (stripe.md §6); the words are ours. */
const REFUSALS = {
  terminal_reader_busy: 'Reader is currently busy processing another request.',
  terminal_reader_offline:
    'Reader is currently offline, please ensure the reader is powered on and connected to the internet.',
  terminal_reader_timeout:
    'There was a timeout when sending this command to the reader. Please check the PaymentIntent and retry.',
} as const

type Refusal = keyof typeof REFUSALS

const refusal = (code: Refusal) => invalid(REFUSALS[code], { code })

/** A refusal that is kept together with what the call did all the same. */
const refusedAnswer = (call: Call, code: Refusal): Answer => {
  const error: ErrorBody = {
    code,
    doc_url: errorDocUrl(code),
    message: REFUSALS[code],
    request_log_url: `https://dashboard.stripe.com/test/logs/${call.requestId}`,
    type: 'invalid_request_error',
  }
  return { status: 400, body: { error } }
}

/** Refuses an intent that this verb cannot take to a reader: 400 with the intent. */
export const readerIntent = (
  call: Call,
  id: string,
  wanted: 'requires_payment_method' | 'requires_confirmation',
): Stripe.PaymentIntent => {
  const intent = call.unit.get('payment_intent', id)
  if (!intent || call.view.isHidden(intent)) throw missing('payment_intent', id, 'payment_intent', 400)
  if (!intent.payment_method_types.includes('card_present'))
    throw invalid('The PaymentIntent must allow the payment method type card_present.', {
      code: 'payment_intent_invalid_parameter',
      param: 'payment_intent',
    })
  if (intent.status !== wanted)
    throw invalid(
      `Payment intent must be in the ${wanted} state to be processed. Instead it has a status of ${intent.status}.`,
      { code: 'intent_invalid_state', param: 'payment_intent', extra: { payment_intent: intent } },
    )
  return intent
}

/** Whether a customer has to come to the reader before the action can end. */
const needsCustomer = ({ type }: Pick<Action, 'type'>): boolean =>
  type !== 'confirm_payment_intent' && type !== 'set_reader_display'

const planEnd = (call: Call, reader: Reader, play: ReaderPlay): void => {
  const { unit } = call
  const { doing } = play
  if (doing?.outcome === 'hang') return
  const waits = reader.action !== null && needsCustomer(reader.action)
  if (waits && !doing && !play.auto) return
  const wait = doing?.after_ms ?? (waits ? play.after_ms : 0)
  unit.schedule({ id: `reader:${reader.id}`, kind: 'reader', at_ms: unit.at_ms + wait, ref: reader.id })
}

const isBusy = (call: Call, reader: Reader, play: ReaderPlay): boolean =>
  reader.action?.status === 'in_progress' &&
  (play.authorizing || doubtsOf(call.options).readerWaiting === 'busy')

type Command = Pick<Action, 'type'> & Partial<Action>

/** Gives the reader something to do: the answer shows it in progress, its end comes later. */
export const startAction = (call: Call, command: () => Command): Answer | Reader => {
  const { unit } = call
  const reader = loadReader(call)
  if (reader.status === 'offline') throw refusal('terminal_reader_offline')
  const { next, ...play } = playOf(unit, reader.id)
  if (isBusy(call, reader, { ...play, next })) throw refusal('terminal_reader_busy')
  if (next?.outcome === 'busy') {
    unit.put<ReaderPlay>({ ...play, next: null })
    return refusedAnswer(call, 'terminal_reader_busy')
  }
  const wanted = command()
  if (next?.outcome === 'timeout' && next.reached === false) {
    unit.put<ReaderPlay>({ ...play, next: null })
    return refusedAnswer(call, 'terminal_reader_timeout')
  }
  ;(unit.change.done ??= []).push(`reader:${reader.id}`)
  const playing = unit.put<ReaderPlay>({ ...play, next: null, doing: next, authorizing: false })
  const action: Action = {
    api_error: null,
    failure_code: null,
    failure_message: null,
    status: 'in_progress',
    ...wanted,
  }
  const started = unit.put<Reader>({ ...reader, action, last_seen_at: unit.at_ms })
  planEnd(call, started, playing)
  return next?.outcome === 'timeout' ? refusedAnswer(call, 'terminal_reader_timeout') : started
}

const cancelAction = (call: Call): Reader => {
  const { unit } = call
  const reader = loadReader(call)
  if (reader.status === 'offline') throw refusal('terminal_reader_offline')
  const play = playOf(unit, reader.id)
  if (play.authorizing) throw refusal('terminal_reader_busy')
  ;(unit.change.done ??= []).push(`reader:${reader.id}`)
  unit.put<ReaderPlay>({ ...play, doing: null })
  return unit.put<Reader>({ ...reader, action: null, last_seen_at: unit.at_ms })
}

const tipping = fields({ amount_eligible: integer(0) })
const asked = {
  allow_redisplay: oneOf('always', 'limited', 'unspecified'),
  enable_customer_cancellation: flag,
  skip_tipping: flag,
  tipping,
}

/** A configuration as the action shows it: only what was said, and never `allow_redisplay`. */
const shown = <T extends object>(config: T | undefined): Partial<T> | undefined =>
  config &&
  (Object.fromEntries(
    Object.entries(config).filter(([key, value]) => value !== undefined && key !== 'allow_redisplay'),
  ) as Partial<T>)

const path = '/v1/terminal/readers/:id'

const cart = fields({
  currency: required(text(3)),
  line_items: required(
    list(
      fields({
        amount: required(integer()),
        description: required(text()),
        quantity: required(integer(1)),
      }),
    ),
  ),
  tax: integer(),
  total: required(integer()),
})

const presentShape = fields({
  amount_tip: integer(0),
  card: fields({ number: required(text(25)), exp_month: integer(1), exp_year: integer(1), cvc: text(4) }),
  card_present: fields({ number: text(25) }),
  interac_present: fields({ number: text(25) }),
  type: oneOf('card', 'card_present', 'interac_present'),
})

export const readerActionEndpoints: readonly Endpoint[] = [
  endpoint(
    'POST',
    `${path}/process_payment_intent`,
    fields({ payment_intent: required(text()), process_config: fields({ ...asked, return_url: text() }) }),
    (call, params) =>
      startAction(call, () => {
        const { id } = readerIntent(call, params.payment_intent, 'requires_payment_method')
        const process_config = shown(
          params.process_config,
        ) as Stripe.Terminal.Reader.Action.ProcessPaymentIntent.ProcessConfig
        return {
          type: 'process_payment_intent',
          process_payment_intent: { payment_intent: id, ...(process_config ? { process_config } : {}) },
        }
      }),
  ),
  endpoint(
    'POST',
    `${path}/collect_payment_method`,
    fields({ payment_intent: required(text()), collect_config: fields(asked) }),
    (call, params) =>
      startAction(call, () => {
        const { id } = readerIntent(call, params.payment_intent, 'requires_payment_method')
        const collect_config = shown(
          params.collect_config,
        ) as Stripe.Terminal.Reader.Action.CollectPaymentMethod.CollectConfig
        return {
          type: 'collect_payment_method',
          collect_payment_method: { payment_intent: id, ...(collect_config ? { collect_config } : {}) },
        }
      }),
  ),
  endpoint(
    'POST',
    `${path}/confirm_payment_intent`,
    fields({ payment_intent: required(text()), confirm_config: fields({ return_url: text() }) }),
    (call, params) =>
      startAction(call, () => {
        const { id } = readerIntent(call, params.payment_intent, 'requires_confirmation')
        const confirm_config = shown(
          params.confirm_config,
        ) as Stripe.Terminal.Reader.Action.ConfirmPaymentIntent.ConfirmConfig
        return {
          type: 'confirm_payment_intent',
          confirm_payment_intent: { payment_intent: id, ...(confirm_config ? { confirm_config } : {}) },
        }
      }),
  ),
  endpoint('POST', `${path}/cancel_action`, fields({}), cancelAction),
  endpoint(
    'POST',
    `${path}/set_reader_display`,
    fields({ type: required(oneOf('cart')), cart }),
    (call, params) =>
      startAction(call, () => {
        const shownCart = params.cart && { ...params.cart, tax: params.cart.tax ?? null }
        return {
          type: 'set_reader_display',
          set_reader_display: {
            type: 'cart',
            cart: (shownCart ?? null) as Stripe.Terminal.Reader.Action.SetReaderDisplay.Cart | null,
          },
        }
      }),
  ),
  endpoint(
    'POST',
    `${path}/refund_payment`,
    fields({
      amount: integer(1),
      charge: text(),
      metadata,
      payment_intent: text(),
      refund_application_fee: flag,
      refund_payment_config: fields({ enable_customer_cancellation: flag }),
      reverse_transfer: flag,
    }),
    (call, params) =>
      startAction(call, () => {
        if (params.charge === undefined && params.payment_intent === undefined)
          throw invalid('Missing required param: payment_intent.', {
            code: 'parameter_missing',
            param: 'payment_intent',
          })
        return {
          type: 'refund_payment',
          refund_payment: shown(params) as Stripe.Terminal.Reader.Action.RefundPayment,
        }
      }),
  ),
  endpoint(
    'POST',
    '/v1/test_helpers/terminal/readers/:id/present_payment_method',
    presentShape,
    (call, params) => {
      const reader = loadReader(call)
      if (reader.status === 'offline') throw refusal('terminal_reader_offline')
      if (reader.action?.status !== 'in_progress' || !needsCustomer(reader.action))
        throw invalid('The reader waits for no payment method.', { code: 'intent_invalid_state' })
      const given = params.card_present?.number ?? params.interac_present?.number ?? params.card?.number
      const card = cardByNumber(given ?? playOf(call.unit, reader.id).number)
      if (card) return present(call, reader, { card, tip: params.amount_tip ?? 0 })
      throw invalid('This sandbox takes only published test card numbers.', {
        code: 'incorrect_number',
        param: 'card_present[number]',
      })
    },
  ),
]
