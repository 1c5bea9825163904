import type Stripe from 'stripe'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { cardPayment, DAY_S } from './contract/drive.ts'
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
})

afterAll(stop)

const advance = (seconds: number) =>
  running.control('POST', '/clock', { now: running.sandbox.clock.now() + seconds * 1000 })

const row = async (body: object) => {
  const { status, body: made } = await running.control('POST', '/rows', body)
  expect(status, JSON.stringify(made)).toBe(201)
  return made as unknown as Stripe.BalanceTransaction
}

const own = async (at_ms?: number) =>
  (await running.control('GET', `/balance${at_ms === undefined ? '' : `?at_ms=${at_ms}`}`)).body.data

const typesOf = async (pattern: string) =>
  (await stripe.events.list({ type: pattern, limit: 100 })).data.map(({ type }) => type)

/** Each type of stripe.md §5 that Stripe books by itself, with its category and sign, in pence. */
const MOVEMENTS: [type: string, category: string, amount: number][] = [
  ['stripe_fee', 'fee', -700],
  ['stripe_fx_fee', 'fee', -11],
  ['tax_fee', 'tax', -140],
  ['stripe_fee', 'network_cost', -33],
  ['contribution', 'contribution', -50],
  ['climate_order_purchase', 'climate_order_purchase', -200],
  ['climate_order_refund', 'climate_order_refund', 200],
  ['reserved_funds', 'risk_reserved_funds', -1_000],
  ['reserved_funds', 'risk_reserved_funds', 1_000],
  ['reserve_transaction', 'risk_reserved_funds', -5],
  ['reserve_hold', 'risk_reserved_funds', -300],
  ['reserve_release', 'risk_reserved_funds', 300],
  ['payment_network_reserve_hold', 'payment_network_reserve_hold', -40],
  ['payment_network_reserve_release', 'payment_network_reserve_release', 40],
  ['payout_minimum_balance_hold', 'payout_minimum_balance_hold', -500],
  ['payout_minimum_balance_release', 'payout_minimum_balance_release', 500],
  ['advance', 'advance', 5_000],
  ['advance_funding', 'advance_funding', -5_000],
  ['anticipation_repayment', 'anticipation_repayment', -60],
  ['financing_paydown', 'financing_paydown', -250],
  ['financing_paydown_reversal', 'financing_paydown_reversal', 250],
  ['financing_payout', 'financing_payout', 9_000],
  ['financing_payout_reversal', 'financing_payout_reversal', -9_000],
  ['topup', 'topup', 3_000],
  ['topup_reversal', 'topup_reversal', -3_000],
  ['transfer', 'transfer', -800],
  ['transfer_cancel', 'transfer_reversal', 800],
  ['transfer_failure', 'transfer_reversal', 10],
  ['transfer_refund', 'transfer_reversal', 20],
  ['connect_collection_transfer', 'connect_collection_transfer', 12],
  ['adjustment', 'connect_reserved_funds', -13],
  ['application_fee', 'platform_earning', 100],
  ['application_fee_refund', 'platform_earning_refund', -100],
  ['payment', 'charge', 400],
  ['payment_refund', 'refund', -400],
  ['payment_failure_refund', 'charge_failure', -21],
  ['payment_reversal', 'charge_failure', -22],
  ['payment_unreconciled', 'unreconciled_customer_funds', 23],
  ['inbound_transfer', 'topup', 24],
  ['inbound_transfer_reversal', 'topup_reversal', -24],
  ['obligation_outbound', 'other_adjustment', -25],
  ['obligation_reversal_inbound', 'other_adjustment', 25],
  ['fee_credit_funding', 'fee', 26],
  ['stripe_balance_payment_debit', 'other_adjustment', -27],
  ['stripe_balance_payment_debit_reversal', 'other_adjustment', 27],
  ['tax_fund', 'tax', -28],
  ['adjustment', 'other_adjustment', 29],
  ['issuing_authorization_hold', 'issuing_authorization_hold', -30],
  ['issuing_authorization_release', 'issuing_authorization_release', 30],
  ['issuing_dispute', 'issuing_dispute', 31],
  ['issuing_transaction', 'issuing_transaction', -32],
  ['issuing_transaction', 'issuing_disbursement', -34],
  ['something_new', 'something_nobody_knows', 41],
]

