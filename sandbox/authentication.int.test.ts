import { afterAll, beforeAll, expect, test } from 'vitest'
import type Stripe from 'stripe'
import { checkBooks } from './testing/check-books.ts'
import type { Running } from './testing/start.ts'
import { dropFolder, newFolder, startSandbox } from './testing/start.ts'

let running: Running

beforeAll(async () => {
  running = await startSandbox(newFolder())
})
afterAll(async () => {
  await running.stop()
  checkBooks(running.sandbox.store.state, running.sandbox.clock.now())
  dropFolder(running.dir)
})

const never = { enabled: true, allow_redirects: 'never' as const }

const pay = (
  method: string,
  more: Partial<Stripe.PaymentIntentCreateParams> = {},
): Promise<Stripe.PaymentIntent> =>
  running.stripe.paymentIntents.create({
    amount: 1250,
    currency: 'gbp',
    payment_method: method,
    confirm: true,
    automatic_payment_methods: never,
    ...more,
  })

const answer = (intent: string, outcome: 'succeed' | 'fail') =>
  running.control('POST', `/payment_intents/${intent}/authenticate`, { outcome })

const eventsOf = async (intent: string): Promise<string[]> => {
  const { data } = await running.stripe.events.list({ limit: 100 })
  return data
    .filter(({ data: { object } }) => {
      const { id, payment_intent } = object as { id: string; payment_intent?: string }
      return id === intent || payment_intent === intent
    })
    .map(({ type }) => type)
    .reverse()
}

test('a card that asks for authentication waits, and is charged once the customer has answered', async () => {
  const waiting = await pay('pm_card_authenticationRequired')
  expect(waiting).toMatchObject({ status: 'requires_action', latest_charge: null, amount_received: 0 })
  expect(waiting.next_action?.type).toBe('use_stripe_sdk')
  const { status, body } = await answer(waiting.id, 'succeed')
  expect(status).toBe(200)
  expect(body).toMatchObject({ status: 'succeeded', next_action: null, amount_received: 1250 })
  const paid = await running.stripe.paymentIntents.retrieve(waiting.id, { expand: ['latest_charge'] })
  const { payment_method_details: details } = paid.latest_charge as Stripe.Charge
  expect(details?.card?.three_d_secure).toMatchObject({
    authentication_flow: 'challenge',
    result: 'authenticated',
    version: '2.2.0',
  })
  expect(details?.card?.electronic_commerce_indicator).toBe('05')
  expect(await eventsOf(waiting.id)).toEqual([
    'payment_intent.created',
    'payment_intent.requires_action',
    'charge.succeeded',
    'payment_intent.succeeded',
  ])
})

test('a return_url makes the next action a redirect', async () => {
  const waiting = await pay('pm_card_threeDSecure2Required', { return_url: 'https://shop.test/back' })
  expect(waiting.next_action?.redirect_to_url?.return_url).toBe('https://shop.test/back')
})

test('a failed authentication makes no charge and asks for another payment method', async () => {
  const waiting = await pay('pm_card_authenticationRequiredOnSetup')
  const { body } = await answer(waiting.id, 'fail')
  expect(body).toMatchObject({
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    latest_charge: null,
    last_payment_error: { code: 'payment_intent_authentication_failure', type: 'invalid_request_error' },
  })
  expect(await eventsOf(waiting.id)).toEqual([
    'payment_intent.created',
    'payment_intent.requires_action',
    'payment_intent.payment_failed',
  ])
  const paid = await running.stripe.paymentIntents.confirm(waiting.id, { payment_method: 'pm_card_visa' })
  expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null })
})

test('an authenticated manual payment is held, not captured', async () => {
  const waiting = await pay('pm_card_authenticationRequired', { capture_method: 'manual' })
  const { body } = await answer(waiting.id, 'succeed')
  expect(body).toMatchObject({ status: 'requires_capture', amount_capturable: 1250, next_action: null })
})

test('a card may be declined after a good authentication', async () => {
  const waiting = await pay('pm_card_authenticationRequiredChargeDeclinedInsufficientFunds')
  expect(waiting.status).toBe('requires_action')
  const { body } = await answer(waiting.id, 'succeed')
  expect(body).toMatchObject({
    status: 'requires_payment_method',
    last_payment_error: { code: 'card_declined', decline_code: 'insufficient_funds' },
  })
})

test('error_on_requires_action and off_session refuse instead of waiting', async () => {
  await expect(
    pay('pm_card_authenticationRequired', { error_on_requires_action: true }),
  ).rejects.toMatchObject({ code: 'authentication_required', decline_code: 'authentication_not_handled' })
  await expect(pay('pm_card_authenticationRequired', { off_session: true })).rejects.toMatchObject({
    code: 'authentication_required',
    decline_code: 'authentication_required',
  })
  const paid = await pay('pm_card_authenticationRequiredSetupForOffSession', { off_session: true })
  expect(paid.status).toBe('succeeded')
})

test('an answer for an intent that does not wait is refused', async () => {
  const paid = await pay('pm_card_visa')
  expect(await answer(paid.id, 'succeed')).toMatchObject({
    status: 400,
    body: { error: { code: 'wrong_state' } },
  })
  expect((await answer('pi_none', 'succeed')).status).toBe(404)
})

test('a waiting intent can be canceled and is then no longer answered', async () => {
  const waiting = await pay('pm_card_authenticationRequired')
  const canceled = await running.stripe.paymentIntents.cancel(waiting.id)
  expect(canceled).toMatchObject({ status: 'canceled', next_action: null })
  expect((await answer(waiting.id, 'succeed')).status).toBe(400)
})

test('with manual confirmation the shop confirms again, and the customer is not asked twice', async () => {
  const waiting = await pay('pm_card_authenticationRequired', { confirmation_method: 'manual' })
  const { body } = await answer(waiting.id, 'succeed')
  expect(body).toMatchObject({ status: 'requires_confirmation', next_action: null, latest_charge: null })
  const paid = await running.stripe.paymentIntents.confirm(waiting.id)
  expect(paid).toMatchObject({ status: 'succeeded', amount_received: 1250 })
})
