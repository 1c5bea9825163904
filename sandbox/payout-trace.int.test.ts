import type Stripe from 'stripe'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { cardPayment, DAY_S } from './contract/drive.ts'
import type { Doubts } from './options.ts'
import type { Running } from './testing/start.ts'
import { dropFolder, newFolder, startSandbox } from './testing/start.ts'

let running: Running
let payout: Stripe.Payout

const stop = async () => {
  if (!running) return
  await running.stop()
  dropFolder(running.dir)
}

/** One payout by hand on a Monday: sent on Tuesday, paid at 06:00 on Wednesday. */
const start = async (doubts: Partial<Doubts> = {}) => {
  await stop()
  running = await startSandbox(newFolder(), '2016-10-31T09:00:00Z', { doubts })
  await running.stripe.paymentIntents.create(cardPayment('pm_card_bypassPending', { amount: 10_000 }))
  payout = await running.stripe.payouts.create({ amount: 4_000, currency: 'gbp' })
}

beforeEach(() => start())
afterAll(stop)

const advance = (seconds: number) =>
  running.control('POST', '/clock', { now: running.sandbox.clock.now() + seconds * 1000 })

const traceOf = async () => (await running.stripe.payouts.retrieve(payout.id)).trace_id

/** What events told of the reference, the oldest first: their type, and the reference before and after. */
const told = async () => {
  const { data } = await running.stripe.events.list({ type: 'payout.*', limit: 100 })
  return data
    .filter((event) => (event.data.object as Stripe.Payout).id === payout.id)
    .map(({ type, data: { object, previous_attributes: before } }) => {
      const trace = (object as Stripe.Payout).trace_id
      return [type, (before as Partial<Stripe.Payout> | undefined)?.trace_id?.status, trace?.status]
    })
    .toReversed()
}

test("the bank's reference is pending until the payout has arrived, and comes two days after", async () => {
  expect(payout.trace_id).toEqual({ status: 'pending', value: null })
  await advance(2 * DAY_S)
  expect((await running.stripe.payouts.retrieve(payout.id)).status).toBe('paid')
  expect(await traceOf()).toEqual({ status: 'pending', value: null })
  await advance(2 * DAY_S)
  expect(await traceOf()).toEqual({ status: 'supported', value: expect.stringMatching(/^[0-9A-Z]{15}$/) })
  expect(await told()).toEqual([
    ['payout.created', undefined, 'pending'],
    ['payout.updated', undefined, 'pending'],
    ['payout.paid', undefined, 'pending'],
    ['payout.updated', 'pending', 'supported'],
  ])
})

test('a payout that comes back before has none, and one that comes back later keeps what was known', async () => {
  await advance(2 * DAY_S)
  await running.control('POST', `/payouts/${payout.id}`, { action: 'fail' })
  await advance(2 * DAY_S)
  expect(await traceOf()).toEqual({ status: 'unsupported', value: null })
  await start()
  await advance(12 * DAY_S)
  const known = await traceOf()
  await running.control('POST', `/payouts/${payout.id}`, { action: 'fail' })
  await advance(10 * DAY_S)
  expect(await traceOf()).toEqual(known)
})

test('a canceled payout has none', async () => {
  await running.stripe.payouts.cancel(payout.id)
  await advance(2 * DAY_S)
  expect(await traceOf()).toEqual({ status: 'unsupported', value: null })
})

test('a bank that gives no reference is a switch, and so is how long it takes', async () => {
  await start({ payoutTrace: 'unsupported', payoutTraceAfterMs: 9 * DAY_S * 1_000 })
  await advance(10 * DAY_S)
  expect(await traceOf()).toEqual({ status: 'pending', value: null })
  await advance(DAY_S)
  expect(await traceOf()).toEqual({ status: 'unsupported', value: null })
})
