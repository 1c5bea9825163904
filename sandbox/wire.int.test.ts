import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Reply, Running } from './testing/start.ts'
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

const SALE =
  'amount=1000&currency=gbp&payment_method=pm_card_visa&confirm=true' +
  '&automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never'

const post = (path: string, form = '', headers: Record<string, string> = {}): Promise<Reply> =>
  running.form('POST', `/v1/${path}`, form, headers)

const errorOf = ({ status, body }: Reply) => {
  const { type, code, param } = (body.error ?? {}) as Record<string, unknown>
  return [status, type, code, param]
}

const REAL_CARD = '4111111111111111'
const INVALID = 'invalid_request_error'

test.each([
  ['the card number', 'payment_methods', `type=card&card[number]=${REAL_CARD}&card[cvc]=987`],
  ['a nested card number', 'payment_intents', `${SALE}&payment_method_data[card][number]=${REAL_CARD}`],
  ['the payment method', 'payment_intents', `amount=500&currency=gbp&payment_method=${REAL_CARD}`],
  ['an amount', 'payment_intents', `amount=${REAL_CARD}&currency=gbp`],
  ['a description', 'payment_intents', `${SALE}&description=card+4111+1111+1111+1111+12/30`],
  ['metadata', 'payment_intents', `${SALE}&metadata[note]=${REAL_CARD}`],
  ['a key of metadata', 'payment_intents', `${SALE}&metadata[${REAL_CARD}]=x`],
  ['a parameter without a meaning', 'payment_intents', `${SALE}&payment_method_options[x]=${REAL_CARD}`],
  ['the path', `charges/${REAL_CARD}`, ''],
  ['an unknown path', `foo/${REAL_CARD}`, ''],
  ['the query', `charges?payment_intent=${REAL_CARD}`, ''],
])('refuses a real card number in %s and keeps it nowhere', async (_place, path, form) => {
  const reply = await post(path, form, { 'idempotency-key': `pan-${_place}` })
  expect(errorOf(reply).slice(0, 3)).toEqual([400, INVALID, 'incorrect_number'])
  expect(JSON.stringify(reply.body)).not.toContain(REAL_CARD)
  await kept(REAL_CARD, 'cvc', '987')
})

test('keeps no real card number that came as an idempotency key, nor the parameters of any call', async () => {
  const reply = await post('payment_intents', SALE, { 'idempotency-key': `k ${REAL_CARD}` })
  expect(reply.status).toBe(400)
  const card = 'type=card&card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=2030&card[cvc]=987'
  expect((await post('payment_methods', card, { 'idempotency-key': 'cvc' })).status).toBe(200)
  await kept(REAL_CARD, '4242424242424242', '"987"')
})

test('refuses a live key wherever it stands', async () => {
  const inText = await post('payment_intents', `${SALE}&metadata[key]=sk_live_abc`)
  expect(errorOf(inText)).toEqual([400, INVALID, undefined, 'metadata[key]'])
  const basic = { authorization: `Basic ${btoa('sk_live_abc:')}` }
  expect((await running.form('GET', '/v1/balance', undefined, basic)).status).toBe(401)
  await kept('sk_live_abc')
})

/** Nothing of this may be in any file of the sandbox. */
const kept = async (...secrets: string[]): Promise<void> => {
  await running.sandbox.store.durable()
  const files = ['log.jsonl', 'journal.jsonl'].map((name) => readFileSync(join(dir, name), 'utf8')).join()
  for (const secret of secrets) expect(files.includes(secret)).toBe(false)
}

const intent = async () => (await post('payment_intents', 'amount=500&currency=gbp')).body.id as string

test('shows the shipping it was given on the intent and on its charge', async () => {
  const params = `${SALE}&shipping[name]=Ann&shipping[address][line1]=1+High+St&expand[]=latest_charge`
  const { body } = await post('payment_intents', params)
  const address = {
    line1: '1 High St',
    line2: null,
    city: null,
    country: null,
    state: null,
    postal_code: null,
  }
  const shipping = { name: 'Ann', address, carrier: null, phone: null, tracking_number: null }
  expect(body.shipping).toEqual(shipping)
  expect((body.latest_charge as Stripe.Charge).shipping).toEqual(shipping)
  const half = await post('payment_intents', `${SALE}&shipping[name]=Ann`)
  expect(errorOf(half)).toEqual([400, INVALID, 'parameter_missing', 'shipping[address]'])
})

