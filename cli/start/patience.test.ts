import Stripe from 'stripe'
import { expect, test, vi } from 'vitest'
import { manualEnv } from '#core/testing/manual-env.ts'
import { askPatiently } from './patience.ts'

const failing = (error: unknown, times: number) => {
  let asked = 0
  return async () => {
    asked += 1
    if (asked <= times) throw error
    return asked
  }
}

const busy = [
  ['a lost connection', new Stripe.errors.StripeConnectionError({ type: 'api_error' })],
  [
    'a rate limit',
    new Stripe.errors.StripeRateLimitError({ type: 'invalid_request_error', statusCode: 429 }),
  ],
  ['an error of its own', new Stripe.errors.StripeAPIError({ type: 'api_error', statusCode: 500 })],
] as const

test.each(busy)('asks again after %s', async (_name, error) => {
  const env = manualEnv()
  const answer = askPatiently(env.machine, failing(error, 2))
  for (let pause = 0; pause < 2; pause += 1) {
    await vi.waitUntil(() => env.sleepers() === 1)
    await env.passMachine(250)
  }
  expect(await answer).toBe(3)
})

test('a refused key is told at once', async () => {
  const refused = new Stripe.errors.StripeAuthenticationError({
    type: 'invalid_request_error',
    statusCode: 401,
  })
  await expect(askPatiently(manualEnv().machine, failing(refused, 1))).rejects.toBe(refused)
})

test('gives up with the last error when Stripe stays away', async () => {
  const env = manualEnv()
  const away = new Stripe.errors.StripeConnectionError({ type: 'api_error' })
  const answer = askPatiently(env.machine, failing(away, 1_000))
  const told = expect(answer).rejects.toBe(away)
  await vi.waitUntil(() => env.sleepers() === 1)
  await env.passMachine(31_000)
  await told
})