test('every type and category can be booked by Stripe itself, and the balance is their sum', async () => {
  let sum = 0
  for (const [type, reporting_category, amount] of MOVEMENTS) {
    const made = await row({ type, reporting_category, amount, currency: 'gbp', description: 'by Stripe' })
    expect(made).toMatchObject({ type, reporting_category, amount, fee: 0, net: amount, source: null })
    sum += amount
  }
  const { available } = await stripe.balance.retrieve()
  expect(available).toMatchObject([{ currency: 'gbp', amount: sum }])
  expect(await own()).toEqual([{ currency: 'gbp', balance_type: 'payments', amount: sum }])
  const listed = await stripe.balanceTransactions.list({ type: 'something_new' })
  expect(listed.data.map(({ reporting_category }) => reporting_category)).toEqual(['something_nobody_knows'])
  expect((await typesOf('balance.available')).length).toBeGreaterThan(0)
})

test('each balance type stands in its own field of the balance and goes out with no payout', async () => {
  const plain = { type: 'adjustment', reporting_category: 'other_adjustment', currency: 'gbp' }
  await row({ ...plain, amount: 5_000 })
  await row({ ...plain, amount: 700, balance_type: 'issuing' })
  await row({ ...plain, amount: 90, balance_type: 'refund_and_dispute_prefunding' })
  const later = Math.floor(running.sandbox.clock.now() / 1000) + DAY_S
  await row({ ...plain, amount: 8, balance_type: 'refund_and_dispute_prefunding', available_on: later })
  const hold = { type: 'reserve_hold', reporting_category: 'risk_reserved_funds', currency: 'gbp' }
  await row({ ...hold, amount: -1_000, counter_balance_type: 'risk_reserved' })
  expect(await stripe.balance.retrieve()).toMatchObject({
    available: [{ amount: 4_000, currency: 'gbp' }],
    pending: [{ amount: 0, currency: 'gbp' }],
    connect_reserved: [{ amount: 1_000, currency: 'gbp' }],
    issuing: { available: [{ amount: 700, currency: 'gbp' }] },
    refund_and_dispute_prefunding: { available: [{ amount: 90 }], pending: [{ amount: 8 }] },
  })
  expect(await own()).toEqual([
    { currency: 'gbp', balance_type: 'payments', amount: 4_000 },
    { currency: 'gbp', balance_type: 'issuing', amount: 700 },
    { currency: 'gbp', balance_type: 'refund_and_dispute_prefunding', amount: 98 },
    { currency: 'gbp', balance_type: 'risk_reserved', amount: 1_000 },
  ])
  await advance(DAY_S)
  expect((await stripe.payouts.list()).data.map(({ amount }) => amount)).toEqual([4_000])
})

test('the balance of an instant is the sum of what was booked before it', async () => {
  const start = running.sandbox.clock.now()
  const fee = { type: 'stripe_fee', reporting_category: 'fee', currency: 'gbp' }
  await row({ ...fee, amount: -100 })
  await advance(60)
  await row({ ...fee, amount: -20, currency: 'eur' })
  const pounds = { currency: 'gbp', balance_type: 'payments', amount: -100 }
  expect(await own(start)).toEqual([])
  expect(await own(start + 1)).toEqual([pounds])
  expect(await own(start + 60_000)).toEqual([pounds])
  expect(await own(start + 60_001)).toEqual([pounds, { ...pounds, currency: 'eur', amount: -20 }])
})