test('finds charges by their transfer group', async () => {
  const { body } = await post('payment_intents', `${SALE}&transfer_group=g1`)
  const list = async (transfer_group: string) =>
    (await stripe.charges.list({ transfer_group })).data.map(({ id }) => id)
  expect(await list('g1')).toEqual([body.latest_charge])
  expect(await list('g2')).toEqual([])
})

test('tells of a changed charge only what changed, and nothing when nothing did', async () => {
  const charge = (await post('payment_intents', SALE)).body.latest_charge as string
  await post(`charges/${charge}`, 'metadata[a]=1&fraud_details[user_report]=safe')
  await post(`charges/${charge}`, 'metadata[a]=1')
  const events = (await stripe.events.list({ type: 'charge.updated' })).data
  const about = events.filter(({ data }) => (data.object as Stripe.Charge).id === charge)
  expect(about.map(({ data }) => data.previous_attributes)).toEqual([{ metadata: {}, fraud_details: {} }])
})

test('keeps the statement descriptor a capture sets', async () => {
  const held = await post('payment_intents', `${SALE}&capture_method=manual`)
  const captured = await post(
    `payment_intents/${held.body.id as string}/capture`,
    'statement_descriptor_suffix=LUNCH&expand[]=latest_charge',
  )
  expect(captured.body).toMatchObject({
    statement_descriptor_suffix: 'LUNCH',
    latest_charge: { statement_descriptor_suffix: 'LUNCH' },
  })
})

test('lists and updates payment methods', async () => {
  const method = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } })
  const changed = await stripe.paymentMethods.update(method.id, {
    card: { exp_month: 3, exp_year: 2031 },
    allow_redisplay: 'always',
  })
  expect(changed).toMatchObject({ card: { exp_month: 3, exp_year: 2031 }, allow_redisplay: 'always' })
  expect((await stripe.paymentMethods.list({ type: 'card', limit: 1 })).data).toEqual([changed])
})

test.each([
  ['type=card&card[number]=4242424242424242&card[exp_month]=13&card[exp_year]=2030', 'invalid_expiry_month'],
  ['type=card&card[number]=4242424242424242&card[exp_month]=9&card[exp_year]=2016', 'invalid_expiry_month'],
  ['type=card&card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=2015', 'invalid_expiry_year'],
])('refuses a card that cannot be valid: %s', async (form, code) => {
  expect(errorOf(await post('payment_methods', form)).slice(0, 3)).toEqual([402, 'card_error', code])
})

test.each([
  ['payment_methods', 'type=card', 'parameter_missing', 'card'],
  ['payment_methods', 'type=card&card[exp_month]=1', 'parameter_missing', 'card[number]'],
  ['payment_intents', `${SALE}&off_session=maybe`, undefined, 'off_session'],
  ['payment_intents', `${SALE}&metadata=x`, undefined, 'metadata'],
  ['webhook_endpoints', 'url=http://x.y&enabled_events=', 'parameter_invalid_empty', 'enabled_events'],
  ['webhook_endpoints', 'url=http://x.y&enabled_events=x', undefined, 'enabled_events'],
])('refuses %s with %s as Stripe does', async (path, form, code, param) => {
  expect(errorOf(await post(path, form))).toEqual([400, INVALID, code, param])
})

test('tells of funds that are available at once', async () => {
  const told = async () => (await stripe.events.list({ type: 'balance.available', limit: 100 })).data.length
  const before = await told()
  await post(
    'payment_intents',
    SALE.replace('pm_card_visa', 'pm_card_bypassPending&capture_method=automatic'),
  )
  expect(await told()).toBe(before + 1)
})

test('names an unknown cursor by what the list holds', async () => {
  const list = async (name: string) =>
    (await running.form('GET', `/v1/${name}?starting_after=x_1`)).body.error
  expect(await list('charges')).toMatchObject({
    code: 'resource_missing',
    message: "No such charge: 'x_1'",
    param: 'starting_after',
  })
  expect(await list('balance_transactions')).toMatchObject({ message: "No such balance transaction: 'x_1'" })
})

