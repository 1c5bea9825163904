import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openLayers, type Layers } from './testing/open-layers.ts'

let layers: Layers
beforeAll(async () => {
  layers = await openLayers()
})
afterAll(async () => layers.close())
beforeEach(() => {
  layers.proxy.mode = 'pass'
})

const payment = async (id: string) =>
  layers.deps.db.first('SELECT status, first_writer FROM payments WHERE id = $1', [id])
const keyOf = async (key: string) =>
  (
    await layers.deps.db.first<{ status: string }>('SELECT status FROM idempotency_keys WHERE key = $1', [
      key,
    ])
  )?.status
const charges = async () => {
  const answer = await fetch(`${layers.sandboxUrl}/_sandbox/charges`)
  return ((await answer.json()) as { count: number }).count
}
/** Stripe takes the money and nobody hears of it. */
const payUnheard = async (key: string) => {
  layers.proxy.mode = 'lose_reply'
  const unknown = await layers.inTime(layers.pay(key))
  layers.proxy.mode = 'pass'
  expect(unknown.status, unknown.text).toBe(202)
  return unknown.id
}

test('without the completer a webhook settles it, time does not wait for its key, and the till gets its answer', async () => {
  await layers.startWithout(['completer'], 'on')
  const before = await charges()
  const id = await payUnheard('by-webhook')
  await expect.poll(async () => payment(id)).toEqual({ status: 'succeeded', first_writer: 'webhook' })
  await layers.quiet()
  expect(await keyOf('by-webhook')).toBe('started')
  const asked = await layers.pay('by-webhook')
  expect([asked.status, asked.id]).toEqual([201, id])
  expect(await keyOf('by-webhook')).toBe('finished')
  expect(await charges()).toBe(before + 1)
})

test('without completer and webhooks the poller settles it', async () => {
  await layers.startWithout(['completer'], 'off')
  const id = await payUnheard('by-poller')
  await layers.quiet()
  expect(await payment(id)).toEqual({ status: 'processing', first_writer: null })
  await layers.jump()
  await expect.poll(async () => payment(id)).toEqual({ status: 'succeeded', first_writer: 'poller' })
  await layers.quiet()
})

test('without any of them the till that comes again settles it', async () => {
  await layers.startWithout(['completer', 'poller'], 'off')
  const before = await charges()
  const id = await payUnheard('by-till')
  await layers.quiet()
  expect(await layers.pay('by-till')).toMatchObject({ status: 201, id })
  expect(await payment(id)).toEqual({ status: 'succeeded', first_writer: 'api' })
  expect(await charges()).toBe(before + 1)
})

test('without poller and webhooks the completer settles it, and its key', async () => {
  const service = await layers.startWithout(['poller'], 'off')
  const id = await payUnheard('by-completer')
  await expect.poll(async () => payment(id)).toEqual({ status: 'succeeded', first_writer: 'completer' })
  expect(await keyOf('by-completer')).toBe('finished')
  await layers.quiet()
  expect(await service.nextDue(layers.deps.env.clock.now())).toBeNull()
})

test('while Stripe is away time goes on from look to look, and the first look after it settles the call', async () => {
  await layers.startWithout(['poller'], 'off')
  layers.proxy.mode = 'fail'
  const unknown = await layers.inTime(layers.pay('away'))
  expect(unknown.status).toBe(202)
  await layers.inTime(layers.quiet())
  const began = layers.deps.env.clock.now().getTime()
  const waits: number[] = []
  for (let look = 0; look < 7; look += 1) {
    waits.push((await layers.jump()).getTime() - began)
    await layers.inTime(layers.quiet())
  }
  // After 1, 5, 15, 60, 120 and 300 s, then every 300 s.
  expect(waits).toEqual([1_000, 6_000, 21_000, 81_000, 201_000, 501_000, 801_000])
  expect(await keyOf('away')).toBe('started')
  layers.proxy.mode = 'pass'
  await layers.jump()
  await layers.quiet()
  expect(await payment(unknown.id)).toEqual({ status: 'succeeded', first_writer: 'completer' })
  expect(await layers.pay('away')).toMatchObject({ status: 201, id: unknown.id })
})
