import type Stripe from 'stripe'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { cardPayment, DAY_S } from './contract/drive.ts'
import { refusalOf } from './contract/watched-sandbox.ts'
import { checkBooks } from './testing/check-books.ts'
import type { Running } from './testing/start.ts'
import { dropFolder, newFolder, startSandbox } from './testing/start.ts'

let running: Running
let stripe: Stripe

const stop = async () => {
  if (!running) return
  checkBooks(running.sandbox.store.state, running.sandbox.clock.now())
  await running.stop()
  dropFolder(running.dir)
}

beforeEach(async () => {
  await stop()
  // A Monday.
  running = await startSandbox(newFolder(), '2016-10-31T09:00:00Z')
  stripe = running.stripe
  // 10000 less 1.5 % and 20: 9830 are there at once.
  await stripe.paymentIntents.create(cardPayment('pm_card_bypassPending', { amount: 10_000 }))
})

afterAll(stop)

const advance = (seconds: number) =>
  running.control('POST', '/clock', { now: running.sandbox.clock.now() + seconds * 1000 })

const available = async () => (await stripe.balance.retrieve()).available[0]?.amount

const rowsOf = async (payout: string) =>
  (await stripe.balanceTransactions.list({ source: payout })).data.map((row) => [
    row.type,
    row.reporting_category,
    row.net,
  ])

const create = (amount: number) => stripe.payouts.create({ amount, currency: 'gbp' })

test('a payout by hand takes its money at once, is sent with the next run and paid on its day', async () => {
  const payout = await create(4_000)
  expect(payout).toMatchObject({
    status: 'pending',
    automatic: false,
    reconciliation_status: 'not_applicable',
  })
  expect(await available()).toBe(5_830)
  expect(await rowsOf(payout.id)).toEqual([['payout', 'payout', -4_000]])
  await advance(DAY_S)
  expect((await stripe.payouts.retrieve(payout.id)).status).toBe('in_transit')
  await advance(DAY_S)
  expect((await stripe.payouts.retrieve(payout.id)).status).toBe('paid')
  const { data } = await stripe.events.list({ type: 'payout.*' })
  const types = data
    .filter((event) => (event.data.object as Stripe.Payout).id === payout.id)
    .map(({ type }) => type)
  expect(types).toEqual(['payout.paid', 'payout.updated', 'payout.created'])
  expect((await refusalOf(stripe.balanceTransactions.list({ payout: payout.id }))).param).toBe('payout')
})

test('the automatic payout takes what the payouts by hand have left', async () => {
  await create(4_000)
  await advance(DAY_S)
  const automatic = (await stripe.payouts.list()).data.find((payout) => payout.automatic)
  expect(automatic?.amount).toBe(5_830)
})

test('no payout takes more than is available', async () => {
  expect((await refusalOf(create(9_831))).code).toBe('balance_insufficient')
  expect((await create(9_830)).status).toBe('pending')
  expect((await refusalOf(create(1))).code).toBe('balance_insufficient')
  expect((await refusalOf(create(0))).code).toBe('parameter_invalid_integer')
  const dollars = stripe.payouts.create({ amount: 100, currency: 'usd' })
  expect((await refusalOf(dollars)).code).toBe('balance_insufficient')
})

test('a payout that is still here comes back when it is cancelled, and no other does', async () => {
  const payout = await create(4_000)
  const canceled = await stripe.payouts.cancel(payout.id)
  expect(canceled.status).toBe('canceled')
  expect(await available()).toBe(9_830)
  expect(await rowsOf(payout.id)).toEqual([
    ['payout_cancel', 'payout_reversal', 4_000],
    ['payout', 'payout', -4_000],
  ])
  expect((await refusalOf(stripe.payouts.cancel(payout.id))).statusCode).toBe(400)
  await advance(2 * DAY_S)
  expect((await stripe.payouts.retrieve(payout.id)).status).toBe('canceled')
})

test('a paid payout is reversed once, by a payout of its own with the sign turned', async () => {
  const payout = await create(4_000)
  expect((await refusalOf(stripe.payouts.reverse(payout.id))).statusCode).toBe(400)
  await advance(2 * DAY_S)
  const reversal = await stripe.payouts.reverse(payout.id)
  expect(reversal).toMatchObject({ amount: -4_000, original_payout: payout.id, automatic: false })
  expect((await stripe.payouts.retrieve(payout.id)).reversed_by).toBe(reversal.id)
  expect(await rowsOf(reversal.id)).toEqual([['payout', 'payout_reversal', 4_000]])
  expect((await refusalOf(stripe.payouts.reverse(payout.id))).statusCode).toBe(400)
})

test('a top-up arrives after a while, or is cancelled before', async () => {
  const [kept, dropped] = [
    await stripe.topups.create({ amount: 500, currency: 'gbp' }),
    await stripe.topups.create({ amount: 700, currency: 'gbp' }),
  ]
  expect((await stripe.topups.cancel(dropped.id)).status).toBe('canceled')
  await advance(60)
  const arrived = await stripe.topups.retrieve(kept.id, { expand: ['balance_transaction'] })
  expect(arrived).toMatchObject({ status: 'succeeded', balance_transaction: { type: 'topup', net: 500 } })
  expect((await stripe.topups.retrieve(dropped.id)).balance_transaction).toBeNull()
  expect((await refusalOf(stripe.topups.cancel(kept.id))).statusCode).toBe(400)
})

test('the balance settings say what the sandbox plays and let nothing else be asked', async () => {
  const { payments } = await stripe.balanceSettings.retrieve()
  expect([payments.payouts?.schedule, payments.settlement_timing.delay_days]).toEqual([
    { interval: 'daily' },
    2,
  ])
  const weekly = { payments: { payouts: { schedule: { interval: 'weekly' as const } } } }
  expect((await refusalOf(stripe.balanceSettings.update(weekly))).param).toBe('payments')
  const named = await stripe.balanceSettings.update({
    payments: { payouts: { statement_descriptor: 'BAKERY' } },
  })
  expect(named.payments.payouts?.statement_descriptor).toBe('BAKERY')
  expect(await stripe.balanceSettings.retrieve()).not.toHaveProperty('id')
})