test('refuses a refund whose charge and intent do not belong together', async () => {
  const [one, two] = [await post('payment_intents', SALE), await post('payment_intents', SALE)]
  const form = `payment_intent=${one.body.id as string}&charge=${two.body.latest_charge as string}`
  expect(errorOf(await post('refunds', form))).toEqual([400, INVALID, undefined, 'charge'])
})

test('leaves what may be expanded but is empty as it is', async () => {
  const reply = await post('payment_intents', `${SALE}&expand[]=review&expand[]=latest_charge.application`)
  expect([reply.status, reply.body.review]).toEqual([200, null])
})

test('follows four levels of expansion and no fifth', async () => {
  await running.control('POST', '/clock', { now: running.sandbox.clock.now() + 30_000 })
  const four = 'data.latest_charge.balance_transaction.source.payment_intent'
  const url = (path: string) => `/v1/payment_intents?limit=1&created[lt]=1477904400&expand[]=${path}`
  await post('payment_intents', `${SALE}&capture_method=automatic`)
  const reply = await running.form('GET', `/v1/payment_intents?limit=1&expand[]=${four}`)
  const [intent] = reply.body.data as Stripe.PaymentIntent[]
  const charge = intent?.latest_charge as Stripe.Charge
  const row = charge.balance_transaction as Stripe.BalanceTransaction
  expect(((row.source as Stripe.Charge).payment_intent as Stripe.PaymentIntent).id).toBe(intent?.id)
  expect((await running.form('GET', url(`${four}.payment_method`))).status).toBe(400)
})

test('answers every unknown URL in the words of the API, and its own control plane in its own', async () => {
  for (const path of ['/v1/foo', '/v2/core/events', '//v1/balance']) {
    const { status, body } = await running.form('GET', path)
    expect(status).toBe(404)
    expect(body.error).toMatchObject({ type: INVALID, message: expect.stringContaining('Unrecognized') })
  }
  expect((await running.control('GET', '/nothing')).body.error).toMatchObject({ code: 'not_found' })
})

test('gives back the account header, and asks for another try while a key is in use', async () => {
  const account = await running.form('GET', '/v1/balance', undefined, { 'stripe-account': 'acct_1' })
  expect(account.headers.get('stripe-account')).toBe('acct_1')
  const both = await Promise.all(
    [1, 2].map(() => post('payment_intents', SALE, { 'idempotency-key': 'two' })),
  )
  const busy = both.find(({ status }) => status === 409)
  expect(busy?.headers.get('stripe-should-retry')).toBe('true')
})

test('refuses a key that comes again with other parameters or for another endpoint', async () => {
  const headers = { 'idempotency-key': 'once' }
  const first = await post('payment_intents', SALE, headers)
  const inOtherOrder = SALE.split('&').reverse().join('&')
  expect((await post('payment_intents', inOtherOrder, headers)).body.id).toBe(first.body.id)
  const refused = [400, 'idempotency_error', undefined, undefined]
  expect(errorOf(await post('payment_intents', `${SALE}&description=x`, headers))).toEqual(refused)
  expect(errorOf(await post('refunds', `payment_intent=${first.body.id as string}`, headers))).toEqual(
    refused,
  )
  // The same parameters (none) for another object are another request.
  const ids = [await intent(), await intent()]
  const cancel = { 'idempotency-key': 'cancel' }
  expect((await post(`payment_intents/${ids[0]}/cancel`, '', cancel)).body.status).toBe('canceled')
  expect(errorOf(await post(`payment_intents/${ids[1]}/cancel`, '', cancel))).toEqual(refused)
})

test('shows events for thirty days', async () => {
  await intent()
  const { id, created } = (await stripe.events.list({ limit: 1 })).data[0] ?? { id: '', created: 0 }
  await running.control('POST', '/clock', { now: (created + 30 * 86_400) * 1000 })
  expect((await stripe.events.list({ created })).data.map((event) => event.id)).toContain(id)
  await running.control('POST', '/clock', { now: (created + 30 * 86_400 + 1) * 1000 })
  expect((await stripe.events.list({ created })).data).toEqual([])
  expect((await running.form('GET', `/v1/events/${id}`)).status).toBe(404)
})
