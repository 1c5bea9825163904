import { afterEach, beforeEach, expect, test } from 'vitest'
import { businessDateOf } from '#core/business-date.ts'
import { postEntry } from '#core/ledger/post-entry.ts'
import { certify } from './certify.ts'
import { certificateCsv } from './page/certificate-csv.ts'
import { certificatePage } from './page/certificate-page.ts'
import { readPageFacts } from './page/page-facts.ts'
import { createWorld, type World } from './testing/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld('2026-03-01T00:00:00Z')
  await world.charge('a', '2026-03-02T10:00:00Z', 1_000)
})

afterEach(async () => {
  expect((await certify(world.deps)).findings).toEqual([])
  await world.close()
})

const take = async (
  account: string,
  object: string,
  at: string,
  currency: 'eur' | 'gbp' | 'jpy',
  amount: bigint,
): Promise<void> => {
  await postEntry(world.deps.env, world.db, {
    kind: account.startsWith('till') ? 'cash' : 'capture',
    sourceId: object,
    occurredAt: new Date(at),
    businessDate: businessDateOf(new Date(at), 'Europe/London'),
    cause: { kind: 'call', id: 'test' },
    postings: [
      { account, object, currency, amountMinor: amount },
      { account: 'revenue:sales', currency, amountMinor: -amount },
    ],
  })
}

/** Tills of the newest certificate of each date and currency: currency of the certificate, till, its currency, cash. */
const tills = async () =>
  world.db.rows(
    `SELECT c.business_date AS date, c.currency AS on, t ->> 'till' AS till, t ->> 'currency' AS currency, t ->> 'cash' AS cash
     FROM (SELECT DISTINCT ON (business_date, currency) * FROM certificates ORDER BY business_date, currency, version DESC) AS c,
          jsonb_array_elements(c.tills) AS t
     ORDER BY c.business_date, c.currency, till, currency`,
  )

const outstanding = async () =>
  world.db.rows(
    `SELECT c.business_date AS date, c.currency AS on, o.object
     FROM (SELECT DISTINCT ON (business_date, currency) * FROM certificates ORDER BY business_date, currency, version DESC) AS c
     JOIN certificate_outstanding o ON o.certificate_id = c.id ORDER BY c.business_date, c.currency, o.object`,
  )

const settleInEuros = (at: string): void => {
  const created = Date.parse(at) / 1000
  world.stripe.rows.set('txn_e', { id: 'txn_e', created, amount: 900, source: 'ch_e', currency: 'eur' })
  const charge = { id: 'ch_e', object: 'charge', created, metadata: {}, balance_transaction: 'txn_e' }
  world.stripe.objects.set('ch_e', charge)
}

test("what a till took in a currency that Stripe never settled in stands on the account's certificate, in its own", async () => {
  await take('till:t1:cash', 'pay_1', '2026-03-02T11:00:00Z', 'gbp', 700n)
  await take('till:t1:cash', 'pay_2', '2026-03-02T12:00:00Z', 'eur', 2_550n)
  await take('till:t1:cash', 'pay_3', '2026-03-02T13:00:00Z', 'jpy', 1_200n)
  world.moveTo('2026-03-03T12:00:00Z')
  await world.reconcile('2026-03-02', '2026-03-02')
  expect(await tills()).toEqual([
    { date: '2026-03-02', on: 'gbp', till: 't1', currency: 'eur', cash: '2550' },
    { date: '2026-03-02', on: 'gbp', till: 't1', currency: 'gbp', cash: '700' },
    { date: '2026-03-02', on: 'gbp', till: 't1', currency: 'jpy', cash: '1200' },
  ])
  const { id = '' } = (await world.db.first<{ id: string }>('SELECT id FROM certificates')) ?? {}
  const facts = await readPageFacts(world.db, id)
  const lines = certificatePage(facts, 'Europe/London').split('\n')
  const from = lines.indexOf('TILLS, AS OUR LEDGER HAS THEM (GBP)')
  // Each currency adds up by itself, with its own decimals.
  expect(lines.slice(from, from + 12).map((line) => line.trim().replaceAll(/ +/g, ' '))).toEqual([
    'TILLS, AS OUR LEDGER HAS THEM (GBP)',
    'till cards card refunds cash checks',
    't1 0.00 0.00 7.00 0.00',
    'all 0.00 0.00 7.00 0.00',
    'TILLS, AS OUR LEDGER HAS THEM (EUR)',
    'till cards card refunds cash checks',
    't1 0.00 0.00 25.50 0.00',
    'all 0.00 0.00 25.50 0.00',
    'TILLS, AS OUR LEDGER HAS THEM (JPY)',
    'till cards card refunds cash checks',
    't1 0 0 1200 0',
    'all 0 0 1200 0',
  ])
  const csv = certificateCsv(facts, 'Europe/London')
  expect(csv).toContain('till,t1,cash,,eur,,,,25.50,,')
  expect(csv).toContain('till,t1,cash,,jpy,,,,1200,,')
})

test('a late till line in another currency is named with that currency by the next version', async () => {
  await take('till:t1:cash', 'pay_1', '2026-03-02T11:00:00Z', 'gbp', 700n)
  await take('till:t1:cash', 'pay_2', '2026-03-02T12:00:00Z', 'jpy', 1_200n)
  world.moveTo('2026-03-03T12:00:00Z')
  await world.reconcile('2026-03-02', '2026-03-02')
  await take('till:t1:cash', 'pay_4', '2026-03-02T14:00:00Z', 'jpy', 300n)
  await world.reconcile('2026-03-02', '2026-03-02')
  const { id = '' } =
    (await world.db.first<{ id: string }>('SELECT id FROM certificates WHERE version = 2')) ?? {}
  expect(certificatePage(await readPageFacts(world.db, id), 'Europe/London')).toContain(
    'Till t1 (jpy): cash was 1200, is 1500.',
  )
})

test("money in a currency stands on the account's certificate until Stripe settles in it, then on its own", async () => {
  await take('clearing:card', 'ch_e', '2026-03-02T23:50:00Z', 'eur', 900n)
  await take('till:t1:cash', 'pay_2', '2026-03-02T12:00:00Z', 'eur', 100n)
  world.moveTo('2026-03-03T12:00:00Z')
  await world.reconcile('2026-03-02', '2026-03-02')
  const eve = { date: '2026-03-02', on: 'gbp', object: 'ch_e' }
  expect(await outstanding()).toEqual([eve])
  // Stripe books it the day after: the first date with a certificate in euros. The eve keeps what it had.
  settleInEuros('2026-03-03T00:05:00Z')
  await take('till:t1:cash', 'pay_5', '2026-03-03T12:00:00Z', 'eur', 200n)
  world.moveTo('2026-03-04T12:00:00Z')
  await world.reconcile('2026-03-03', '2026-03-03')
  await world.reconcile('2026-03-02', '2026-03-03')
  expect(await outstanding()).toEqual([eve])
  expect(await tills()).toEqual([
    { date: '2026-03-02', on: 'gbp', till: 't1', currency: 'eur', cash: '100' },
    { date: '2026-03-03', on: 'eur', till: 't1', currency: 'eur', cash: '200' },
  ])
})
