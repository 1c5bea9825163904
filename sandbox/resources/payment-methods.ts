import type Stripe from 'stripe'
import type { TestCard } from '../domain/cards.ts'
import { cardByFingerprint, cardByName, cardByNumber, cardByToken, fingerprintOf } from '../domain/cards.ts'
import type { Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { errorDocUrl, invalid, missing, StripeFailure } from '../http/errors.ts'
import { page, pageFields } from '../http/pages.ts'
import type { ReadBy } from '../http/readers.ts'
import {
  anything,
  emptyable,
  fields,
  integer,
  mergeMetadata,
  metadata,
  oneOf,
  text,
} from '../http/readers.ts'
import type { Unit } from '../store/unit.ts'
import { previously } from './previously.ts'
import { address, showAddress } from './shipping.ts'

const billingDetails = fields({
  address: emptyable(address),
  email: emptyable(text()),
  name: emptyable(text()),
  phone: emptyable(text()),
  tax_id: emptyable(text()),
})

const cardFields = fields({
  number: text(25),
  exp_month: integer(1),
  exp_year: integer(1),
  cvc: text(4),
  token: text(),
  networks: anything,
})

/** `payment_method_data` of a payment intent and the body of a new payment method. */
export const paymentMethodShape = {
  type: oneOf('card'),
  card: cardFields,
  billing_details: billingDetails,
  allow_redisplay: oneOf('always', 'limited', 'unspecified'),
  metadata,
  radar_options: anything,
}
const paymentMethodData = fields(paymentMethodShape)
export type PaymentMethodData = NonNullable<ReadBy<typeof paymentMethodData>>

/** Reader for `payment_method_data`. */
export const readPaymentMethodData = paymentMethodData

const checks = (card: TestCard): Stripe.PaymentMethod.Card.Checks => ({
  address_line1_check: card.checks?.line1 ?? null,
  address_postal_code_check: card.checks?.postal ?? null,
  cvc_check: card.checks?.cvc ?? 'pass',
})

const billing = (details: ReadBy<typeof billingDetails>): Stripe.PaymentMethod.BillingDetails => {
  const { address: where, email, name, phone, tax_id } = details ?? {}
  return {
    address: showAddress(where ?? null),
    email: email ?? null,
    name: name ?? null,
    phone: phone ?? null,
    tax_id: tax_id ?? null,
  }
}

/** `30` is 2030. */
const fullYear = (year: number | undefined): number | undefined =>
  year !== undefined && year < 100 ? 2_000 + year : year

const EXPIRY_YEARS_MAX = 50

/** Refuses an expiry no card can have: 402 card_error, as a card network would (stripe.md §2, decline codes). */
const checkExpiry = (unit: Unit, month: number | undefined, year: number | undefined): void => {
  const refuse = (code: string, param: string, what: string) => {
    const message = `Your card's expiration ${what} is invalid.`
    throw new StripeFailure(402, { code, doc_url: errorDocUrl(code), message, param, type: 'card_error' })
  }
  const now = new Date(unit.at_ms)
  const full = fullYear(year)
  if (month !== undefined && month > 12) refuse('invalid_expiry_month', 'exp_month', 'month')
  if (full === undefined) return
  const left = full - now.getUTCFullYear()
  if (left < 0 || left > EXPIRY_YEARS_MAX) refuse('invalid_expiry_year', 'exp_year', 'year')
  if (left === 0 && month !== undefined && month < now.getUTCMonth() + 1)
    refuse('invalid_expiry_month', 'exp_month', 'month')
}

/** Makes the payment method of a test card; the number itself is not kept anywhere. */
export const createPaymentMethod = (
  unit: Unit,
  card: TestCard,
  data?: PaymentMethodData,
): Stripe.PaymentMethod => {
  checkExpiry(unit, data?.card?.exp_month, data?.card?.exp_year)
  return unit.put<Stripe.PaymentMethod>({
    id: unit.newId('pm').replace('_3', '_1'),
    object: 'payment_method',
    allow_redisplay: data?.allow_redisplay ?? 'unspecified',
    billing_details: billing(data?.billing_details),
    card: {
      brand: card.brand,
      checks: checks(card),
      country: card.country,
      display_brand: card.brand,
      exp_month: data?.card?.exp_month ?? 12,
      exp_year: fullYear(data?.card?.exp_year) ?? new Date(unit.at_ms).getUTCFullYear() + 3,
      fingerprint: fingerprintOf(card),
      funding: card.funding,
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: unit.seconds,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: mergeMetadata({}, data?.metadata),
    type: 'card',
  })
}

/** The test card a request describes; anything but a published test card is refused, without repeating the number. */
export const cardOfData = (data: PaymentMethodData, prefix: string): TestCard => {
  const name = (field: string) => (prefix === '' ? field : `${prefix}[${field}]`)
  const need = (param: string) =>
    invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param })
  if (data.type === undefined) throw need(name('type'))
  if (!data.card) throw need(name('card'))
  const { number, token, exp_month, exp_year } = data.card
  if (token === undefined) {
    if (number === undefined) throw need(`${name('card')}[number]`)
    if (exp_month === undefined) throw need(`${name('card')}[exp_month]`)
    if (exp_year === undefined) throw need(`${name('card')}[exp_year]`)
  }
  const card = token === undefined ? cardByNumber(number ?? '') : cardByToken(token)
  if (card) return card
  throw invalid(
    'This sandbox takes only published test card numbers. Sending raw card numbers is generally unsafe.',
    { code: 'incorrect_number', param: token === undefined ? 'card[number]' : 'card[token]' },
  )
}

