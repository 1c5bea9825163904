import Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cardPayment } from './drive.ts'
import type { Watched } from './watched-sandbox.ts'
import { refusalOf, startWatched } from './watched-sandbox.ts'

let watched: Watched
let stripe: Stripe

beforeAll(async () => {
  watched = await startWatched()
  stripe = watched.client({ maxNetworkRetries: 0 })
})

afterAll(async () => {
  expect(watched.problems).toEqual([])
  await watched.stop()
})

const card = (payment_method: string, amount = 1_000) => cardPayment(payment_method, { amount })

test('replays the stored answer for the same key, a refusal too, and refuses other parameters', async () => {
  const options = { idempotencyKey: 'key-1' }
  const first = await stripe.paymentIntents.create(card('pm_card_visa'), options)
  const second = await stripe.paymentIntents.create(card('pm_card_visa'), options)
  expect(second).toEqual(first)
  expect(second.lastResponse.headers['idempotent-replayed']).toBe('true')
  expect(second.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId)
  const other = await refusalOf(stripe.paymentIntents.create(card('pm_card_visa', 2_000), options))
  expect(other).toBeInstanceOf(Stripe.errors.StripeIdempotencyError)
  const refusals = [1, 2].map(() =>
    refusalOf(stripe.paymentIntents.create(card('pm_card_chargeDeclined'), { idempotencyKey: 'key-2' })),
  )
  const [one, two] = await Promise.all([
    refusals[0],
    refusals[0]?.then(() =>
      refusalOf(stripe.paymentIntents.create(card('pm_card_chargeDeclined'), { idempotencyKey: 'key-2' })),
    ),
  ])
  expect(two?.charge).toBe(one?.charge)
  expect([402, 409]).toContain((await refusals[1])?.statusCode)
})

test('answers the first of two simultaneous calls with one key and refuses the second for now', async () => {
  const options = { idempotencyKey: 'key-3' }
  const outcomes = await Promise.allSettled(
    [1, 2].map(() => stripe.paymentIntents.create(card('pm_card_visa'), options)),
  )
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(outcomes.length - refused.length).toBeGreaterThanOrEqual(1)
  for (const { reason } of refused)
    expect(reason).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' })
  const ids = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value.id)
  expect(new Set(ids).size).toBe(1)
})

test('forgets a key after a day and does not store a refused validation', async () => {
  const options = { idempotencyKey: 'key-4' }
  expect(
    (await refusalOf(stripe.paymentIntents.create({ ...card('pm_card_visa'), amount: -1 }, options))).code,
  ).toBe('parameter_invalid_integer')
  const first = await stripe.paymentIntents.create(card('pm_card_visa'), options)
  await watched.advance(86_400)
  expect((await stripe.paymentIntents.create(card('pm_card_visa'), options)).id).not.toBe(first.id)
})
