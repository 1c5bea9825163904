import Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkBooks } from './testing/check-books.ts'
import type { Running } from './testing/start.ts'
import { dropFolder, newFolder, startSandbox } from './testing/start.ts'

let running: Running
let stripe: Stripe
let reader: string

beforeAll(async () => {
  running = await startSandbox(newFolder())
  stripe = running.stripe
  const { data } = await stripe.terminal.readers.list()
  reader = data.find(({ label }) => label === 'Counter 1')?.id ?? ''
})
afterAll(async () => {
  await running.stop()
  checkBooks(running.sandbox.store.state, running.sandbox.clock.now())
  dropFolder(running.dir)
})

const intentOf = (
  amount: number,
  more: Partial<Stripe.PaymentIntentCreateParams> = {},
): Promise<Stripe.PaymentIntent> =>
  stripe.paymentIntents.create({
    amount,
    currency: 'gbp',
    allowed_payment_method_types: ['card_present'],
    capture_method: 'automatic',
    ...more,
  })

const advance = (ms: number) => running.control('POST', '/clock', { now: running.sandbox.clock.now() + ms })

const play = (settings: object, id = reader) => running.control('POST', `/readers/${id}`, settings)

const process = (intent: string, id = reader) =>
  stripe.terminal.readers.processPaymentIntent(id, { payment_intent: intent })

const presentCard = (number?: string, more: object = {}) =>
  stripe.testHelpers.terminal.readers.presentPaymentMethod(reader, {
    type: 'card_present',
    ...(number === undefined ? {} : { card_present: { number } }),
    ...more,
  })

const now = async () => (await stripe.terminal.readers.retrieve(reader)) as Stripe.Terminal.Reader

const failure = async (call: Promise<unknown>): Promise<Stripe.errors.StripeError> => {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof Stripe.errors.StripeError) return error
  throw new Error('the call was not refused')
}

test('a fresh sandbox has a shop with two simulated readers that are online', async () => {
  const { data } = await stripe.terminal.readers.list()
  expect(data.map(({ label, status }) => [label, status])).toEqual([
    ['Counter 2', 'online'],
    ['Counter 1', 'online'],
  ])
  const locations = await stripe.terminal.locations.list()
  expect(locations.data.map(({ id }) => id)).toEqual([data[0]?.location])
  expect((await running.control('GET', '/state')).body.objects).toBe(0)
})

test('a card presented to the reader pays, and the charge tells what the receipt prints', async () => {
  const intent = await intentOf(1250)
  const started = await process(intent.id)
  expect(started.action).toMatchObject({
    type: 'process_payment_intent',
    status: 'in_progress',
    process_payment_intent: { payment_intent: intent.id },
    failure_code: null,
  })
  const done = await presentCard()
  expect(done.action?.status).toBe('succeeded')
  const paid = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] })
  expect(paid).toMatchObject({ status: 'succeeded', amount_received: 1250 })
  const details = (paid.latest_charge as Stripe.Charge).payment_method_details
  expect(details).toMatchObject({
    type: 'card_present',
    card_present: {
      last4: '4242',
      brand: 'visa',
      reader,
      receipt: { application_preferred_name: 'VISA CREDIT' },
    },
  })
  const events = await stripe.events.list({ type: 'terminal.reader.*' })
  expect(events.data[0]).toMatchObject({
    type: 'terminal.reader.action_succeeded',
    data: { object: { id: reader } },
  })
})

test('a declined card fails the action and the same intent is paid with the next card', async () => {
  const intent = await intentOf(2000)
  await process(intent.id)
  const declined = await presentCard('4000000000009995')
  expect(declined.action).toMatchObject({
    status: 'failed',
    failure_code: 'card_declined',
    api_error: { decline_code: 'insufficient_funds', type: 'card_error' },
  })
  expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
    status: 'requires_payment_method',
    last_payment_error: { decline_code: 'insufficient_funds', payment_method_type: 'card_present' },
  })
  await process(intent.id)
  await presentCard('5555555555554444')
  expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded')
  const charges = await stripe.charges.list({ payment_intent: intent.id })
  expect(charges.data.map(({ status }) => status)).toEqual(['succeeded', 'failed'])
})

test('a tip given at the reader is added to the amount', async () => {
  const intent = await intentOf(1000)
  await process(intent.id)
  await presentCard(undefined, { amount_tip: 150 })
  expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
    amount: 1150,
    amount_received: 1150,
    amount_details: { tip: { amount: 150 } },
  })
})

