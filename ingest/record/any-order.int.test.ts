import type Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { storeProcessingPayment } from '../testing/stored-payment.ts'
import { openWorkerDeps, type WorkerDeps } from '../testing/worker-deps.ts'
import { recordCharge } from './record-charge.ts'
import { recordPaymentIntent } from './record-payment-intent.ts'
import { recordPayout } from './record-payout.ts'
import { recordRefund } from './record-refund.ts'
import type { RecordResult } from './recorded-by.ts'

let worker: WorkerDeps

beforeAll(async () => {
  worker = await openWorkerDeps()
})
afterAll(async () => worker.close())

/** The fields of Stripe's objects that recording reads. */
const CREATED = Date.parse('2026-03-02T08:59:00Z') / 1000
const charge = (id: string, payment: string, rest: object = {}) =>
  ({
    id,
    object: 'charge',
    amount: 500,
    amount_captured: 500,
    captured: true,
    created: CREATED,
    currency: 'gbp',
    failure_code: null,
    failure_message: null,
    metadata: { tillwatch_payment: payment },
    outcome: null,
    payment_intent: `pi_${payment}`,
    payment_method_details: { type: 'card', card: { brand: 'visa', last4: '4242' } },
    refunded: false,
    status: 'succeeded',
    ...rest,
  }) as unknown as Stripe.Charge
const intent = (payment: string, status: string, rest: object = {}) =>
  ({
    id: `pi_${payment}`,
    object: 'payment_intent',
    amount: 500,
    amount_received: status === 'succeeded' ? 500 : 0,
    capture_method: 'automatic_async',
    created: CREATED,
    currency: 'gbp',
    last_payment_error: null,
    latest_charge: status === 'succeeded' ? `ch_${payment}` : null,
    metadata: { tillwatch_payment: payment },
    status,
    ...rest,
  }) as unknown as Stripe.PaymentIntent
const refund = (id: string, payment: string, status: string, rest: object = {}) =>
  ({
    id,
    object: 'refund',
    amount: 200,
    balance_transaction: status === 'failed' ? 'txn_1' : null,
    charge: `ch_${payment}`,
    created: CREATED,
    currency: 'gbp',
    failure_reason: status === 'failed' ? 'expired_or_canceled_card' : null,
    metadata: {},
    payment_intent: `pi_${payment}`,
    reason: null,
    status,
    ...rest,
  }) as unknown as Stripe.Refund
const payout = (id: string, status: string) =>
  ({
    id,
    object: 'payout',
    amount: 900,
    arrival_date: CREATED,
    automatic: true,
    balance_transaction: 'txn_po',
    created: CREATED,
    currency: 'gbp',
    failure_balance_transaction: status === 'failed' ? 'txn_back' : null,
    failure_code: null,
    metadata: {},
    method: 'standard',
    reconciliation_status: 'in_progress',
    status,
  }) as unknown as Stripe.Payout

type Snapshot = Stripe.Charge | Stripe.PaymentIntent | Stripe.Refund | Stripe.Payout

const by = { writer: 'webhook', cause: { kind: 'event', id: 'evt_1' } } as const

const apply = async (snapshot: Snapshot): Promise<RecordResult> => {
  const { deps } = worker
  return deps.db.withTransaction(async (db) => {
    switch (snapshot.object) {
      case 'charge':
        return recordCharge(deps, db, snapshot, by)
      case 'payment_intent':
        return recordPaymentIntent(deps, db, snapshot, by)
      case 'refund':
        return recordRefund(deps, db, snapshot, by)
      case 'payout':
        return recordPayout(deps, db, snapshot, by)
    }
  })
}

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item, n) => permutations(items.toSpliced(n, 1)).map((rest) => [item, ...rest]))

const factsOf = async (payment: string) => {
  const { db } = worker.deps
  const row = await db.first(
    `SELECT status, amount_captured, stripe_charge, card_last4, (SELECT status FROM sales WHERE id = sale_id) AS sale
     FROM payments WHERE id = $1`,
    [payment],
  )
  const entries = await db.rows('SELECT kind, source_id FROM journal_entries WHERE payment_id = $1', [
    payment,
  ])
  const attempts = await db.rows(
    `SELECT body ->> 'outcome' AS outcome FROM events WHERE payment_id = $1 AND type = 'payment.attempted' ORDER BY seq`,
    [payment],
  )
  return {
    row,
    entries,
    attempts: attempts.map((attempt) => (attempt as { outcome: string }).outcome).sort(),
  }
}

const failed = (payment: string) => ({
  last_payment_error: {
    type: 'card_error',
    code: 'card_declined',
    decline_code: 'do_not_honor',
    message: 'm',
    charge: `ch_${payment}_bad`,
  },
})

const snapshotsOf = (payment: string): Snapshot[] => [
  intent(payment, 'requires_payment_method', failed(payment)),
  charge(`ch_${payment}_bad`, payment, { status: 'failed', captured: false, failure_code: 'card_declined' }),
  intent(payment, 'processing'),
  charge(`ch_${payment}`, payment),
  intent(payment, 'succeeded'),
]

