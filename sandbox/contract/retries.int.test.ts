import type Stripe from 'stripe'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { cardPayment } from './drive.ts'
import type { Watched } from './watched-sandbox.ts'
import { refusalOf, startWatched } from './watched-sandbox.ts'

let watched: Watched
let patient: Stripe

beforeAll(async () => {
  watched = await startWatched()
  patient = watched.client({ maxNetworkRetries: 2 })
})

afterEach(() => watched.running.control('DELETE', '/faults'))

afterAll(() => watched.stop())

const breakCalls = (fault: object) =>
  watched.running.control('POST', '/faults', { rules: [{ on: 'call', match: { method: 'POST' }, ...fault }] })

const sale = () => patient.paymentIntents.create(cardPayment('pm_card_visa'))

/** How often the sandbox was asked to take money, and how often it did, since `after`. */
const counts = async (after: { seq: number; charges: number }) => {
  const { body } = await watched.running.control('GET', `/journal?after=${after.seq}&limit=1000`)
  const entries = body.data as { seq: number; kind: string; method?: string }[]
  const charges = watched.running.sandbox.store.state.tables.charge.rows.length
  return {
    calls: entries.filter(({ kind, method }) => kind === 'call' && method === 'POST').length,
    charges: charges - after.charges,
    at: { seq: entries.at(-1)?.seq ?? after.seq, charges },
  }
}

const from = async () => (await counts({ seq: 0, charges: 0 })).at

test.each([
  ['a 500 before anything is done', { kind: 'error_500', times: 2 }, 3],
  ['a key in use', { kind: 'conflict', times: 1 }, 2],
  ['a reset before', { kind: 'reset', times: 1 }, 2],
  ['a reset after all was done', { kind: 'reset', when: 'after', times: 1 }, 2],
])('the SDK tries again after %s, and one payment comes of it', async (_what, fault, calls) => {
  const before = await from()
  await breakCalls(fault)
  expect((await sale()).status).toBe('succeeded')
  expect(await counts(before)).toMatchObject({ calls, charges: 1 })
})

test.each([
  ['a rate limit', { kind: 'rate_limit' }, 429],
  ['a locked object', { kind: 'lock_timeout' }, 429],
])('the SDK does not try again after %s', async (_what, fault, status) => {
  const before = await from()
  await breakCalls({ ...fault, times: 1 })
  expect((await refusalOf(sale())).statusCode).toBe(status)
  expect(await counts(before)).toMatchObject({ calls: 1, charges: 0 })
})

test('the SDK does not try again after a declined card or a wrong parameter', async () => {
  const before = await from()
  await refusalOf(patient.paymentIntents.create(cardPayment('pm_card_chargeDeclined')))
  await refusalOf(patient.paymentIntents.create(cardPayment('pm_card_visa', { amount: 1 })))
  expect((await counts(before)).calls).toBe(2)
})

test('gives the stored 500 again and again to one key, though the payment was made', async () => {
  const before = await from()
  await breakCalls({ kind: 'error_500_after', times: 1 })
  expect((await refusalOf(sale())).statusCode).toBe(500)
  expect(await counts(before)).toMatchObject({ calls: 3, charges: 1 })
})

test('leaves an answer that breaks off to the caller, whose key then finds the payment that was made', async () => {
  const before = await from()
  await breakCalls({ kind: 'truncated', times: 1 })
  const params = cardPayment('pm_card_visa')
  const options = { idempotencyKey: 'broke-off' }
  expect((await refusalOf(patient.paymentIntents.create(params, options))).type).toBe('StripeConnectionError')
  expect((await patient.paymentIntents.create(params, options)).status).toBe('succeeded')
  expect(await counts(before)).toMatchObject({ calls: 2, charges: 1 })
})