test('collecting shows the card before it is charged, and confirming charges it', async () => {
  const intent = await intentOf(3000)
  await stripe.terminal.readers.collectPaymentMethod(reader, { payment_intent: intent.id })
  const collected = await presentCard()
  expect(collected.action).toMatchObject({
    status: 'succeeded',
    collect_payment_method: { payment_method: { type: 'card_present', card_present: { last4: '4242' } } },
  })
  expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_confirmation')
  const confirming = await stripe.terminal.readers.confirmPaymentIntent(reader, { payment_intent: intent.id })
  expect(confirming.action?.status).toBe('in_progress')
  expect((await now()).action?.status).toBe('succeeded')
  expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded')
})

test('a customer who comes by themselves pays after the time that was set', async () => {
  await play({ auto: true, after_ms: 3_000 })
  const intent = await intentOf(700)
  await process(intent.id)
  await advance(2_999)
  expect((await now()).action?.status).toBe('in_progress')
  await advance(1)
  expect((await now()).action?.status).toBe('succeeded')
  await play({ auto: false })
})

test('the next action alone is declined with the code that was asked for', async () => {
  await play({ next: { outcome: 'decline', decline_code: 'lost_card', after_ms: 500 } })
  const intent = await intentOf(700)
  await process(intent.id)
  await advance(500)
  expect((await now()).action).toMatchObject({ status: 'failed', api_error: { decline_code: 'lost_card' } })
  await process(intent.id)
  await advance(60_000)
  expect((await now()).action?.status).toBe('in_progress')
  await stripe.terminal.readers.cancelAction(reader)
})

test('a customer who cancels leaves the intent as it was', async () => {
  await play({ next: { outcome: 'customer_canceled', after_ms: 0 } })
  const intent = await intentOf(700)
  await process(intent.id)
  expect((await now()).action).toMatchObject({ status: 'failed', failure_code: 'customer_canceled' })
  expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
    status: 'requires_payment_method',
    last_payment_error: null,
  })
})

test('a timed out command may have reached the reader all the same', async () => {
  await play({ next: { outcome: 'timeout', after_ms: 1_000 } })
  const intent = await intentOf(700)
  expect((await failure(process(intent.id))).code).toBe('terminal_reader_timeout')
  await advance(1_000)
  expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded')
  await play({ next: { outcome: 'timeout', reached: false } })
  const lost = await intentOf(700)
  expect((await failure(process(lost.id))).code).toBe('terminal_reader_timeout')
  await advance(60_000)
  expect((await stripe.paymentIntents.retrieve(lost.id)).status).toBe('requires_payment_method')
})

test('an action that hangs ends only when it is canceled', async () => {
  await play({ auto: true, next: { outcome: 'hang' } })
  const intent = await intentOf(700)
  await process(intent.id)
  await advance(3_600_000)
  expect((await now()).action?.status).toBe('in_progress')
  const canceled = await stripe.terminal.readers.cancelAction(reader)
  expect(canceled).toMatchObject({ id: reader, action: null })
  await play({ auto: false })
})

test('a reader that asks the bank can be neither given another command nor canceled', async () => {
  await play({ next: { outcome: 'approve', after_ms: 0, authorize_ms: 4_000 } })
  const [intent, other] = [await intentOf(700), await intentOf(800)]
  await process(intent.id)
  expect((await failure(process(other.id))).code).toBe('terminal_reader_busy')
  expect((await failure(stripe.terminal.readers.cancelAction(reader))).code).toBe('terminal_reader_busy')
  await advance(4_000)
  expect((await now()).action?.status).toBe('succeeded')
})

test('a reader that waits for a card takes another payment instead', async () => {
  const [intent, other] = [await intentOf(700), await intentOf(800)]
  await process(intent.id)
  await process(other.id)
  await presentCard()
  expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_payment_method')
  expect((await stripe.paymentIntents.retrieve(other.id)).status).toBe('succeeded')
})

test('a reader may say once that it is busy', async () => {
  await play({ next: { outcome: 'busy' } })
  const intent = await intentOf(700)
  expect((await failure(process(intent.id))).code).toBe('terminal_reader_busy')
  await process(intent.id)
  await presentCard()
  expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded')
})

test('an offline reader takes no command, and what it was doing hangs', async () => {
  await play({ auto: true, after_ms: 1_000 })
  const intent = await intentOf(700)
  await process(intent.id)
  await play({ status: 'offline' })
  await advance(10_000)
  expect((await now()).status).toBe('offline')
  expect((await now()).action?.status).toBe('in_progress')
  expect((await failure(process(intent.id))).code).toBe('terminal_reader_offline')
  expect((await stripe.terminal.readers.list({ status: 'offline' })).data).toHaveLength(1)
  await play({ status: 'online', auto: false })
  await stripe.terminal.readers.cancelAction(reader)
})

