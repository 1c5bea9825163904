import { afterEach, beforeEach, expect, test } from 'vitest'
import { postEntry } from '#core/ledger/post-entry.ts'
import { createNightlySchedule } from './nightly.ts'
import { createWorld, type World } from './testing/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld('2026-03-01T00:00:00Z')
  await world.charge('a', '2026-03-02T10:00:00Z', 1_000)
  await world.charge('x', '2026-03-02T11:00:00Z', 700, 'stripe')
  world.moveTo('2026-03-05T12:00:00Z')
})

afterEach(async () => {
  await world.close()
})

const night = async (at: string): Promise<void> => {
  world.moveTo(at)
  await createNightlySchedule(world.deps).enqueueDue(world.deps.env.clock.now())
  await world.worker().work()
}

const exception = async () =>
  world.db.first("SELECT status, healed, version, difference FROM exceptions WHERE object = 'txn_x'")

test('an exception is one row for its whole life: opened, healed, reopened', async () => {
  const reconcile = async () => world.reconcile('2026-03-02', '2026-03-04')
  await reconcile()
  expect(await exception()).toEqual({ status: 'open', healed: false, version: 1, difference: 700n })
  const row = world.stripe.rows.get('txn_x')
  world.stripe.rows.delete('txn_x')
  await reconcile()
  expect(await exception()).toEqual({ status: 'resolved', healed: true, version: 2, difference: 700n })
  if (row) world.stripe.rows.set('txn_x', row)
  await reconcile()
  expect(await exception()).toEqual({ status: 'open', healed: false, version: 3, difference: 700n })
})

test('a run by hand says nothing of an exception that it did not look at', async () => {
  await world.reconcile('2026-03-02', '2026-03-04')
  const other = await world.reconcile('2026-03-04', '2026-03-04')
  expect(other.exceptions).toMatchObject({ open: 0, healed: 0 })
  expect(await exception()).toMatchObject({ status: 'open', version: 1 })
})

test('of two movements of one object that is gone one is missing at Stripe, the other one too many', async () => {
  await world.post('capture', 'ch_z', '2026-03-02T12:00:00Z', 'clearing:card', 300)
  await world.post('capture_rest', 'ch_z', '2026-03-02T12:00:01Z', 'clearing:card', 200)
  const { exceptions } = await world.reconcile('2026-03-02', '2026-03-04')
  const shown = exceptions.items
    .filter(({ object }) => object === 'ch_z')
    .map(({ category, expected, actual }) => [category, expected, actual])
  expect(shown.sort()).toEqual([
    ['duplicate_in_ledger', 300, 500],
    ['missing_in_stripe', 300, 0],
  ])
})

test("rows of today are not on yesterday's certificate, and Stripe's balance agrees with both together", async () => {
  world.stripe.rows.delete('txn_x')
  // 900 - 34 of fee
  await world.charge('today', '2026-03-05T10:00:00Z', 900)
  const { dates } = await world.reconcile('2026-03-02', '2026-03-05')
  expect(dates.map(({ status }) => status)).toEqual(['clean', 'clean', 'clean', 'open'])
  const last = await world.db.first<{ closing: bigint; stripe_snapshot: unknown }>(
    'SELECT closing, stripe_snapshot FROM certificates ORDER BY seq DESC LIMIT 1',
  )
  expect(last).toMatchObject({
    closing: 965n,
    stripe_snapshot: { available: '1831', netSince: '866', agrees: true },
  })
})

test('items of a payout that cannot be read fail the run; they are not taken for none', async () => {
  await world.payout('p', '2026-03-03T12:00:00Z', ['txn_a'])
  world.stripe.failOn = 'payout=po_p'
  await expect(world.reconcile('2026-03-02', '2026-03-04')).rejects.toThrow('failed')
  expect(await world.db.rows('SELECT 1 FROM certificates')).toEqual([])
})

