import type Stripe from 'stripe'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startReceiver } from '../testing/start.ts'
import { cardPayment } from './drive.ts'
import type { Watched } from './watched-sandbox.ts'
import { refusalOf, startWatched } from './watched-sandbox.ts'

let watched: Watched
let stripe: Stripe

beforeAll(async () => {
  watched = await startWatched()
  ;({ stripe } = watched)
})

afterAll(() => watched.stop())

/** The sandbox's clock stands in another year: age is measured from its now, not from the machine's. */
const ANY_AGE = Number.MAX_SAFE_INTEGER

test('every delivered body is what the SDK declares, verifies, and is the event that can be read', async () => {
  const receiver = await startReceiver()
  const endpoint = await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] })
  const paid = await stripe.paymentIntents.create(cardPayment('pm_card_visa'))
  await stripe.refunds.create({ payment_intent: paid.id, amount: 100 })
  await refusalOf(stripe.paymentIntents.create(cardPayment('pm_card_chargeDeclined')))
  const customer = await stripe.customers.create({ name: 'A' })
  await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id })
  await stripe.topups.create({ amount: 900, currency: 'gbp' })
  await watched.advance(7 * 86_400)
  const { data } = await stripe.events.list({ limit: 100 })
  await vi.waitFor(() => expect(receiver.received).toHaveLength(data.length))
  const types = new Set<string>()
  for (const { raw, signature } of receiver.received) {
    const event = stripe.webhooks.constructEvent(raw, signature, endpoint.secret ?? '', ANY_AGE)
    expect(watched.checker.checkEvent(JSON.parse(raw))).toEqual([])
    const { data: read } = await stripe.events.retrieve(event.id)
    expect(event.data).toEqual(read)
    types.add(event.type)
  }
  const expected = ['balance.available', 'charge.failed', 'charge.updated', 'payout.paid', 'topup.succeeded']
  expect([...types]).toEqual(expect.arrayContaining(expected))
  await stripe.webhookEndpoints.del(endpoint.id)
  await receiver.stop()
})

test('a body changed by one letter, another secret and an old signature do not verify', async () => {
  const receiver = await startReceiver()
  const endpoint = await stripe.webhookEndpoints.create({
    url: receiver.url,
    enabled_events: ['customer.created'],
  })
  await stripe.customers.create({ name: 'B' })
  await vi.waitFor(() => expect(receiver.received).toHaveLength(1))
  const { raw = '', signature = '' } = receiver.received[0] ?? {}
  const { secret = '' } = endpoint
  const read = (body: string, key: string, tolerance: number) => () =>
    stripe.webhooks.constructEvent(body, signature, key, tolerance)
  expect(read(raw, secret, ANY_AGE)).not.toThrow()
  expect(read(raw.replace('"B"', '"C"'), secret, ANY_AGE)).toThrow(/No signatures found/)
  expect(read(raw, `${secret}x`, ANY_AGE)).toThrow(/No signatures found/)
  // The sandbox plays 2016, and the SDK asks the machine what the time is.
  expect(read(raw, secret, 300)).toThrow(/outside the tolerance zone/)
  await receiver.stop()
})

test('delivers signed events, several secrets at once, and tries again after a refusal', async () => {
  let status = 500
  const receiver = await startReceiver(() => status)
  const endpoint = await stripe.webhookEndpoints.create({
    url: receiver.url,
    enabled_events: ['payment_intent.created', 'payment_intent.succeeded'],
  })
  const { secret: newer } = (
    await watched.running.control('POST', `/webhook_endpoints/${endpoint.id}/roll`, {})
  ).body as { secret: string }
  const intent = await stripe.paymentIntents.create(cardPayment('pm_card_visa'))
  await vi.waitFor(() => expect(receiver.received).toHaveLength(2))
  await vi.waitFor(() =>
    expect(watched.running.sandbox.scheduler.nextDue()).toBe(watched.running.sandbox.clock.now() + 30_000),
  )
  const [first] = receiver.received
  const tolerance = Number.MAX_SAFE_INTEGER
  for (const secret of [endpoint.secret ?? '', newer]) {
    const event = stripe.webhooks.constructEvent(first?.raw ?? '', first?.signature ?? '', secret, tolerance)
    expect(event).toMatchObject({
      type: 'payment_intent.created',
      pending_webhooks: 1,
      data: { object: { id: intent.id } },
    })
  }
  const t = Math.floor(watched.running.sandbox.clock.now() / 1000)
  expect(first?.signature).toMatch(new RegExp(`^t=${t},v1=[0-9a-f]{64},v1=[0-9a-f]{64}$`))
  status = 204
  await watched.advance(60)
  await vi.waitFor(() => expect(receiver.received).toHaveLength(4))
  expect(receiver.received[2]?.signature).toContain(`t=${t + 60},`)
  await vi.waitFor(async () => {
    const events = await stripe.events.list({
      types: ['payment_intent.created', 'payment_intent.succeeded'],
      limit: 2,
    })
    expect(events.data.map(({ pending_webhooks }) => pending_webhooks)).toEqual([0, 0])
  })
  expect(await stripe.webhookEndpoints.retrieve(endpoint.id)).not.toHaveProperty('secret')
  await stripe.webhookEndpoints.del(endpoint.id)
  await receiver.stop()
})
