import Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TEST_CARDS } from './domain/cards.ts'
import type { Running } from './testing/start.ts'
import { dropFolder, newFolder, startSandbox } from './testing/start.ts'

const dir = newFolder()
let running: Running
let stripe: Stripe

beforeAll(async () => {
  running = await startSandbox(dir)
  stripe = running.stripe
})

afterAll(async () => {
  await running.stop()
  dropFolder(dir)
})

const card = (payment_method: string, amount = 1_000): Stripe.PaymentIntentCreateParams => ({
  amount,
  currency: 'gbp',
  payment_method,
  confirm: true,
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  metadata: { tillwatch_sale: 'sale_1' },
})

const failure = async (call: Promise<unknown>): Promise<Stripe.errors.StripeError> => {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof Stripe.errors.StripeError) return error
  throw new Error('the call was not refused')
}

const advance = (seconds: number) =>
  running.control('POST', '/clock', { now: running.sandbox.clock.now() + seconds * 1000 })

const typesSince = async (object: string): Promise<string[]> => {
  const events = await stripe.events.list({ limit: 100 })
  const about = events.data.filter((event) => {
    const subject = event.data.object as unknown as { id?: string; payment_intent?: string }
    return subject.id === object || subject.payment_intent === object
  })
  return about.map((event) => event.type).reverse()
}

test('takes a card, shows no balance transaction at first, and books it after the settle lag', async () => {
  const intent = await stripe.paymentIntents.create({ ...card('pm_card_visa'), expand: ['latest_charge'] })
  const charge = intent.latest_charge as Stripe.Charge
  expect(intent).toMatchObject({ status: 'succeeded', amount_received: 1_000, livemode: false })
  expect(charge).toMatchObject({
    captured: true,
    balance_transaction: null,
    metadata: { tillwatch_sale: 'sale_1' },
  })
  expect(await typesSince(intent.id)).toEqual([
    'payment_intent.created',
    'charge.succeeded',
    'payment_intent.succeeded',
  ])
  await advance(30)
  const settled = await stripe.charges.retrieve(charge.id, { expand: ['balance_transaction'] })
  expect(settled.balance_transaction).toMatchObject({
    amount: 1_000,
    fee: 35,
    net: 965,
    status: 'pending',
    available_on: Date.parse('2016-11-02T00:00:00Z') / 1000,
    created: Date.parse('2016-10-31T09:00:30Z') / 1000,
  })
  expect((await typesSince(intent.id)).at(-1)).toBe('charge.updated')
})

test('books at once with capture_method automatic', async () => {
  const params = { ...card('pm_card_mastercard'), capture_method: 'automatic' as const }
  const intent = await stripe.paymentIntents.create({
    ...params,
    expand: ['latest_charge.balance_transaction'],
  })
  const charge = intent.latest_charge as Stripe.Charge
  expect((charge.balance_transaction as Stripe.BalanceTransaction).net).toBe(965)
})

test('creates, then confirms, a payment intent', async () => {
  const { confirm: _confirm, payment_method: _method, ...params } = card('pm_card_visa')
  const created = await stripe.paymentIntents.create(params)
  expect(created.status).toBe('requires_payment_method')
  expect((await failure(stripe.paymentIntents.confirm(created.id))).code).toBe(
    'payment_intent_unexpected_state',
  )
  const confirmed = await stripe.paymentIntents.confirm(created.id, { payment_method: 'pm_card_visa' })
  expect(confirmed.status).toBe('succeeded')
  const again = await failure(stripe.paymentIntents.confirm(created.id, { payment_method: 'pm_card_visa' }))
  expect([again.statusCode, again.code]).toEqual([400, 'payment_intent_unexpected_state'])
})

test.each([
  ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline', undefined, 'try_again_later'],
  ['pm_card_chargeDeclined', 'card_declined', 'generic_decline', undefined, 'try_again_later'],
  [
    'pm_card_visa_chargeDeclinedInsufficientFunds',
    'card_declined',
    'insufficient_funds',
    undefined,
    'try_again_later',
  ],
  ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card', undefined, 'do_not_try_again'],
  ['pm_card_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card', undefined, 'do_not_try_again'],
  ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card', 'exp_month', 'confirm_card_data'],
  ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc', 'cvc', 'confirm_card_data'],
  [
    'pm_card_chargeDeclinedProcessingError',
    'processing_error',
    'processing_error',
    undefined,
    'try_again_later',
  ],
  ['pm_card_chargeDeclinedFraudulent', 'card_declined', 'fraudulent', undefined, undefined],
  [
    'pm_card_visa_chargeDeclinedVelocityLimitExceeded',
    'card_declined',
    'card_velocity_exceeded',
    undefined,
    undefined,
  ],
])('declines %s as %s', async (method, code, decline_code, param, advice_code) => {
  const error = await failure(stripe.paymentIntents.create(card(method)))
  expect(error).toBeInstanceOf(Stripe.errors.StripeCardError)
  expect(error).toMatchObject({ statusCode: 402, code, decline_code })
  expect([error.param, error.advice_code]).toEqual([param, advice_code])
  const intent = error.payment_intent as Stripe.PaymentIntent
  expect(intent).toMatchObject({
    status: 'requires_payment_method',
    payment_method: null,
    latest_charge: error.charge,
  })
  expect(intent.last_payment_error).toMatchObject({ code, decline_code, type: 'card_error' })
  expect(await typesSince(intent.id)).toEqual([
    'payment_intent.created',
    'charge.failed',
    'payment_intent.payment_failed',
  ])
  const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })
  expect(paid.status).toBe('succeeded')
})

test('knows every test card by all of its names', async () => {
  for (const { names, number } of TEST_CARDS) {
    const method = await stripe.paymentMethods.retrieve(names[0] ?? '')
    expect(method.card?.last4).toBe(number.slice(-4))
  }
})