/** The payment method of an id in a parameter: a stored one, or a new one for a magic id like `pm_card_visa`. */
export const resolvePaymentMethod = (call: Call, id: string): Stripe.PaymentMethod => {
  const magic = cardByName(id)
  if (magic) return createPaymentMethod(call.unit, magic)
  const stored = call.unit.get('payment_method', id)
  if (!stored) throw missing('PaymentMethod', id, 'payment_method', 400)
  return stored
}

/** The test card that decides how a charge of this payment method goes. */
export const behaviourOf = (method: Stripe.PaymentMethod): TestCard => {
  const card = cardByFingerprint(method.card?.fingerprint ?? method.card_present?.fingerprint ?? '')
  if (!card) throw new Error(`payment method ${method.id} belongs to no test card`)
  return card
}

/** Only the fields that a request named. */
const given = <T extends object>(value: T, named: object): Partial<T> =>
  Object.fromEntries(
    Object.entries(value).filter(([key]) => (named as Record<string, unknown>)[key] !== undefined),
  ) as Partial<T>

const updateShape = fields({
  metadata,
  billing_details: billingDetails,
  card: fields({ exp_month: integer(1), exp_year: integer(1), networks: anything }),
  allow_redisplay: paymentMethodShape.allow_redisplay,
})

const updatePaymentMethod = (call: Call, params: NonNullable<ReadBy<typeof updateShape>>): object => {
  const method = call.unit.get('payment_method', call.id)
  if (!method) throw missing('PaymentMethod', call.id, 'payment_method')
  const { exp_month, exp_year } = params.card ?? {}
  checkExpiry(call.unit, exp_month, exp_year)
  const named = params.billing_details
  const updated = call.unit.put<Stripe.PaymentMethod>({
    ...method,
    allow_redisplay: params.allow_redisplay ?? method.allow_redisplay ?? 'unspecified',
    billing_details: named
      ? { ...method.billing_details, ...given(billing(named), named) }
      : method.billing_details,
    ...(method.card && {
      card: {
        ...method.card,
        exp_month: exp_month ?? method.card.exp_month,
        exp_year: fullYear(exp_year) ?? method.card.exp_year,
      },
    }),
    metadata: mergeMetadata(method.metadata ?? {}, params.metadata),
  })
  // Stripe tells of saved payment methods only.
  if (updated.customer !== null)
    call.unit.emit('payment_method.updated', updated, previously(method, updated))
  return updated
}

export const paymentMethodEndpoints: readonly Endpoint[] = [
  endpoint('POST', '/v1/payment_methods', paymentMethodData, (call, data) =>
    createPaymentMethod(call.unit, cardOfData(data, ''), data),
  ),
  endpoint('GET', '/v1/payment_methods/:id', fields({}), (call) => {
    // Retrieving a magic id shows a payment method without keeping it.
    const magic = cardByName(call.id)
    const unkept = call.store.begin(call.unit.at_ms)
    if (magic) return createPaymentMethod(unkept, magic)
    const method = call.view.find('payment_method', call.id, call.unit.at_ms)
    if (!method) throw missing('PaymentMethod', call.id, 'payment_method')
    return method
  }),
  endpoint('POST', '/v1/payment_methods/:id', updateShape, updatePaymentMethod),
  endpoint(
    'GET',
    '/v1/payment_methods',
    pageFields({ allow_redisplay: text(), customer: text(), type: text() }),
    ({ view, unit }, params) =>
      page(view.rows('payment_method'), params, '/v1/payment_methods', (method) => {
        const fits =
          (params.customer === undefined || method.customer === params.customer) &&
          (params.type === undefined || method.type === params.type) &&
          (params.allow_redisplay === undefined || method.allow_redisplay === params.allow_redisplay)
        return fits && !view.isHidden(method) ? view.show(method, unit.at_ms) : null
      }),
  ),
]
