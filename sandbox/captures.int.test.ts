import Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Doubts } from './options.ts'
import { checkBooks } from './testing/check-books.ts'
import type { Running } from './testing/start.ts'
import { dropFolder, newFolder, startSandbox } from './testing/start.ts'

let running: Running
let stripe: Stripe

const restart = async (doubts: Partial<Doubts> = {}) => {
  running = await startSandbox(newFolder(), '2016-10-31T09:00:00Z', { doubts })
  stripe = running.stripe
}
const end = async () => {
  await running.stop()
  checkBooks(running.sandbox.store.state, running.sandbox.clock.now())
  dropFolder(running.dir)
}
beforeAll(() => restart())
afterAll(end)

const never = { enabled: true, allow_redirects: 'never' as const }

const hold = (more: Partial<Stripe.PaymentIntentCreateParams> = {}): Promise<Stripe.PaymentIntent> =>
  stripe.paymentIntents.create({
    amount: 5000,
    currency: 'gbp',
    payment_method: 'pm_card_visa',
    confirm: true,
    capture_method: 'manual',
    automatic_payment_methods: never,
    expand: ['latest_charge'],
    ...more,
  })

const advance = (seconds: number) =>
  running.control('POST', '/clock', { now: running.sandbox.clock.now() + seconds * 1000 })

const code = async (call: Promise<unknown>): Promise<string | undefined> => {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof Stripe.errors.StripeError) return error.code
  throw new Error('the call was not refused')
}

const eventsOf = async (intent: string): Promise<string[]> => {
  const { data } = await stripe.events.list({ limit: 100 })
  return data
    .filter(({ data: { object } }) => {
      const { id, payment_intent } = object as { id: string; payment_intent?: string }
      return id === intent || payment_intent === intent
    })
    .map(({ type }) => type)
    .reverse()
}

const rowsOf = async (charge: string) => {
  const { data } = await stripe.balanceTransactions.list({ source: charge })
  return data
    .reverse()
    .map(({ type, reporting_category, amount, fee }) => [type, reporting_category, amount, fee])
}

const DAY = 86_400

test('a partial capture books what was captured and gives the rest free', async () => {
  const held = await hold()
  const charge = held.latest_charge as Stripe.Charge
  expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 5000, amount_received: 0 })
  expect(charge.payment_method_details?.card?.capture_before).toBe(charge.created + 7 * DAY)
  const captured = await stripe.paymentIntents.capture(held.id, { amount_to_capture: 3000 })
  expect(captured).toMatchObject({
    status: 'succeeded',
    amount: 5000,
    amount_received: 3000,
    amount_capturable: 0,
  })
  expect(await stripe.charges.retrieve(charge.id)).toMatchObject({
    amount: 5000,
    amount_captured: 3000,
    amount_refunded: 0,
    captured: true,
  })
  // 3000 at 1.5 % is 45, and 20.
  expect(await rowsOf(charge.id)).toEqual([['charge', 'charge', 3000, 65]])
  expect(await eventsOf(held.id)).toEqual([
    'payment_intent.created',
    'charge.succeeded',
    'payment_intent.amount_capturable_updated',
    'charge.captured',
    'payment_intent.succeeded',
  ])
})

test('no more than the authorised amount is captured, and only once', async () => {
  const held = await hold()
  expect(await code(stripe.paymentIntents.capture(held.id, { amount_to_capture: 5001 }))).toBe(
    'amount_too_large',
  )
  await stripe.paymentIntents.capture(held.id)
  expect(await code(stripe.paymentIntents.capture(held.id))).toBe('payment_intent_unexpected_state')
})

