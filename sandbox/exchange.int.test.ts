import type Stripe from 'stripe'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { cardPayment, DAY_S } from './contract/drive.ts'
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

const SETTLEMENT = { settlement_currencies: ['gbp', 'usd'], rates: { eur: { gbp: '0.8512' } } }

const start = async (doubts: Partial<Doubts> = {}) => {
  await stop()
  running = await startSandbox(newFolder(), '2016-10-31T09:00:00Z', { doubts })
  stripe = running.stripe
  const set = await running.control('POST', '/account', SETTLEMENT)
  expect(set.body).toEqual({ default_currency: 'gbp', ...SETTLEMENT })
}

beforeEach(() => start())
afterAll(stop)

const setRates = (rates: object) => running.control('POST', '/account', { rates })

const pay = async (amount: number, currency: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  stripe.paymentIntents.create(
    cardPayment('pm_card_visa', { amount, currency, capture_method: 'automatic', ...more }),
  )

const rowsOf = async (source: string) => (await stripe.balanceTransactions.list({ source })).data
const rowOf = async (source: string) => {
  const [row] = await rowsOf(source)
  if (!row) throw new Error(`no row of ${source}`)
  return row
}

test('what the account does not keep lands in its own currency, with rate, fee and conversion fee', async () => {
  const intent = await pay(10_000, 'eur')
  const charge = await stripe.charges.retrieve(intent.latest_charge as string)
  expect([charge.amount, charge.currency]).toEqual([10_000, 'eur'])
  const row = await rowOf(charge.id)
  // 100.00 x 0.8512 = 85.12; 1.5 % of it is 1.2768, and 0.20; two per cent of it are 1.7024.
  expect(row).toMatchObject({
    amount: 8_512,
    currency: 'gbp',
    exchange_rate: 0.8512,
    fee: 148 + 170,
    net: 8_512 - 318,
  })
  expect(
    row.fee_details.map(({ amount, currency, description, type }) => [amount, currency, description, type]),
  ).toEqual([
    [148, 'gbp', 'Stripe processing fees', 'stripe_fee'],
    [170, 'gbp', 'Stripe currency conversion fee', 'stripe_fee'],
  ])
  const kept = await rowOf((await pay(1_000, 'usd')).latest_charge as string)
  expect([kept.currency, kept.exchange_rate, kept.amount]).toEqual(['usd', null, 1_000])
  const { pending } = await stripe.balance.retrieve()
  expect(pending.map(({ currency, amount }) => [currency, amount])).toEqual([
    ['gbp', 8_194],
    // 2.9 % and 30.
    ['usd', 941],
  ])
})

test.each([
  // Half a penny goes up: 50 cents x 0.85 = 42.5.
  ['eur', 50, '0.85', 43, 0.85],
  ['eur', 50, '0.8499999', 42, 0.8499999],
  // 1000 yen at 0.0052 pounds are 5.20.
  ['jpy', 1_000, '0.0052', 520, 0.52],
  // 12.340 dinars at 2.5 pounds are 30.85.
  ['kwd', 12_340, '2.5', 3_085, 0.25],
])('%s %i at %s are %i pence', async (currency, amount, rate, pence, shown) => {
  await setRates({ [currency]: { gbp: rate } })
  const row = await rowOf((await pay(amount, currency)).latest_charge as string)
  expect([row.amount, row.currency, row.exchange_rate]).toEqual([pence, 'gbp', shown])
})

test('the rate may be shown as people write it', async () => {
  await start({ exchangeRateUnits: 'major' })
  await setRates({ jpy: { gbp: '0.0052' } })
  const row = await rowOf((await pay(1_000, 'jpy')).latest_charge as string)
  expect([row.amount, row.exchange_rate]).toEqual([520, 0.0052])
})

test('a refund goes back at its own day, in the currency its charge landed in', async () => {
  const charge = (await pay(10_000, 'eur')).latest_charge as string
  await setRates({ eur: { gbp: '0.9' } })
  await running.control('POST', '/account', { settlement_currencies: null })
  const refund = await stripe.refunds.create({ charge, amount: 5_000 })
  expect([refund.amount, refund.currency]).toEqual([5_000, 'eur'])
  expect(await rowOf(refund.id)).toMatchObject({
    amount: -4_500,
    fee: 0,
    currency: 'gbp',
    exchange_rate: 0.9,
  })
})

test.each([
  ['own_day', 4_750, 0.95],
  ['as_it_left', 4_500, 0.9],
] as const)('a refund that fails comes back %s', async (returnRate, amount, rate) => {
  await start({ returnRate })
  const charge = (await pay(10_000, 'eur')).latest_charge as string
  await setRates({ eur: { gbp: '0.9' } })
  const refund = await stripe.refunds.create({ charge, amount: 5_000 })
  await setRates({ eur: { gbp: '0.95' } })
  await running.control('POST', `/refunds/${refund.id}`, { action: 'fail' })
  const [back] = await rowsOf(refund.id)
  expect(back).toMatchObject({ type: 'refund_failure', amount, exchange_rate: rate, currency: 'gbp' })
})

const dispute = async (charge: string) =>
  (await running.control('POST', '/disputes', { charge })).body as unknown as Stripe.Dispute

test('a dispute takes and gives back at its own days', async () => {
  const charge = (await pay(10_000, 'eur')).latest_charge as string
  await setRates({ eur: { gbp: '0.9' } })
  const opened = await dispute(charge)
  expect([opened.amount, opened.currency]).toEqual([10_000, 'eur'])
  await setRates({ eur: { gbp: '0.8' } })
  await running.control('POST', `/disputes/${opened.id}`, { action: 'win' })
  const rows = (await stripe.disputes.retrieve(opened.id)).balance_transactions
  expect(
    rows.map(({ amount, fee, currency, exchange_rate }) => [amount, fee, currency, exchange_rate]),
  ).toEqual([
    [-9_000, 2_000, 'gbp', 0.9],
    [8_000, 0, 'gbp', 0.8],
  ])
})

test('an exchanged dispute may take two rows, of which the second is the difference to the day of the charge', async () => {
  await start({ disputeRowsOnExchange: 'two', returnRate: 'as_it_left' })
  const charge = (await pay(10_000, 'eur')).latest_charge as string
  await setRates({ eur: { gbp: '0.9' } })
  const { id } = await dispute(charge)
  const taken = (await stripe.disputes.retrieve(id)).balance_transactions
  expect(taken.map(({ amount, fee, source }) => [amount, fee, source])).toEqual([
    [-8_512, 2_000, id],
    [-488, 0, id],
  ])
  await running.control('POST', `/disputes/${id}`, { action: 'win' })
  const back = (await stripe.disputes.retrieve(id)).balance_transactions[2]
  expect(back?.amount).toBe(9_000)
})

test('the conversion fee may be a row of its own', async () => {
  await start({ conversionFee: 'own_row' })
  const row = await rowOf((await pay(10_000, 'eur')).latest_charge as string)
  expect(row.fee).toBe(148)
  const [fee] = (await stripe.balanceTransactions.list({ type: 'stripe_fx_fee' })).data
  expect(fee).toMatchObject({
    amount: -170,
    fee: 0,
    reporting_category: 'fee',
    currency: 'gbp',
    source: null,
  })
})

test('a part that is captured lands alone, or with the reversal of the rest', async () => {
  await start({ partialCaptureRows: 'authorized_and_reversal' })
  const { id } = await pay(10_000, 'eur', { capture_method: 'manual' })
  const intent = await stripe.paymentIntents.capture(id, { amount_to_capture: 333 })
  const rows = await rowsOf(intent.latest_charge as string)
  // 3.33 x 0.8512 = 2.834496.
  expect(rows.map(({ type, amount }) => [type, amount])).toEqual([
    ['refund', 283 - 8_512],
    ['charge', 8_512],
  ])
})

test('exchanged money is paid out in the currency it landed in', async () => {
  await pay(10_000, 'eur')
  await advanceDays(3)
  expect((await stripe.payouts.list()).data.map(({ amount, currency }) => [amount, currency])).toEqual([
    [8_194, 'gbp'],
  ])
})

const advanceDays = (days: number) =>
  running.control('POST', '/clock', { now: running.sandbox.clock.now() + days * DAY_S * 1000 })

test('what the account keeps outlives a restart, and a planted charge can land where it is told to', async () => {
  const { dir } = running
  await running.stop()
  running = await startSandbox(dir)
  stripe = running.stripe
  expect((await running.control('GET', '/account')).body).toMatchObject(SETTLEMENT)
  const planted = { op: 'charge', amount: 1_000, currency: 'eur', settlement_currency: 'usd' }
  await setRates({ eur: { usd: '1.1' } })
  const { body } = await running.control('POST', '/edits', planted)
  const ids = body.ids as Record<string, string>
  expect(await rowOf(ids.charge ?? '')).toMatchObject({ amount: 1_100, currency: 'usd', exchange_rate: 1.1 })
})

test.each([
  ['a currency that is none', { settlement_currencies: ['xxx'] }],
  ['no currency at all', { settlement_currencies: [] }],
  ['a rate of nothing', { rates: { eur: { gbp: '0' } } }],
  ['a rate that is a number', { rates: { eur: { gbp: 0.85 } } }],
])('an account with %s is refused', async (_what, body) => {
  expect((await running.control('POST', '/account', body)).status).toBe(400)
})

test('without being told otherwise the account keeps every currency', async () => {
  await running.control('POST', '/account', { settlement_currencies: null })
  const row = await rowOf((await pay(10_000, 'eur')).latest_charge as string)
  expect([row.currency, row.exchange_rate, row.fee_details.length]).toEqual(['eur', null, 1])
})
