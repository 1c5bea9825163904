import type Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkBooks } from './testing/check-books.ts'
import type { Running } from './testing/start.ts'
import { dropFolder, newFolder, startSandbox } from './testing/start.ts'

const dir = newFolder()
let running: Running
let stripe: Stripe

const start = async () => {
  running = await startSandbox(dir)
  stripe = running.stripe
}
beforeAll(start)
afterAll(async () => {
  await running.stop()
  checkBooks(running.sandbox.store.state, running.sandbox.clock.now())
  dropFolder(dir)
})

const pay = (payment_method = 'pm_card_visa', amount = 5000): Promise<Stripe.PaymentIntent> =>
  stripe.paymentIntents.create({
    amount,
    currency: 'gbp',
    payment_method,
    confirm: true,
    capture_method: 'automatic',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  })

const chargeOf = async (intent: Stripe.PaymentIntent): Promise<Stripe.Charge> =>
  stripe.charges.retrieve(intent.latest_charge as string)

const advance = (seconds: number) =>
  running.control('POST', '/clock', { now: running.sandbox.clock.now() + seconds * 1000 })

const eventsOf = async (refund: string): Promise<string[]> => {
  const { data } = await stripe.events.list({ limit: 100 })
  return data
    .filter(({ data: { object } }) => (object as { id: string }).id === refund)
    .map(({ type }) => type)
    .reverse()
}

const rowsOf = async (refund: string) => {
  const { data } = await stripe.balanceTransactions.list({ source: refund })
  return data.reverse().map(({ reporting_category, amount, fee }) => [reporting_category, amount, fee])
}

const DAY = 86_400

test('fifty refunds at once never give back more than was captured', async () => {
  const intent = await pay()
  const calls = Array.from({ length: 50 }, () =>
    stripe.refunds.create({ payment_intent: intent.id, amount: 700 }).then(
      () => 1,
      () => 0,
    ),
  )
  const made = (await Promise.all(calls)).reduce<number>((sum, one) => sum + one, 0)
  // Seven times 700 is 4900; an eighth would be 5600.
  expect(made).toBe(7)
  expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 4900, refunded: false })
  await stripe.refunds.create({ payment_intent: intent.id })
  expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 5000, refunded: true })
  await expect(stripe.refunds.create({ payment_intent: intent.id })).rejects.toMatchObject({
    code: 'charge_already_refunded',
  })
})

test('a refund that a bank sends back after days books the money again, and the charge can be refunded again', async () => {
  const intent = await pay('pm_card_refundFail')
  const refund = await stripe.refunds.create({ payment_intent: intent.id })
  expect(refund.status).toBe('succeeded')
  await advance(3 * DAY - 1)
  expect((await stripe.refunds.retrieve(refund.id)).status).toBe('succeeded')
  await running.stop()
  await start()
  await advance(1)
  const failed = await stripe.refunds.retrieve(refund.id)
  expect(failed).toMatchObject({ status: 'failed', failure_reason: 'expired_or_canceled_card' })
  expect(await rowsOf(refund.id)).toEqual([
    ['refund', -5000, 0],
    ['refund_failure', 5000, 0],
  ])
  const row = await stripe.balanceTransactions.retrieve(failed.failure_balance_transaction as string)
  expect(row).toMatchObject({ type: 'refund_failure', source: refund.id })
  expect(await eventsOf(refund.id)).toEqual([
    'refund.created',
    'refund.updated',
    'charge.refund.updated',
    'refund.failed',
  ])
  expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 0, refunded: false })
})

test('a pending refund succeeds after a while and tells of it', async () => {
  const intent = await pay('pm_card_pendingRefund')
  const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 100 })
  expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' })
  await advance(60)
  expect((await stripe.refunds.retrieve(refund.id)).status).toBe('succeeded')
  expect(await eventsOf(refund.id)).toEqual(['refund.created', 'refund.updated', 'charge.refund.updated'])
})

test('any refund can be made to fail, once, with a reason', async () => {
  const refund = await stripe.refunds.create({ payment_intent: (await pay()).id, amount: 1200 })
  const fail = () =>
    running.control('POST', `/refunds/${refund.id}`, {
      action: 'fail',
      failure_reason: 'lost_or_stolen_card',
    })
  expect((await fail()).body).toMatchObject({ status: 'failed', failure_reason: 'lost_or_stolen_card' })
  expect(await fail()).toMatchObject({ status: 400, body: { error: { code: 'wrong_state' } } })
  expect((await running.control('POST', '/refunds/re_none', { action: 'fail' })).status).toBe(404)
})

test('only a refund that waits for the customer can be canceled or expire', async () => {
  const waiting = async () => {
    const refund = await stripe.refunds.create({ payment_intent: (await pay('pm_card_pendingRefund')).id })
    await running.control('POST', `/refunds/${refund.id}`, { action: 'require_action' })
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe('requires_action')
    return refund.id
  }
  const canceled = await stripe.refunds.cancel(await waiting())
  expect(canceled.status).toBe('canceled')
  expect(await rowsOf(canceled.id)).toEqual([
    ['refund', -5000, 0],
    ['refund_failure', 5000, 0],
  ])
  expect((await stripe.testHelpers.refunds.expire(await waiting())).status).toBe('failed')
  const done = await stripe.refunds.create({ payment_intent: (await pay()).id })
  await expect(stripe.refunds.cancel(done.id)).rejects.toMatchObject({ statusCode: 400 })
})
