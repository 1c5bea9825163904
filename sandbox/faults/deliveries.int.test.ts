import Stripe from 'stripe'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Received, Running } from '../testing/start.ts'
import { dropFolder, newFolder, startReceiver, startSandbox } from '../testing/start.ts'

type Receiver = Awaited<ReturnType<typeof startReceiver>>

let dir: string
let running: Running
let receiver: Receiver
let secret: string
/** What the receiver answers. */
let status = 200

beforeEach(async () => {
  dir = newFolder()
  status = 200
  running = await startSandbox(dir)
  receiver = await startReceiver(() => status)
  const enabled_events = ['payment_intent.created', 'payment_intent.canceled'] as const
  const endpoint = await running.stripe.webhookEndpoints.create({
    url: receiver.url,
    enabled_events: [...enabled_events],
  })
  secret = endpoint.secret ?? ''
})

afterEach(async () => {
  await running.stop()
  await receiver.stop()
  dropFolder(dir)
})

const faults = async (rules: object[]) => {
  expect((await running.control('POST', '/faults', { rules, seed: 7 })).status).toBe(200)
}

const once = (kind: string, more: object = {}) => faults([{ on: 'delivery', kind, times: 1, ...more }])

const makeEvent = async () =>
  (await running.stripe.paymentIntents.create({ amount: 500, currency: 'gbp' })).id

const advance = (seconds: number) =>
  running.control('POST', '/clock', { now: running.sandbox.clock.now() + seconds * 1000 })

const arrived = (count: number) => vi.waitFor(() => expect(receiver.received).toHaveLength(count))

const pending = () => running.sandbox.store.state.pending.size

/** Nothing is on its way and nothing is planned. */
const settled = () => vi.waitFor(() => expect(pending()).toBe(0))

const told = (received: Received) =>
  JSON.parse(received.raw) as { id: string; type: string; data: { object: { id: string } } }

const objects = () => receiver.received.map((one) => told(one).data.object.id)

const ids = () => receiver.received.map((one) => told(one).id)

/** Whether the official verifier takes a delivery at the sandbox's present instant. */
const isGood = ({ raw, signature }: Received): boolean => {
  try {
    Stripe.webhooks.constructEvent(raw, signature, secret, 300, undefined, running.sandbox.clock.now())
    return true
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false
    throw error
  }
}

/** How far behind the sandbox's clock a delivery is signed. */
const secondsOff = (received: Received | undefined): number =>
  Math.floor(running.sandbox.clock.now() / 1000) - Number(/^t=(\d+)/.exec(received?.signature ?? '')?.[1])

test('drops a delivery for ever, also over a restart, and shows the event as not delivered', async () => {
  await once('drop')
  const lost = await makeEvent()
  const kept = await makeEvent()
  await arrived(1)
  await running.stop()
  running = await startSandbox(dir)
  await advance(4 * 86_400)
  await makeEvent()
  await arrived(2)
  expect(objects()).not.toContain(lost)
  expect(objects()[0]).toBe(kept)
  const undelivered = await running.stripe.events.list({ delivery_success: false })
  expect(undelivered.data.map(({ data }) => (data.object as { id: string }).id)).toEqual([lost])
})

test('delivers the same event twice', async () => {
  await once('double')
  await makeEvent()
  await makeEvent()
  await arrived(3)
  await settled()
  const [first] = ids()
  expect(ids().filter((id) => id === first)).toHaveLength(2)
  expect(receiver.received.every(isGood)).toBe(true)
})

test('tells one fact by two events', async () => {
  await once('double_other_id')
  const object = await makeEvent()
  await arrived(2)
  expect(objects()).toEqual([object, object])
  expect(new Set(ids()).size).toBe(2)
  const events = await running.stripe.events.list()
  expect(new Set(events.data.map(({ id }) => id))).toEqual(new Set(ids()))
  expect(receiver.received.every(isGood)).toBe(true)
})

test('delays a delivery in sandbox time, counts it as due work, and keeps its time over a restart', async () => {
  await once('delay', { max_s: 3600 })
  await makeEvent()
  const due = running.sandbox.scheduler.nextDue() ?? 0
  const wait = due - running.sandbox.clock.now()
  expect(wait).toBeGreaterThan(0)
  expect(wait).toBeLessThanOrEqual(3_600_000)
  const other = await makeEvent()
  await arrived(1)
  await running.stop()
  running = await startSandbox(dir)
  expect(running.sandbox.scheduler.nextDue()).toBe(due)
  await running.control('POST', '/clock', { now: due - 1 })
  expect(objects()).toEqual([other])
  await running.control('POST', '/clock', { now: due })
  await arrived(2)
  await settled()
  expect(secondsOff(receiver.received[1])).toBe(0)
})

test('lets a later event overtake an earlier one', async () => {
  await once('reorder')
  const first = await makeEvent()
  const second = await makeEvent()
  await arrived(1)
  await advance(60)
  await arrived(2)
  expect(objects()).toEqual([second, first])
})

test('adds a forged delivery that no secret has signed and nobody repeats', async () => {
  await once('forge')
  await makeEvent()
  status = 400
  await arrived(2)
  status = 200
  await advance(60)
  await advance(86_400)
  await settled()
  const forged = receiver.received.filter((one) => told(one).id.startsWith('evt_forged_'))
  expect(forged).toHaveLength(1)
  expect(forged.some(isGood)).toBe(false)
  const events = await running.stripe.events.list()
  expect(events.data.some(({ id }) => id.startsWith('evt_forged_'))).toBe(false)
})

test.each([
  [600, 'behind'],
  [-600, 'ahead of'],
])('signs a first attempt %i s %s the clock, and its repetition properly', async (s) => {
  await once('skew', { s })
  status = 400
  await makeEvent()
  await arrived(1)
  expect(secondsOff(receiver.received[0])).toBe(s)
  await vi.waitFor(() => expect(running.sandbox.store.state.work.peek()?.kind).toBe('deliver'))
  status = 200
  await advance(60)
  await arrived(2)
  await settled()
  expect(secondsOff(receiver.received[1])).toBe(0)
  expect(receiver.received.slice(1).every(isGood)).toBe(true)
  expect(ids()[1]).toBe(ids()[0])
})

test('breaks only deliveries of the type it is about, and tells each hit', async () => {
  await faults([{ on: 'delivery', kind: 'drop', probability: 1, match: { type: 'payment_intent.canc*' } }])
  const id = await makeEvent()
  await running.stripe.paymentIntents.cancel(id)
  await makeEvent()
  await arrived(2)
  expect(receiver.received.map((one) => told(one).type)).toEqual([
    'payment_intent.created',
    'payment_intent.created',
  ])
  const { data } = (await running.control('GET', '/journal?limit=1000')).body as { data: { kind: string }[] }
  expect(data.filter(({ kind }) => kind === 'fault')).toMatchObject([
    { rule: 0, on: 'delivery', fault: 'drop', type: 'payment_intent.canceled' },
  ])
})

test('drops every delivery with webhooks off, and ends with the faults', async () => {
  await running.control('POST', '/faults', { name: 'webhooks_off' })
  for (let at = 0; at < 5; at += 1)
    await running.form('POST', '/v1/payment_intents', 'amount=500&currency=gbp')
  expect(pending()).toBe(0)
  await running.control('DELETE', '/faults')
  const id = await makeEvent()
  await arrived(1)
  expect(objects()).toEqual([id])
})
