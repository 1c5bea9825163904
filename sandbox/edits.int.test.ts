import type Stripe from 'stripe'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { cardPayment, DAY_S } from './contract/drive.ts'
import { checkBooks } from './testing/check-books.ts'
import type { Reply, Running } from './testing/start.ts'
import { dropFolder, newFolder, startSandbox } from './testing/start.ts'

let running: Running
let stripe: Stripe
let charge: Stripe.Charge

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
  const intent = await stripe.paymentIntents.create(
    cardPayment('pm_card_visa', { amount: 10_000, capture_method: 'automatic', expand: ['latest_charge'] }),
  )
  charge = intent.latest_charge as Stripe.Charge
})

afterAll(stop)

const edit = async (body: object) => (await running.control('POST', '/edits', body)).body as { id: string }
const undo = (id: string): Promise<Reply> => running.control('DELETE', `/edits/${id}`)
const idsOf = (made: object) => (made as { ids: Record<string, string> }).ids
const advance = (seconds: number) =>
  running.control('POST', '/clock', { now: running.sandbox.clock.now() + seconds * 1000 })

/** Everything Stripe shows about money, to be compared before an edit and after its undoing. */
const everything = async () => {
  const all = { limit: 100 }
  return JSON.stringify([
    (await stripe.balanceTransactions.list({ ...all, expand: ['data.source'] })).data,
    (await stripe.charges.list({ ...all, expand: ['data.refunds'] })).data,
    (await stripe.refunds.list(all)).data,
    (await stripe.disputes.list(all)).data,
    (await stripe.payouts.list(all)).data,
    (await stripe.paymentIntents.list(all)).data,
    (await stripe.balance.retrieve()).pending,
    (await stripe.balance.retrieve()).available,
    (await stripe.events.list(all)).data.map(({ id }) => id),
    (await running.control('GET', '/charges?data=1')).body,
  ])
}

test('every kind of edit is silent, and undone it leaves nothing behind', async () => {
  const refund = await stripe.refunds.create({ charge: charge.id, amount: 100, metadata: { a: 'b' } })
  const dispute = (await running.control('POST', '/disputes', { charge: charge.id })).body
  await stripe.paymentIntents.create(cardPayment('pm_card_bypassPending', { amount: 20_000 }))
  await advance(3 * DAY_S)
  const other = await stripe.paymentIntents.create(
    cardPayment('pm_card_visa', { amount: 5_000, capture_method: 'automatic' }),
  )
  const payout = (await stripe.payouts.list()).data[0]?.id
  const row = charge.balance_transaction as string
  const before = await everything()
  const plain = { type: 'adjustment', reporting_category: 'other_adjustment', amount: -5, currency: 'gbp' }
  const bodies = [
    { op: 'remove', id: row },
    { op: 'add', balance_transaction: plain },
    { op: 'add', balance_transaction: { ...plain, balance_type: 'issuing', exchange_rate: 0.5 }, payout },
    {
      op: 'change',
      id: row,
      set: { amount: 7, fee: 1, type: 'payment', source: null, created: 1_477_000_000 },
    },
    { op: 'change', id: charge.id, set: { status: 'pending', metadata: { tillwatch_sale: 'sale_9' } } },
    { op: 'change', id: refund.id, set: { status: 'failed', created: 1_477_000_000 } },
    { op: 'change', id: dispute.id, set: { status: 'lost', amount: 3 } },
    { op: 'change', id: payout, set: { status: 'failed', metadata: { a: 'b' } } },
    { op: 'hold_payout', id: payout },
    { op: 'short_payout', id: payout, by: 1 },
    { op: 'charge_again', id: other.latest_charge },
    { op: 'charge', amount: 900, currency: 'eur' },
    { op: 'refund_dashboard', charge: other.latest_charge, amount: 10 },
    { op: 'drift', currency: 'gbp', by: -3 },
  ]
  for (const body of bodies) {
    const { id } = await edit(body)
    expect(id, JSON.stringify(body)).toMatch(/^edit_/)
    expect(await everything(), JSON.stringify(body)).not.toBe(before)
    checkBooks(running.sandbox.store.state, running.sandbox.clock.now())
    expect((await undo(id)).status).toBe(200)
    expect(await everything(), JSON.stringify(body)).toBe(before)
  }
})