test('an object that could not be asked for fails the run; it is not taken for missing', async () => {
  await world.charge('lost', '2026-03-02T20:00:00Z', 900, 'ledger')
  world.stripe.failOn = '/v1/charges/ch_lost'
  await expect(world.reconcile('2026-03-02', '2026-03-04')).rejects.toThrow('failed')
  expect(await world.db.rows('SELECT 1 FROM exceptions')).toEqual([])
})

test("a till's cards are what it captured, whatever Stripe settled of it", async () => {
  await world.db.run(
    `INSERT INTO sales (id, till_id, store_id, currency, total, tax_amount, tip_amount, discount_amount, status, sold_at,
       business_date, created_at, updated_at)
     VALUES ('sale_1', 't1', 'main', 'gbp', 2000, 0, 0, 0, 'closed', $1, '2026-03-02', $1, $1)`,
    [new Date('2026-03-02T10:00:00Z')],
  )
  await world.db.run(
    `INSERT INTO payments (id, sale_id, till_id, store_id, method, currency, amount, status, trace_id, accepted_at, created_at,
       updated_at)
     VALUES ('pay_1', 'sale_1', 't1', 'main', 'card', 'gbp', 2000, 'succeeded', 'trace', $1, $1, $1)`,
    [new Date('2026-03-02T10:00:00Z')],
  )
  await postEntry(world.deps.env, world.db, {
    kind: 'capture',
    sourceId: 'ch_t',
    occurredAt: new Date('2026-03-02T10:00:00Z'),
    businessDate: '2026-03-02',
    cause: { kind: 'call', id: 'test' },
    paymentId: 'pay_1',
    postings: [
      { account: 'clearing:card', object: 'ch_t', currency: 'gbp', amountMinor: 2_000n },
      { account: 'revenue:sales', currency: 'gbp', amountMinor: -2_000n },
    ],
  })
  // Fee 1.5 % + 20
  world.stripe.rows.set('txn_t', {
    id: 'txn_t',
    created: Date.parse('2026-03-02T10:00:00Z') / 1000,
    amount: 2_000,
    fee: 50,
    source: 'ch_t',
  })
  await world.reconcile('2026-03-02', '2026-03-04')
  const row = await world.db.first("SELECT tills FROM certificates WHERE business_date = '2026-03-02'")
  expect(row).toEqual({
    tills: [{ till: 't1', currency: 'gbp', card: '2000', refunds: '0', cash: '0', checks: '0' }],
  })
})

test('cash that is known only after its date was certified reaches that certificate on the next night', async () => {
  await night('2026-03-04T02:00:00Z')
  await world.post('cash', 'pay_late', '2026-03-02T20:00:00Z', 'till:t1:cash', 500)
  await night('2026-03-05T02:00:00Z')
  const row = await world.db.first(
    "SELECT version, tills, changes FROM certificates WHERE business_date = '2026-03-02' ORDER BY version DESC LIMIT 1",
  )
  expect(row).toMatchObject({
    version: 2,
    tills: [{ till: 't1', cash: '500' }],
    changes: [{ what: 'till' }],
  })
})

test('what nights issue is what a run by hand over the same dates would: it issues nothing more', async () => {
  await world.charge('lost', '2026-03-03T20:00:00Z', 900, 'ledger')
  for (const at of ['2026-03-04T02:00:00Z', '2026-03-05T02:00:00Z', '2026-03-06T02:00:00Z']) await night(at)
  // Stripe books it three dates late: on the dates between it was outstanding, and is no exception any more.
  const created = Date.parse('2026-03-06T10:00:00Z') / 1000
  world.stripe.rows.set('txn_lost', { id: 'txn_lost', created, amount: 900, fee: 34, source: 'ch_lost' })
  const charge = { id: 'ch_lost', object: 'charge', created, metadata: {}, balance_transaction: 'txn_lost' }
  world.stripe.objects.set('ch_lost', charge)
  await night('2026-03-07T02:00:00Z')
  const seq = async () =>
    (await world.db.first<{ seq: bigint }>('SELECT max(seq) AS seq FROM certificates'))?.seq
  const before = await seq()
  await world.reconcile('2026-03-02', '2026-03-06')
  expect(await seq()).toBe(before)
})