test('a refused and then a good attempt, told in every order and twice, are the same facts', async () => {
  const orders = permutations([0, 1, 2, 3, 4])
  for (const [n, order] of orders.entries()) {
    const payment = `pay_order${n}`
    await storeProcessingPayment(worker.deps, payment, 500)
    const snapshots = snapshotsOf(payment)
    for (const index of [...order, ...order]) await apply(snapshots[index] as Snapshot)
    expect(await factsOf(payment), order.join(' ')).toEqual({
      row: {
        status: 'succeeded',
        amount_captured: 500n,
        stripe_charge: `ch_${payment}`,
        card_last4: '4242',
        sale: 'closed',
      },
      entries: [{ kind: 'sale_card', source_id: `ch_${payment}` }],
      attempts: ['failed', 'succeeded'],
    })
  }
})

test('an intent of other money than its payment is refused whole', async () => {
  await storeProcessingPayment(worker.deps, 'pay_other', 500)
  await expect(apply(intent('pay_other', 'succeeded', { amount: 501 }))).rejects.toThrow('asks for 501')
  expect((await factsOf('pay_other')).row).toMatchObject({ status: 'processing' })
})

test('a second intent and a second charge that name our payment are not ours', async () => {
  await storeProcessingPayment(worker.deps, 'pay_twice', 500)
  await apply(intent('pay_twice', 'succeeded'))
  expect(await apply(intent('pay_twice', 'succeeded', { id: 'pi_second' }))).toBe('unknown_object')
  expect(await apply(charge('ch_second', 'pay_twice'))).toBe('unknown_object')
  expect(await apply(charge('ch_stranger', 'pay_nobody'))).toBe('unknown_object')
})

test('a refund made in Stripe is adopted and posted once, in any order; failing gives its amount free', async () => {
  const stories = permutations(['pending', 'succeeded', 'failed'])
  for (const [n, story] of stories.entries()) {
    const payment = `pay_refund${n}`
    await storeProcessingPayment(worker.deps, payment, 500)
    await apply(intent(payment, 'succeeded'))
    for (const status of [...story, ...story]) await apply(refund(`re_${n}`, payment, status))
    const row = await worker.deps.db.first('SELECT status, amount FROM refunds WHERE stripe_refund = $1', [
      `re_${n}`,
    ])
    expect(row, story.join(' ')).toEqual({ status: 'failed', amount: 200n })
    const paid = await worker.deps.db.first('SELECT amount_refunded FROM payments WHERE id = $1', [payment])
    expect(paid).toEqual({ amount_refunded: 0n })
    const kinds = (await factsOf(payment)).entries.map((entry) => (entry as { kind: string }).kind)
    expect(kinds).toEqual(['sale_card', 'refund'])
  }
})

test('a refund that waits for money has moved none, and is not owed when it comes to nothing', async () => {
  const { db } = worker.deps
  for (const [n, story] of permutations(['pending', 'canceled']).entries()) {
    const payment = `pay_waits${n}`
    await storeProcessingPayment(worker.deps, payment, 500)
    await apply(intent(payment, 'succeeded'))
    for (const status of [...story, ...story]) await apply(refund(`re_waits${n}`, payment, status))
    const kinds = (await factsOf(payment)).entries.map((entry) => (entry as { kind: string }).kind)
    expect(kinds).toEqual(['sale_card'])
    expect(await db.rows('SELECT amount FROM refunds_owed WHERE payment_id = $1', [payment])).toEqual([])
    const paid = await db.first('SELECT amount_refunded FROM payments WHERE id = $1', [payment])
    expect(paid).toEqual({ amount_refunded: 0n })
  }
})

test('a payout reaches the bank once; failing afterwards takes it back once', async () => {
  const { db } = worker.deps
  for (const status of ['in_transit', 'paid', 'in_transit', 'paid']) await apply(payout('po_1', status))
  const bank = async () =>
    db.rows(
      "SELECT e.kind, p.amount FROM postings p JOIN journal_entries e ON e.id = p.entry_id WHERE account = 'bank'",
    )
  expect(await bank()).toEqual([{ kind: 'payout_paid', amount: 900n }])
  for (const status of ['failed', 'paid', 'failed']) await apply(payout('po_1', status))
  expect(await bank()).toEqual([
    { kind: 'payout_paid', amount: 900n },
    { kind: 'payout_returned', amount: -900n },
  ])
  expect(await apply(payout('po_2', 'failed'))).toBe('recorded')
  expect(await bank()).toHaveLength(2)
})

test('a payout that is itemised stays so, whatever is told late', async () => {
  const itemised = { ...payout('po_3', 'in_transit'), reconciliation_status: 'completed' as const }
  for (const snapshot of [itemised, payout('po_3', 'in_transit'), payout('po_3', 'paid')])
    await apply(snapshot)
  expect(
    await worker.deps.db.first("SELECT status, reconciliation_status FROM payouts WHERE id = 'po_3'"),
  ).toEqual({ status: 'paid', reconciliation_status: 'completed' })
})