test('a charge made again names the same sale and has a row of its own everywhere', async () => {
  const again = idsOf(await edit({ op: 'charge_again', id: charge.id, metadata: { note: 'twice' } }))
  const read = await stripe.charges.retrieve(again.charge ?? '')
  expect(read).toMatchObject({
    amount: 10_000,
    metadata: { tillwatch_sale: 'sale_1', note: 'twice' },
    balance_transaction: again.balance_transaction,
    payment_intent: again.payment_intent,
  })
  expect((await stripe.charges.list()).data.map(({ id }) => id)).toEqual([again.charge, charge.id])
  const ofIntent = await stripe.charges.list({ payment_intent: again.payment_intent ?? '' })
  expect(ofIntent.data.map(({ id }) => id)).toEqual([again.charge])
  expect((await stripe.paymentIntents.retrieve(again.payment_intent ?? '')).latest_charge).toBe(again.charge)
  const rows = await stripe.balanceTransactions.list({ source: again.charge ?? '', expand: ['data.source'] })
  expect(rows.data).toHaveLength(1)
  // 10000 less 1.5 % and 20.
  expect(rows.data[0]).toMatchObject({ net: 9_830, source: { id: again.charge, object: 'charge' } })
  expect((await stripe.balance.retrieve()).pending[0]?.amount).toBe(2 * 9_830)
  const { body } = await running.control('GET', '/charges')
  expect(body).toMatchObject({ by_sale: { sale_1: 2 } })
})

test('a refund from the dashboard carries no word of ours and is on its charge', async () => {
  const made = await edit({ op: 'refund_dashboard', charge: charge.id, amount: 300 })
  const refund = await stripe.refunds.retrieve(idsOf(made).refund ?? '')
  expect(refund).toMatchObject({ amount: 300, metadata: {}, status: 'succeeded', charge: charge.id })
  const read = await stripe.charges.retrieve(charge.id, { expand: ['refunds'] })
  expect([read.amount_refunded, read.refunded, read.refunds?.data.length]).toEqual([300, false, 1])
  const listed = await stripe.refunds.list({ charge: charge.id })
  expect(listed.data.map(({ id }) => id)).toEqual([refund.id])
  const [row] = (await stripe.balanceTransactions.list({ type: 'refund' })).data
  expect(row).toMatchObject({ net: -300, source: refund.id, description: 'REFUND FOR CHARGE' })
  const tooMuch = await running.control('POST', '/edits', {
    op: 'refund_dashboard',
    charge: charge.id,
    amount: 9_701,
  })
  expect(tooMuch.status).toBe(400)
})

test('drift shows in the balance alone, and the sum of two drifts is shown', async () => {
  await edit({ op: 'drift', currency: 'gbp', by: 250 })
  const second = await edit({ op: 'drift', currency: 'GBP', by: -50 })
  const available = async () => (await stripe.balance.retrieve()).available[0]?.amount
  expect(await available()).toBe(200)
  await undo(second.id)
  expect(await available()).toBe(250)
  expect((await stripe.balanceTransactions.list()).data).toHaveLength(1)
})

test('a row with another creation instant is found and ordered by it', async () => {
  const row = charge.balance_transaction as string
  await advance(DAY_S)
  const newer = await stripe.paymentIntents.create(
    cardPayment('pm_card_visa', { amount: 500, capture_method: 'automatic' }),
  )
  const later = charge.created + 2 * DAY_S
  await edit({ op: 'change', id: row, set: { created: later } })
  const ids = (await stripe.balanceTransactions.list()).data.map(({ source }) => source)
  expect(ids).toEqual([charge.id, newer.latest_charge])
  const window = { created: { gte: later, lt: later + 1 } }
  expect((await stripe.balanceTransactions.list(window)).data.map(({ id }) => id)).toEqual([row])
  const first = { created: { lt: charge.created + DAY_S } }
  expect((await stripe.balanceTransactions.list(first)).data).toEqual([])
  const page = await stripe.balanceTransactions.list({ limit: 1 })
  expect([page.data[0]?.id, page.has_more]).toEqual([row, true])
  const next = await stripe.balanceTransactions.list({ limit: 1, starting_after: row })
  expect(next.data[0]?.source).toBe(newer.latest_charge)
})

