import type Stripe from 'stripe'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { cardPayment, DAY_S } from './contract/drive.ts'
import { refusalOf } from './contract/watched-sandbox.ts'
import type { Doubts } from './options.ts'
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

const start = async (doubts: Partial<Doubts> = {}) => {
  await stop()
  // A Monday.
  running = await startSandbox(newFolder(), '2016-10-31T09:00:00Z', { doubts })
  stripe = running.stripe
  // 10000 less 1.5 % and 20: 9830 are there at once.
  await pay(10_000)
}

const pay = (amount: number) => stripe.paymentIntents.create(cardPayment('pm_card_bypassPending', { amount }))

beforeEach(() => start())
afterAll(stop)

const advance = (seconds: number) =>
  running.control('POST', '/clock', { now: running.sandbox.clock.now() + seconds * 1000 })

const act = async (id: string, action: string, more: object = {}) =>
  running.control('POST', `/payouts/${id}`, { action, ...more })

const create = async (body: object) => {
  const made = await running.control('POST', '/payouts', { currency: 'gbp', ...body })
  return { status: made.status, payout: made.body as unknown as Stripe.Payout, error: made.body.error }
}

const available = async () => (await stripe.balance.retrieve()).available[0]?.amount
const amountsOf = async (payout: string) =>
  (await stripe.balanceTransactions.list({ payout })).data.map(({ type, amount }) => [type, amount])

test('an automatic payout that was paid comes back, and goes out again with the next one', async () => {
  await advance(2 * DAY_S)
  const first = (await stripe.payouts.list()).data[0]
  expect([first?.status, first?.amount]).toEqual(['paid', 9_830])
  const id = first?.id ?? ''
  const failed = await act(id, 'fail', { failure_code: 'account_frozen' })
  expect(failed.body).toMatchObject({ status: 'failed', failure_code: 'account_frozen' })
  const read = await stripe.payouts.retrieve(id, { expand: ['failure_balance_transaction'] })
  expect(read).toMatchObject({
    reconciliation_status: 'completed',
    failure_balance_transaction: {
      type: 'payout_failure',
      reporting_category: 'payout_reversal',
      amount: 9_830,
      source: id,
    },
  })
  expect(read.failure_message).toContain('frozen')
  expect(await available()).toBe(9_830)
  expect((await stripe.events.list({ type: 'payout.failed' })).data).toHaveLength(1)
  expect(await amountsOf(id)).toEqual([
    ['payout', -9_830],
    ['charge', 10_000],
  ])
  await advance(DAY_S)
  const again = (await stripe.payouts.list()).data[0]
  expect(again?.id).not.toBe(id)
  expect(await amountsOf(again?.id ?? '')).toEqual([
    ['payout', -9_830],
    ['payout_failure', 9_830],
  ])
  expect((await act(id, 'fail')).status).toBe(400)
})

test('a payout on hold can fail, and is paid no more', async () => {
  await advance(DAY_S)
  const id = (await stripe.payouts.list()).data[0]?.id ?? ''
  await act(id, 'hold')
  expect((await act(id, 'fail')).body).toMatchObject({ status: 'failed', failure_code: 'account_closed' })
  await advance(4 * DAY_S)
  expect((await stripe.payouts.retrieve(id)).status).toBe('failed')
})

test('a pending payout by hand is cancelled from outside, and no other', async () => {
  const { payout } = await create({ amount: 4_000, method: 'standard' })
  expect(payout).toMatchObject({ automatic: false, status: 'pending' })
  expect((await act(payout.id, 'cancel')).body).toMatchObject({ status: 'canceled' })
  expect(await available()).toBe(9_830)
  expect((await act(payout.id, 'cancel')).body).toMatchObject({ error: { code: 'payout_not_cancelable' } })
  expect((await act(payout.id, 'fail')).status).toBe(400)
})

test('an instant payout costs a fee, is there within half an hour and is itemised nowhere', async () => {
  const payout = await stripe.payouts.create({ amount: 6_000, currency: 'gbp', method: 'instant' })
  expect(payout).toMatchObject({
    method: 'instant',
    type: 'card',
    automatic: false,
    reconciliation_status: 'not_applicable',
  })
  const row = await stripe.balanceTransactions.retrieve(payout.balance_transaction as string)
  // One per cent.
  expect([row.amount, row.fee, row.net]).toEqual([-6_000, 60, -6_060])
  expect(await available()).toBe(9_830 - 6_060)
  await advance(30 * 60)
  expect((await stripe.payouts.retrieve(payout.id)).status).toBe('paid')
  expect((await refusalOf(stripe.balanceTransactions.list({ payout: payout.id }))).param).toBe('payout')
  // The least fee is fifty, and amount and fee must be there: 3770 less 38.
  expect((await create({ amount: 3_733, method: 'instant' })).error).toMatchObject({
    code: 'balance_insufficient',
  })
  expect((await create({ amount: 1_000, method: 'instant' })).status).toBe(201)
  expect(await available()).toBe(3_770 - 1_050)
})

test('the fee of an instant payout may be a row of its own', async () => {
  await start({ instantPayoutFee: 'own_row' })
  const { payout } = await create({ amount: 6_000, method: 'instant' })
  const rows = (await stripe.balanceTransactions.list()).data
  const shown = rows.map(({ type, amount, fee, source }) => [type, amount, fee, source])
  expect(shown.slice(0, 2)).toEqual([
    ['stripe_fee', -60, 0, null],
    ['payout', -6_000, 0, payout.id],
  ])
})

test('an instant payout that fails brings its amount back, not its fee', async () => {
  const { payout } = await create({ amount: 6_000, method: 'instant' })
  await advance(30 * 60)
  await act(payout.id, 'fail')
  expect(await available()).toBe(9_830 - 60)
})

test('a payout by hand is itemised with the next automatic one, or apart from every one', async () => {
  const run = async () => {
    await pay(2_000) // 1950 net
    await create({ amount: 4_000 })
    await advance(DAY_S)
    const automatic = (await stripe.payouts.list()).data.find((payout) => payout.automatic)
    return { amount: automatic?.amount, rows: automatic && (await amountsOf(automatic.id)) }
  }
  expect(await run()).toEqual({
    amount: 7_780,
    rows: [
      ['payout', -7_780],
      ['payout', -4_000],
      ['charge', 2_000],
      ['charge', 10_000],
    ],
  })
  await start({ manualPayoutRows: 'apart' })
  // The oldest row, worth 9830, leaves with the payout of 4000; 5830 of it stay on the balance.
  expect(await run()).toEqual({
    amount: 1_950,
    rows: [
      ['payout', -1_950],
      ['charge', 2_000],
    ],
  })
  expect(await available()).toBe(5_830)
  expect((await create({ amount: 5_831 })).status).toBe(400)
  expect((await create({ amount: 5_830 })).status).toBe(201)
})

test('a list of a payout without its own row sums to the payout', async () => {
  await start({ payoutOwnRow: 'left_out' })
  await advance(DAY_S)
  const [payout] = (await stripe.payouts.list()).data
  expect(await amountsOf(payout?.id ?? '')).toEqual([['charge', 10_000]])
})
