import { afterEach, beforeEach, expect, test } from 'vitest'
import { certify } from './certify.ts'
import { createWorld, type World } from './testing/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld('2026-03-01T00:00:00Z')
})

afterEach(async () => {
  await world.close()
})

const certificates = async () =>
  world.db.rows<{ date: string; currency: string; opening: bigint; closing: bigint }>(
    'SELECT business_date AS date, currency, opening, closing FROM certificates ORDER BY business_date, currency',
  )

const at = (text: string): number => Date.parse(text) / 1000

test('the 23-hour date ends an hour earlier, and a date without rows carries the balance on', async () => {
  // British Summer Time begins on 2026-03-29 at 01:00 UTC: the date runs from 29th 00:00 UTC to 29th 23:00 UTC.
  await world.charge('eve', '2026-03-28T23:59:59Z', 1_000)
  await world.charge('first', '2026-03-29T00:00:00Z', 2_000)
  await world.charge('last', '2026-03-29T22:59:59Z', 3_000)
  await world.charge('next', '2026-03-29T23:00:00Z', 4_000)
  world.moveTo('2026-04-02T12:00:00Z')
  await world.reconcile('2026-03-28', '2026-04-01')
  expect((await certificates()).map(({ date, opening, closing }) => [date, opening, closing])).toEqual([
    ['2026-03-28', 0n, 965n],
    ['2026-03-29', 965n, 5_850n],
    ['2026-03-30', 5_850n, 9_770n],
    ['2026-03-31', 9_770n, 9_770n],
    ['2026-04-01', 9_770n, 9_770n],
  ])
  expect((await certify(world.deps)).findings).toEqual([])
})

test('a date of a payout and a refund alone is negative, and each currency has its own chain of balances', async () => {
  await world.charge('a', '2026-03-02T10:00:00Z', 1_000)
  await world.payout('a', '2026-03-03T12:00:00Z', ['txn_a'])
  await world.refund('a', '2026-03-03T13:00:00Z', 400)
  // Stripe's own fee and tax, in a currency that no till takes.
  world.stripe.rows.set('txn_fee', {
    id: 'txn_fee',
    created: at('2026-03-03T14:00:00Z'),
    amount: -900,
    currency: 'eur',
    type: 'stripe_fee',
    reporting_category: 'fee',
  })
  world.stripe.rows.set('txn_tax', {
    id: 'txn_tax',
    created: at('2026-03-03T14:00:01Z'),
    amount: -90,
    currency: 'eur',
    type: 'tax_fee',
    reporting_category: 'tax',
  })
  world.moveTo('2026-03-05T12:00:00Z')
  const summary = await world.reconcile('2026-03-02', '2026-03-04')
  expect(summary.exceptions.items).toEqual([])
  expect([summary.matched, summary.explained]).toEqual([3, 2])
  expect(summary.totals.map(({ currency, category, net }) => [currency, category, net])).toEqual([
    ['eur', 'fee', -900],
    ['eur', 'tax', -90],
    ['gbp', 'charge', 965],
    ['gbp', 'payout', -965],
    ['gbp', 'refund', -400],
  ])
  expect(await certificates()).toEqual([
    { date: '2026-03-02', currency: 'gbp', opening: 0n, closing: 965n },
    { date: '2026-03-03', currency: 'eur', opening: 0n, closing: -990n },
    { date: '2026-03-03', currency: 'gbp', opening: 965n, closing: -400n },
    { date: '2026-03-04', currency: 'eur', opening: -990n, closing: -990n },
    { date: '2026-03-04', currency: 'gbp', opening: -400n, closing: -400n },
  ])
  const accounts = await world.db.rows(
    `SELECT account, currency, sum(amount)::bigint AS sum FROM postings
     WHERE account LIKE 'expense:%' OR account = 'stripe:balance' GROUP BY account, currency ORDER BY account, currency`,
  )
  expect(accounts).toEqual([
    { account: 'expense:stripe_fees', currency: 'eur', sum: 900n },
    { account: 'expense:stripe_fees', currency: 'gbp', sum: 35n },
    { account: 'expense:tax_on_fees', currency: 'eur', sum: 90n },
    { account: 'stripe:balance', currency: 'eur', sum: -990n },
    { account: 'stripe:balance', currency: 'gbp', sum: -400n },
  ])
  expect((await certify(world.deps)).findings).toEqual([])
})

test('a run by hand from a later date certifies the dates before it first', async () => {
  await world.charge('a', '2026-03-02T10:00:00Z', 1_000)
  await world.charge('b', '2026-03-04T10:00:00Z', 2_000)
  world.moveTo('2026-03-06T12:00:00Z')
  await world.reconcile('2026-03-05', '2026-03-05')
  expect((await certificates()).map(({ date, opening, closing }) => [date, opening, closing])).toEqual([
    ['2026-03-02', 0n, 965n],
    ['2026-03-03', 965n, 965n],
    ['2026-03-04', 965n, 2_915n],
    ['2026-03-05', 2_915n, 2_915n],
  ])
})

test('outstanding items are what the clearing accounts hold at the end of the date', async () => {
  await world.charge('a', '2026-03-02T10:00:00Z', 1_000)
  await world.charge('late', '2026-03-02T23:30:00Z', 700, 'ledger')
  const row = { id: 'txn_late', created: at('2026-03-03T00:30:00Z'), amount: 700, fee: 31, source: 'ch_late' }
  world.stripe.rows.set('txn_late', row)
  world.stripe.objects.set('ch_late', {
    id: 'ch_late',
    object: 'charge',
    created: row.created,
    metadata: {},
    balance_transaction: 'txn_late',
  })
  world.moveTo('2026-03-05T12:00:00Z')
  await world.reconcile('2026-03-02', '2026-03-04')
  const items = await world.db.rows(
    `SELECT c.business_date AS date, o.object, o.amount, o.state FROM certificate_outstanding o
     JOIN certificates c ON c.id = o.certificate_id ORDER BY c.seq`,
  )
  expect(items).toEqual([{ date: '2026-03-02', object: 'ch_late', amount: 700n, state: 'timing' }])
})
