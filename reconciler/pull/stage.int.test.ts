import { afterEach, beforeEach, expect, test } from 'vitest'
import { createNightlySchedule } from '../nightly.ts'
import { createWorld, type World } from '../testing/world.ts'

let world: World

/** 25 charges of one date, the newest last: pages of five are 24-20, 19-15, 14-10, 9-5 and 4-0. */
beforeEach(async () => {
  world = await createWorld('2026-03-01T00:00:00Z')
  for (let minute = 0; minute < 25; minute += 1) {
    const two = String(minute).padStart(2, '0')
    await world.charge(two, `2026-03-02T10:${two}:00Z`, 1_000 + minute)
  }
})

afterEach(async () => {
  await world.close()
})

const PAGE = 5
/** The third page: two are read, and staged. */
const THIRD = 'starting_after=txn_15'

const failNight = async (at: string): Promise<void> => {
  world.moveTo(at)
  await createNightlySchedule(world.deps).enqueueDue(world.deps.env.clock.now())
  world.stripe.failOn = THIRD
  await world.worker(PAGE).work()
  world.stripe.failOn = undefined
  world.stripe.calls.length = 0
  // The first pause is a second.
  world.moveTo(new Date(Date.parse(at) + 1_000).toISOString())
}

const run = async () =>
  world.db.first<{ status: string; attempts: number; code: string | null; error: string | null }>(
    'SELECT status, attempts, error_code AS code, error FROM reconciliation_runs ORDER BY from_date LIMIT 1',
  )
const staged = async () =>
  world.db.rows<{ list: string; pages: number }>(
    `SELECT list, count(*)::integer AS pages FROM reconciliation_pages
     WHERE run_id = (SELECT id FROM reconciliation_runs ORDER BY from_date LIMIT 1) GROUP BY list ORDER BY list`,
  )
const pagesAsked = () =>
  world.stripe.calls
    .filter((call) => call.startsWith('/v1/balance_transactions?') && !call.includes('payout='))
    .map((call) => new URL(call, 'http://x').searchParams.get('starting_after'))
const closing = async () =>
  world.db.first<{ closing: bigint; snapshot: { agrees: boolean } | null; counts: { rows: number } }>(
    "SELECT closing, stripe_snapshot AS snapshot, counts FROM certificates WHERE business_date = '2026-03-02'",
  )
const CLOSING = 25n * 1_000n + 300n

test('a run that failed is stored with why, and goes on after the last page it had', async () => {
  await failNight('2026-03-03T02:00:00Z')
  expect(await run()).toMatchObject({ status: 'failed', attempts: 1, code: 'provider_unavailable' })
  expect((await run())?.error).toContain('out of order')
  expect(await staged()).toEqual([
    { list: 'balance', pages: 1 },
    { list: 'balance_transactions', pages: 2 },
  ])
  await world.worker(PAGE).work()
  expect(pagesAsked()).toEqual(['txn_15', 'txn_10', 'txn_05'])
  expect(await run()).toMatchObject({ status: 'succeeded', attempts: 2 })
  expect(await staged()).toEqual([])
  // Each fee is 1.5 % + 20: 35 or 36 of every charge.
  const fees = Array.from({ length: 25 }, (_, at) => Math.floor(((1_000 + at) * 150 + 5_000) / 10_000) + 20)
  const total = fees.reduce((sum, fee) => sum + fee, 0)
  expect(await closing()).toMatchObject({
    closing: CLOSING - BigInt(total),
    snapshot: { agrees: true },
    counts: { rows: 25 },
  })
})

test('pages of another size go on from the same row', async () => {
  await failNight('2026-03-03T02:00:00Z')
  await world.worker(100).work()
  expect(pagesAsked()).toEqual(['txn_15'])
  expect(await closing()).toMatchObject({ counts: { rows: 25 } })
})

test('pages that are a quarter of an hour old are read again', async () => {
  await failNight('2026-03-03T02:00:00Z')
  world.moveTo('2026-03-03T02:15:01Z')
  await world.worker(PAGE).work()
  expect(pagesAsked()).toEqual([null, 'txn_20', 'txn_15', 'txn_10', 'txn_05'])
})

test('what changed at Stripe behind a staged page is on the certificate: the balance tells', async () => {
  await failNight('2026-03-03T02:00:00Z')
  const row = world.stripe.rows.get('txn_22')
  if (row) world.stripe.rows.set('txn_22', { ...row, amount: row.amount + 500 })
  await world.worker(PAGE).work()
  expect(pagesAsked().slice(0, 4)).toEqual(['txn_15', 'txn_10', 'txn_05', null])
  expect(await closing()).toMatchObject({ snapshot: { agrees: true } })
  const mirrored = await world.db.rows("SELECT version, amount FROM balance_transactions WHERE id = 'txn_22'")
  expect(mirrored).toEqual([{ version: 1, amount: 1_522n }])
})

test('a row that vanished under the cursor starts the list anew', async () => {
  await failNight('2026-03-03T02:00:00Z')
  world.stripe.rows.delete('txn_15')
  await world.worker(PAGE).work()
  expect(pagesAsked().slice(0, 3)).toEqual(['txn_15', null, 'txn_20'])
  expect((await closing())?.counts).toMatchObject({ rows: 24 })
})
