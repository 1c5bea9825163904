import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Running } from '../testing/start.ts'
import { dropFolder, newFolder, startReceiver, startSandbox } from '../testing/start.ts'

let dir: string
let running: Running

beforeEach(async () => {
  dir = newFolder()
  running = await startSandbox(dir)
})

afterEach(async () => {
  await running.stop()
  dropFolder(dir)
})

const listen = async (url: string) =>
  (await running.stripe.webhookEndpoints.create({ url, enabled_events: ['payment_intent.created'] })).id

const makeEvent = () => running.stripe.paymentIntents.create({ amount: 500, currency: 'gbp' })

const advance = (minutes: number) =>
  running.control('POST', '/clock', { now: running.sandbox.clock.now() + minutes * 60_000 })

const event = async () => (await running.stripe.events.list({ limit: 1 })).data[0]

const open = () => running.sandbox.store.state.pending.size

/** No delivery is on its way any more. */
const settled = (left: number) =>
  vi.waitFor(() => {
    expect(open()).toBe(left)
    expect(running.sandbox.store.state.work.peek()?.kind).toBe(left > 0 ? 'deliver' : undefined)
  })

const delivered = async (yes: boolean) =>
  (await running.stripe.events.list({ delivery_success: yes })).data.length

test('keeps two endpoints apart: one that fails does not hold up the other', async () => {
  const good = await startReceiver()
  const bad = await startReceiver(() => 503)
  await listen(good.url)
  await listen(bad.url)
  await makeEvent()
  await settled(1)
  expect([good.received.length, bad.received.length]).toEqual([1, 1])
  expect((await event())?.pending_webhooks).toBe(1)
  await advance(1)
  await vi.waitFor(() => expect(bad.received).toHaveLength(2))
  await settled(1)
  expect(good.received).toHaveLength(1)
  await good.stop()
  await bad.stop()
})

test('tries again at 1, 5, 30, 120 and 360 minutes and gives up after three days', async () => {
  const bad = await startReceiver(() => 500)
  await listen(bad.url)
  await makeEvent()
  let attempts = 1
  for (const minutes of [1, 5, 30, 120, 360, 360]) {
    await settled(1)
    await advance(minutes - 1 / 60)
    expect(bad.received).toHaveLength(attempts)
    await advance(1 / 60)
    attempts += 1
    await vi.waitFor(() => expect(bad.received).toHaveLength(attempts))
  }
  for (let tries = 0; tries < 12 && open() > 0; tries += 1) {
    await settled(1)
    await advance(360)
    await vi.waitFor(() => expect(bad.received.length).toBeGreaterThan(attempts))
    attempts = bad.received.length
  }
  await settled(0)
  // 1 + 6 within the first 14.6 hours, then each six hours up to 72.
  expect(attempts).toBe(7 + 9)
  expect([await delivered(true), await delivered(false)]).toEqual([0, 1])
  await bad.stop()
})

test('sends nothing to an endpoint that was disabled meanwhile, and goes on once it is enabled again', async () => {
  let status = 500
  const receiver = await startReceiver(() => status)
  const id = await listen(receiver.url)
  await makeEvent()
  await settled(1)
  await running.stripe.webhookEndpoints.update(id, { disabled: true })
  await makeEvent()
  expect(open()).toBe(1)
  await advance(1)
  await settled(0)
  expect(receiver.received).toHaveLength(1)
  status = 200
  await running.stripe.webhookEndpoints.update(id, { disabled: false })
  await makeEvent()
  await settled(0)
  expect(receiver.received).toHaveLength(2)
  await receiver.stop()
})

test('forgets what waits for a deleted endpoint', async () => {
  const receiver = await startReceiver(() => 500)
  const id = await listen(receiver.url)
  await makeEvent()
  await settled(1)
  await running.stripe.webhookEndpoints.del(id)
  expect(open()).toBe(0)
  await advance(600)
  expect(receiver.received).toHaveLength(1)
  expect((await event())?.pending_webhooks).toBe(0)
  await receiver.stop()
})

test('takes a planned retry over a restart: neither lost nor sent at once', async () => {
  let status = 500
  const receiver = await startReceiver(() => status)
  await listen(receiver.url)
  const first = (await makeEvent()).id
  await settled(1)
  await running.stop()
  running = await startSandbox(dir)
  status = 200
  const second = (await makeEvent()).id
  const objects = () =>
    receiver.received.map(
      ({ raw }) => (JSON.parse(raw) as { data: { object: { id: string } } }).data.object.id,
    )
  // Deliveries to an endpoint go out in order, so one sent at the start would be here before this one.
  await vi.waitFor(() => expect(objects()).toContain(second))
  expect(objects()).toEqual([first, second])
  await advance(1)
  await settled(0)
  expect(receiver.received).toHaveLength(3)
  await receiver.stop()
})
