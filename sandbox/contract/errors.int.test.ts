import Stripe from 'stripe'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { cardPayment } from './drive.ts'
import type { Watched } from './watched-sandbox.ts'
import { refusalOf, startWatched } from './watched-sandbox.ts'

let watched: Watched
let stripe: Stripe

beforeAll(async () => {
  watched = await startWatched()
  ;({ stripe } = watched)
})

afterEach(async () => {
  await watched.running.control('DELETE', '/faults')
  watched.problems.length = 0
})

afterAll(() => watched.stop())

const sale = (options: Stripe.RequestOptions = {}, amount = 2_000) =>
  stripe.paymentIntents.create(cardPayment('pm_card_visa', { amount }), options)

const broken = async (fault: object) => {
  await watched.running.control('POST', '/faults', { rules: [{ on: 'call', times: 1, ...fault }] })
  return sale()
}

const reused = async () => {
  await sale({ idempotencyKey: 'once' })
  return sale({ idempotencyKey: 'once' }, 3_000)
}

const { errors } = Stripe
const INVALID = 'invalid_request_error'

/** The table of stripe.md §2; 424 is left out: nothing here depends on anyone outside. */
const CLASSES: [string, () => Promise<unknown>, number, unknown, string, string | undefined][] = [
  ['a wrong amount', () => sale({}, 1), 400, errors.StripeInvalidRequestError, INVALID, 'amount_too_small'],
  [
    'an unknown parameter',
    () => stripe.refunds.create({ foo: 'bar' } as never),
    400,
    errors.StripeInvalidRequestError,
    INVALID,
    'parameter_unknown',
  ],
  ['a key with other parameters', reused, 400, errors.StripeIdempotencyError, 'idempotency_error', undefined],
  [
    'a key that is none',
    () => sale({ apiKey: 'nonsense' }),
    401,
    errors.StripeAuthenticationError,
    INVALID,
    undefined,
  ],
  [
    'an expired key',
    () => sale({ apiKey: 'sk_test_expired1' }),
    401,
    errors.StripeAuthenticationError,
    INVALID,
    'api_key_expired',
  ],
  [
    'a publishable key',
    () => sale({ apiKey: 'pk_test_1' }),
    401,
    errors.StripeAuthenticationError,
    INVALID,
    'secret_key_required',
  ],
  [
    'a live key',
    () => sale({ apiKey: 'sk_live_1' }),
    401,
    errors.StripeAuthenticationError,
    INVALID,
    undefined,
  ],
  [
    'a declined card',
    () => stripe.paymentIntents.create(cardPayment('pm_card_chargeDeclined')),
    402,
    errors.StripeCardError,
    'card_error',
    'card_declined',
  ],
  [
    'a key that may only read',
    () => sale({ apiKey: 'rk_test_readonly1' }),
    403,
    errors.StripePermissionError,
    INVALID,
    undefined,
  ],
  [
    'an unknown object',
    () => stripe.charges.retrieve('ch_nope'),
    404,
    errors.StripeInvalidRequestError,
    INVALID,
    'resource_missing',
  ],
  ['an unknown URL', () => stripe.products.list(), 404, errors.StripeInvalidRequestError, INVALID, undefined],
  [
    'a key in use',
    () => broken({ kind: 'conflict' }),
    409,
    errors.StripeAPIError,
    'idempotency_error',
    'idempotency_key_in_use',
  ],
  [
    'too many calls',
    () => broken({ kind: 'rate_limit' }),
    429,
    errors.StripeRateLimitError,
    INVALID,
    'rate_limit',
  ],
  [
    'a locked object',
    () => broken({ kind: 'lock_timeout' }),
    429,
    errors.StripeRateLimitError,
    INVALID,
    'lock_timeout',
  ],
  [
    'a failure of Stripe',
    () => broken({ kind: 'error_500' }),
    500,
    errors.StripeAPIError,
    'api_error',
    undefined,
  ],
]

test.each(CLASSES)('answers %s as the SDK expects it', async (_what, call, status, type, rawType, code) => {
  const error = await refusalOf(call())
  expect(error).toBeInstanceOf(type)
  expect([error.statusCode, error.rawType, error.code]).toEqual([status, rawType, code])
  expect(error.requestId).toMatch(/^req_\w+$/)
  expect(error.message).not.toBe('')
  expect(watched.problems).toEqual([])
})

test('lets a key that may only read do that', async () => {
  expect((await stripe.charges.list({}, { apiKey: 'rk_test_readonly1' })).object).toBe('list')
})

test('a severed call is a StripeConnectionError, an answer that breaks off too', async () => {
  // The SDK tries once more after a reset, whatever it is told.
  await watched.running.control('POST', '/faults', { rules: [{ on: 'call', kind: 'reset', times: 2 }] })
  const own = watched.client({ maxNetworkRetries: 0 })
  expect(await refusalOf(own.balance.retrieve())).toBeInstanceOf(errors.StripeConnectionError)
  await watched.running.control('POST', '/faults', { rules: [{ on: 'call', kind: 'truncated', times: 1 }] })
  expect(await refusalOf(own.balance.retrieve())).toBeInstanceOf(errors.StripeConnectionError)
})

test.each([
  ['payment_intents', 'intent'],
  ['balance_transactions', 'id'],
  ['payouts', 'payout'],
  ['charges', 'id'],
  ['refunds', 'refund'],
  ['customers', 'id'],
  ['payment_methods', 'payment_method'],
  ['setup_intents', 'intent'],
  ['topups', 'topup'],
  ['disputes', 'dispute'],
  ['events', 'id'],
  ['webhook_endpoints', 'webhook_endpoint'],
  ['radar/early_fraud_warnings', 'early_fraud_warning'],
])('names the parameter of an unknown object in /v1/%s: %s', async (resource, param) => {
  const error = await refusalOf(stripe.rawRequest('GET', `/v1/${resource}/none_1`))
  expect([error.statusCode, error.code, error.param]).toEqual([404, 'resource_missing', param])
})

test('refuses live keys, publishable keys, no key, and unknown versions', async () => {
  const status = async (headers: Record<string, string>) => {
    const { status: code, body } = await watched.running.form('GET', '/v1/balance', undefined, headers)
    return [code, (body.error as { type?: string } | undefined)?.type]
  }
  const refused = [401, 'invalid_request_error']
  expect(await status({ authorization: 'Bearer sk_live_abc' })).toEqual(refused)
  expect(await status({ authorization: 'Bearer rk_live_abc' })).toEqual(refused)
  expect(await status({ authorization: 'Bearer pk_test_abc' })).toEqual(refused)
  expect(await status({ authorization: '' })).toEqual(refused)
  expect(await status({ 'stripe-version': '2031-01-01.zinc' })).toEqual([400, 'invalid_request_error'])
  expect(await status({ authorization: `Basic ${btoa('rk_test_abc:')}` })).toEqual([200, undefined])
})

test('does not expand what cannot be expanded, and not deeper than four levels', async () => {
  expect((await refusalOf(stripe.charges.list({ expand: ['data.nothing'] }))).statusCode).toBe(400)
  const deep = ['data.payment_intent.latest_charge.payment_intent.latest_charge.customer']
  expect((await refusalOf(stripe.charges.list({ expand: deep }))).statusCode).toBe(400)
})