test('asks for authentication, or refuses when no one can give it', async () => {
  const params = card('pm_card_authenticationRequired')
  const waiting = await stripe.paymentIntents.create(params)
  expect([waiting.status, waiting.next_action?.type]).toEqual(['requires_action', 'use_stripe_sdk'])
  const off = await failure(stripe.paymentIntents.create({ ...params, off_session: true }))
  expect([off.code, off.decline_code]).toEqual(['authentication_required', 'authentication_required'])
  const none = await failure(stripe.paymentIntents.create({ ...params, error_on_requires_action: true }))
  expect(none.decline_code).toBe('authentication_not_handled')
  expect((await stripe.paymentIntents.cancel(waiting.id)).status).toBe('canceled')
  expect((await failure(stripe.paymentIntents.cancel(waiting.id))).code).toBe(
    'payment_intent_unexpected_state',
  )
})

test('captures part of an authorised amount and no more than that', async () => {
  const held = await stripe.paymentIntents.create({ ...card('pm_card_visa'), capture_method: 'manual' })
  expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 1_000, amount_received: 0 })
  const over = await failure(stripe.paymentIntents.capture(held.id, { amount_to_capture: 1_001 }))
  expect(over.code).toBe('amount_too_large')
  const captured = await stripe.paymentIntents.capture(held.id, {
    amount_to_capture: 600,
    expand: ['latest_charge.balance_transaction'],
  })
  expect(captured).toMatchObject({ status: 'succeeded', amount_received: 600, amount_capturable: 0 })
  expect(captured.latest_charge).toMatchObject({
    amount_captured: 600,
    balance_transaction: { amount: 600, fee: 29 },
  })
})

test('lets an authorisation expire after seven days', async () => {
  const held = await stripe.paymentIntents.create({ ...card('pm_card_visa'), capture_method: 'manual' })
  await advance(7 * 86_400)
  const expired = await stripe.paymentIntents.retrieve(held.id)
  expect(expired).toMatchObject({ status: 'canceled', cancellation_reason: 'automatic' })
  expect(await typesSince(held.id)).toContain('charge.expired')
})

test('refunds up to what is left and says why not further', async () => {
  const { id } = await stripe.paymentIntents.create(card('pm_card_visa'))
  const part = await stripe.refunds.create({
    payment_intent: id,
    amount: 400,
    expand: ['balance_transaction', 'charge'],
  })
  expect(part.balance_transaction).toMatchObject({
    amount: -400,
    fee: 0,
    net: -400,
    status: 'pending',
    type: 'refund',
  })
  expect(part.charge).toMatchObject({ amount_refunded: 400, refunded: false })
  const over = await failure(stripe.refunds.create({ payment_intent: id, amount: 601 }))
  expect([over.statusCode, over.param, over.code]).toEqual([400, 'amount', undefined])
  await stripe.refunds.create({ payment_intent: id })
  const done = await failure(stripe.refunds.create({ payment_intent: id }))
  expect([done.code, done.param]).toEqual(['charge_already_refunded', undefined])
  const charge = await stripe.charges.list({ payment_intent: id, expand: ['data.refunds'] })
  expect(charge.data[0]?.refunds?.data.map(({ amount }) => amount)).toEqual([600, 400])
})

test('sends money back when a refund fails', async () => {
  const { id } = await stripe.paymentIntents.create(card('pm_card_refundFail'))
  const refund = await stripe.refunds.create({ payment_intent: id })
  expect(refund.status).toBe('succeeded')
  await advance(3 * 86_400)
  const failed = await stripe.refunds.retrieve(refund.id, { expand: ['failure_balance_transaction'] })
  expect(failed).toMatchObject({
    status: 'failed',
    failure_balance_transaction: { amount: 1_000, type: 'refund_failure' },
  })
})

test.each([
  ['amount_too_small', { amount: 29 }],
  ['amount_too_large', { amount: 100_000_000 }],
  ['payment_method_types_no_longer_supported', { payment_method_types: ['card'] }],
  ['parameter_unknown', { foo: 'bar' }],
  ['resource_missing', { payment_method: 'pm_nope' }],
  ['resource_missing', { customer: 'cus_nope' }],
])('refuses with %s', async (code, change) => {
  const { automatic_payment_methods: _automatic, ...params } = card('pm_card_visa')
  const error = await failure(
    stripe.paymentIntents.create({ ...params, ...change, return_url: 'https://example.com' } as never),
  )
  expect([error.statusCode, error.code]).toEqual([400, code])
})

test('asks for a return_url where a redirecting method could be chosen', async () => {
  const { automatic_payment_methods: _automatic, ...params } = card('pm_card_visa')
  expect((await failure(stripe.paymentIntents.create(params))).param).toBe('return_url')
})

test('refuses card numbers that are not published test ones, without repeating them', async () => {
  const number = '4000123412341234'
  const params = { type: 'card' as const, card: { number, exp_month: 1, exp_year: 2030, cvc: '123' } }
  const error = await failure(stripe.paymentMethods.create(params))
  expect(error.code).toBe('incorrect_number')
  expect(JSON.stringify(error)).not.toContain(number)
  const method = await stripe.paymentMethods.create({
    ...params,
    card: { ...params.card, number: '4242424242424242' },
  })
  expect(method.card?.last4).toBe('4242')
  expect((await stripe.paymentIntents.create(card(method.id))).status).toBe('succeeded')
})

test('shows the account with its country, currency and zone', async () => {
  const account = await stripe.accounts.retrieveCurrent()
  expect(account).toMatchObject({
    country: 'GB',
    default_currency: 'gbp',
    settings: { dashboard: { timezone: 'Europe/London' } },
  })
})