test.each([
  ['no type', { type: '' }],
  ['a currency that is none', { currency: 'xxx' }],
  ['half an amount', { amount: 0.5 }],
  ['a balance that is none', { balance_type: 'savings' }],
  ['two halves in one balance', { counter_balance_type: 'payments' }],
])('a row with %s is refused', async (_what, wrong) => {
  const plain = { type: 'stripe_fee', reporting_category: 'fee', amount: -1, currency: 'gbp' }
  expect((await running.control('POST', '/rows', { ...plain, ...wrong })).status).toBe(400)
  expect(await own()).toEqual([])
})

test('a top-up fails before it comes, or is reversed after it came', async () => {
  const failing = await stripe.topups.create({ amount: 100, currency: 'gbp' })
  const kept = await stripe.topups.create({ amount: 500, currency: 'gbp' })
  expect((await running.control('POST', `/topups/${failing.id}`, { action: 'fail' })).body.status).toBe(
    'failed',
  )
  expect((await running.control('POST', `/topups/${kept.id}`, { action: 'reverse' })).status).toBe(400)
  expect((await running.control('POST', `/topups/${kept.id}`, { action: 'succeed' })).body.status).toBe(
    'succeeded',
  )
  expect((await running.control('POST', `/topups/${kept.id}`, { action: 'reverse' })).body.status).toBe(
    'reversed',
  )
  const rows = (await stripe.balanceTransactions.list()).data.map(({ type, amount }) => [type, amount])
  expect(rows).toEqual([
    ['topup_reversal', -500],
    ['topup', 500],
  ])
  expect(await typesOf('topup.*')).toEqual([
    'topup.reversed',
    'topup.succeeded',
    'topup.failed',
    'topup.created',
    'topup.created',
  ])
})

const paid = async (card: string) =>
  (await stripe.paymentIntents.create(cardPayment(card))).latest_charge as string

test('a warning of fraud moves no money, and lapses when the charge is refunded or disputed', async () => {
  const charge = await paid('pm_card_visa')
  const other = await paid('pm_card_visa')
  const before = await stripe.balance.retrieve()
  const made = await running.control('POST', '/early_fraud_warnings', {
    charge,
    fraud_type: 'made_with_lost_card',
  })
  await running.control('POST', '/early_fraud_warnings', { charge: other })
  expect(made.status).toBe(201)
  const id = made.body.id as string
  const read = await stripe.radar.earlyFraudWarnings.retrieve(id, { expand: ['charge'] })
  expect(read).toMatchObject({ actionable: true, charge: { id: charge }, fraud_type: 'made_with_lost_card' })
  expect((await stripe.balance.retrieve()).pending).toEqual(before.pending)
  const listed = await stripe.radar.earlyFraudWarnings.list({ charge })
  expect(listed.data.map((warning) => warning.id)).toEqual([id])
  await advance(60)
  await stripe.refunds.create({ charge, amount: 1 })
  expect((await stripe.radar.earlyFraudWarnings.retrieve(id)).actionable).toBe(true)
  await stripe.refunds.create({ charge })
  expect((await stripe.radar.earlyFraudWarnings.retrieve(id)).actionable).toBe(false)
  await running.control('POST', '/disputes', { charge: other })
  const actionable = (await stripe.radar.earlyFraudWarnings.list()).data.map((warning) => warning.actionable)
  expect(actionable).toEqual([false, false])
  expect((await typesOf('radar.*')).toSorted()).toEqual([
    'radar.early_fraud_warning.created',
    'radar.early_fraud_warning.created',
    'radar.early_fraud_warning.updated',
    'radar.early_fraud_warning.updated',
  ])
})

test('the issuer of the fraud card warns by itself', async () => {
  const charge = await paid('pm_card_createIssuerFraudRecord')
  await advance(60)
  const [warning] = (await stripe.radar.earlyFraudWarnings.list()).data
  expect(warning).toMatchObject({ charge, fraud_type: 'unauthorized_use_of_card' })
  expect((await stripe.disputes.list()).data).toEqual([])
})