test('an authorisation that is not captured in seven days expires and costs nothing', async () => {
  const held = await hold()
  const charge = held.latest_charge as Stripe.Charge
  await advance(7 * DAY - 1)
  expect((await stripe.paymentIntents.retrieve(held.id)).status).toBe('requires_capture')
  await advance(1)
  expect(await stripe.paymentIntents.retrieve(held.id)).toMatchObject({
    status: 'canceled',
    cancellation_reason: 'automatic',
    amount_capturable: 0,
  })
  expect((await eventsOf(held.id)).slice(3)).toEqual(['charge.expired', 'payment_intent.canceled'])
  expect(await code(stripe.paymentIntents.capture(held.id))).toBe('payment_intent_unexpected_state')
  expect(await rowsOf(charge.id)).toEqual([])
})

test('an intent can be canceled in every state that is not an end, and in no other', async () => {
  const bare = { amount: 900, currency: 'gbp', automatic_payment_methods: never }
  const states = [
    await stripe.paymentIntents.create(bare),
    await stripe.paymentIntents.create({ ...bare, payment_method: 'pm_card_visa' }),
    await stripe.paymentIntents.create({
      ...bare,
      payment_method: 'pm_card_authenticationRequired',
      confirm: true,
    }),
    await hold(),
  ]
  expect(states.map(({ status }) => status)).toEqual([
    'requires_payment_method',
    'requires_confirmation',
    'requires_action',
    'requires_capture',
  ])
  for (const { id } of states) {
    const canceled = await stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' })
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' })
    expect(await code(stripe.paymentIntents.cancel(id))).toBe('payment_intent_unexpected_state')
    expect(await code(stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' }))).toBe(
      'payment_intent_unexpected_state',
    )
  }
  const paid = await hold({ capture_method: 'automatic' })
  expect(await code(stripe.paymentIntents.cancel(paid.id))).toBe('payment_intent_unexpected_state')
  expect(await code(stripe.paymentIntents.confirm(paid.id))).toBe('payment_intent_unexpected_state')
})

test('an authorised payment is canceled, not refunded', async () => {
  const held = await hold()
  await expect(stripe.refunds.create({ payment_intent: held.id })).rejects.toMatchObject({ statusCode: 400 })
  const { id } = held.latest_charge as Stripe.Charge
  await expect(stripe.refunds.create({ charge: id })).rejects.toMatchObject({ statusCode: 400 })
})

test('amounts without and with three decimals are charged in their own currency', async () => {
  const pay = async (amount: number, currency: string) => {
    const paid = await hold({ amount, currency, capture_method: 'automatic' })
    const { balance_transaction } = paid.latest_charge as Stripe.Charge
    return stripe.balanceTransactions.retrieve(balance_transaction as string)
  }
  // 1200 yen at 2.9 % are 34.8; 1250 thousandths of a dinar at 2.9 % are 36.25.
  expect(await pay(1200, 'jpy')).toMatchObject({
    amount: 1200,
    fee: 35,
    net: 1165,
    currency: 'jpy',
    exchange_rate: null,
  })
  expect(await pay(1250, 'kwd')).toMatchObject({ amount: 1250, fee: 36, net: 1214, currency: 'kwd' })
  expect(await code(hold({ amount: 49, currency: 'jpy' }))).toBe('amount_too_small')
  expect(await code(hold({ amount: 1255, currency: 'kwd' }))).toBe('parameter_invalid_integer')
  const { pending } = await stripe.balance.retrieve()
  expect(
    pending.filter(({ currency }) => currency !== 'gbp').map(({ amount, currency }) => [currency, amount]),
  ).toEqual([
    ['jpy', 1165],
    ['kwd', 1214],
  ])
})

test('a sandbox may show a partial capture as the whole authorisation and its reversal', async () => {
  await end()
  await restart({ partialCaptureRows: 'authorized_and_reversal', expiryReason: 'expired' })
  const held = await hold()
  await stripe.paymentIntents.capture(held.id, { amount_to_capture: 3000 })
  expect(await rowsOf((held.latest_charge as Stripe.Charge).id)).toEqual([
    ['charge', 'charge', 5000, 65],
    ['refund', 'partial_capture_reversal', -2000, 0],
  ])
  const other = await hold()
  await advance(7 * DAY)
  expect((await stripe.paymentIntents.retrieve(other.id)).cancellation_reason).toBe('expired')
})