test('a row can be changed in source, type, category and dates, and is found by what it shows', async () => {
  const row = charge.balance_transaction as string
  const set = {
    source: null,
    type: 'payment',
    reporting_category: 'other',
    available_on: 1_477_000_000,
    fee: 0,
  }
  await edit({ op: 'change', id: row, set })
  const read = await stripe.balanceTransactions.retrieve(row)
  expect(read).toMatchObject({ ...set, net: 10_000, fee_details: [{ amount: 0 }], status: 'available' })
  expect((await stripe.balanceTransactions.list({ source: charge.id })).data).toEqual([])
  expect((await stripe.balanceTransactions.list({ type: 'payment' })).data).toHaveLength(1)
  const { available, pending } = await stripe.balance.retrieve()
  expect([available[0]?.amount, pending[0]?.amount]).toEqual([10_000, 0])
})

test('rows of a payout and of a dispute are shown with their edits', async () => {
  const dispute = (await running.control('POST', '/disputes', { charge: charge.id })).body as { id: string }
  await advance(3 * DAY_S)
  const shown = await stripe.disputes.retrieve(dispute.id)
  const taken = shown.balance_transactions[0]?.id ?? ''
  await edit({ op: 'change', id: taken, set: { amount: -9_999 } })
  const extra = {
    type: 'adjustment',
    reporting_category: 'dispute',
    amount: -1,
    currency: 'gbp',
    source: dispute.id,
  }
  await edit({ op: 'add', balance_transaction: extra })
  const rows = (await stripe.disputes.retrieve(dispute.id)).balance_transactions
  expect(rows.map(({ amount }) => amount)).toEqual([-9_999, -1])
  await edit({ op: 'remove', id: taken })
  const left = (await stripe.disputes.retrieve(dispute.id)).balance_transactions
  expect(left.map(({ amount }) => amount)).toEqual([-1])
})

test('a row added to a payout is listed with it, a removed one is not', async () => {
  await stripe.paymentIntents.create(cardPayment('pm_card_bypassPending', { amount: 2_000 }))
  await advance(DAY_S)
  const payout = (await stripe.payouts.list()).data[0]?.id ?? ''
  const amounts = async () =>
    (await stripe.balanceTransactions.list({ payout })).data.map(({ amount }) => amount)
  // 2000 less 1.5 % and 20.
  expect(await amounts()).toEqual([-1_950, 2_000])
  const extra = { type: 'stripe_fee', reporting_category: 'fee', amount: -7, currency: 'gbp' }
  const added = await edit({ op: 'add', balance_transaction: extra, payout })
  expect(await amounts()).toEqual([-7, -1_950, 2_000])
  await undo(added.id)
  const own = (await stripe.payouts.retrieve(payout)).balance_transaction as string
  await edit({ op: 'remove', id: own })
  expect(await amounts()).toEqual([2_000])
})

test('edits outlive a restart', async () => {
  await edit({ op: 'charge', amount: 900, currency: 'eur', metadata: { tillwatch_sale: 'sale_x' } })
  const last = await edit({ op: 'drift', currency: 'gbp', by: 5 })
  const before = await everything()
  const { dir } = running
  await running.stop()
  running = await startSandbox(dir)
  stripe = running.stripe
  expect(await everything()).toBe(before)
  expect((await undo(last.id)).status).toBe(200)
})

test.each([
  ['an unknown object', { op: 'charge_again', id: 'ch_nothing' }, 404],
  ['metadata that is no object', { op: 'change', id: '', set: { metadata: 'x' } }, 400],
  ['an id', { op: 'change', id: '', set: { id: 'txn_other' } }, 400],
  ['a creation instant that is no number', { op: 'change', id: '', set: { created: 'today' } }, 400],
  ['an unknown balance', { op: 'change', id: '', set: { balance_type: 'savings' } }, 400],
  ['no drift at all', { op: 'drift', currency: 'gbp', by: 0 }, 400],
])('an edit of %s is refused', async (_what, body, status) => {
  const row = charge.balance_transaction as string
  const answer = await running.control(
    'POST',
    '/edits',
    'id' in body && body.id === '' ? { ...body, id: row } : body,
  )
  expect(answer.status).toBe(status)
})