test('an intent that is paid or takes no card in person is refused', async () => {
  const intent = await intentOf(700)
  await process(intent.id)
  await presentCard()
  expect((await failure(process(intent.id))).code).toBe('intent_invalid_state')
  const online = await stripe.paymentIntents.create({
    amount: 700,
    currency: 'gbp',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  })
  expect((await failure(process(online.id))).param).toBe('payment_intent')
  expect((await failure(process(online.id, 'tmr_none'))).statusCode).toBe(404)
})

test('an intent that was canceled while the reader waited is not charged', async () => {
  const intent = await intentOf(700)
  await process(intent.id)
  await stripe.paymentIntents.cancel(intent.id)
  const failed = await presentCard()
  expect(failed.action).toMatchObject({ status: 'failed', failure_code: 'intent_invalid_state' })
  expect((await stripe.charges.list({ payment_intent: intent.id })).data).toEqual([])
})

test('the cents of the amount decide for a physical test card', async () => {
  await play({ physical: true })
  const expected = {
    1001: 'call_issuer',
    1005: 'generic_decline',
    1055: 'incorrect_pin',
    1065: 'withdrawal_count_limit_exceeded',
    1075: 'pin_try_exceeded',
  }
  for (const [amount, code] of Object.entries(expected)) {
    const intent = await intentOf(Number(amount))
    await process(intent.id)
    expect((await presentCard()).action?.api_error?.decline_code).toBe(code)
  }
  for (const amount of [1000, 1002, 1003]) {
    const intent = await intentOf(amount)
    await process(intent.id)
    expect((await presentCard()).action?.status).toBe('succeeded')
  }
  await play({ physical: false })
})

test('in person an authorisation holds five days for Visa and two for the others', async () => {
  const created = Math.floor(running.sandbox.clock.now() / 1000)
  const before = async (number: string) => {
    const intent = await intentOf(900, { capture_method: 'manual' })
    await process(intent.id)
    await presentCard(number)
    const { latest_charge } = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] })
    return (latest_charge as Stripe.Charge).payment_method_details?.card_present?.capture_before
  }
  expect(await before('4242424242424242')).toBe(created + 5 * 86_400)
  expect(await before('5555555555554444')).toBe(created + 2 * 86_400)
})

test('readers, locations and connection tokens are made, changed and removed', async () => {
  const place = await stripe.terminal.locations.create({
    display_name: 'Market stall',
    address: { line1: '2 Low Street', city: 'Leeds', country: 'GB', postal_code: 'LS1 1AA' },
  })
  const made = await stripe.terminal.readers.create({
    registration_code: 'simulated-wpe',
    location: place.id,
    label: 'Stall',
  })
  expect(made).toMatchObject({ device_type: 'simulated_wisepos_e', action: null, label: 'Stall' })
  const changed = await stripe.terminal.readers.update(made.id, { label: 'Tent', metadata: { row: '4' } })
  expect(changed).toMatchObject({ label: 'Tent', metadata: { row: '4' } })
  expect((await stripe.terminal.readers.list({ location: place.id })).data).toHaveLength(1)
  const token = await stripe.terminal.connectionTokens.create({ location: place.id })
  expect(token.secret).toMatch(/^pst_test_/)
  expect(await stripe.terminal.readers.del(made.id)).toMatchObject({ deleted: true })
  expect((await failure(stripe.terminal.readers.retrieve(made.id))).statusCode).toBe(404)
  expect(await stripe.terminal.locations.del(place.id)).toMatchObject({ deleted: true })
  const unknown = stripe.terminal.readers.create({ registration_code: 'puppies-plug-could' })
  expect((await failure(unknown)).param).toBe('registration_code')
})

test('the display shows a cart, and a refund on the reader gives the money back', async () => {
  const shown = await stripe.terminal.readers.setReaderDisplay(reader, {
    type: 'cart',
    cart: { currency: 'gbp', total: 300, line_items: [{ amount: 300, description: 'Bun', quantity: 1 }] },
  })
  expect(shown.action?.set_reader_display?.cart).toMatchObject({ tax: null, total: 300 })
  expect((await now()).action?.status).toBe('succeeded')
  const intent = await intentOf(900)
  await process(intent.id)
  await presentCard()
  await stripe.terminal.readers.refundPayment(reader, { payment_intent: intent.id, amount: 400 })
  const refunded = await presentCard()
  expect(refunded.action?.status).toBe('succeeded')
  const refunds = await stripe.refunds.list({ payment_intent: intent.id })
  expect(refunds.data.map(({ amount }) => amount)).toEqual([400])
})
