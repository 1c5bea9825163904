import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ClickHouse } from '#core/clickhouse/client.ts'
import { TillwatchError } from '#core/errors.ts'
import type { World } from '../testing/world.ts'
import { COMPARED } from './sides.ts'
import {
  alter,
  compareIn,
  keysOf,
  reconciledShop,
  runFull,
  startTestClickHouse,
} from './testing/full-stores.ts'
import type { TestClickHouse } from './testing/full-stores.ts'

let engine: TestClickHouse
let clickhouse: ClickHouse
let world: World

beforeAll(async () => {
  engine = await startTestClickHouse()
  clickhouse = engine.clickhouse
})
afterAll(async () => engine.stop())
beforeEach(async () => {
  await engine.wipe()
  world = await reconciledShop()
})
afterEach(async () => world.close())

/** The journal entry of a kind and source, as a subquery. */
const entry = (kind: string, source: string) =>
  `(SELECT id FROM journal_entries WHERE kind = '${kind}' AND source_id = '${source}' ORDER BY revision DESC LIMIT 1)`

const rowsIn = async (table: string): Promise<number> => {
  const [count] = await clickhouse.rows<{ n: string }>(`SELECT count() AS n FROM ${table}`)
  return Number(count?.n)
}

const NOTHING = { stripe: {}, ledger: {} }

test('says that nothing differs, with exact sums, and copies each date once', async () => {
  const first = await compareIn(world, clickhouse)
  // 1000 + 2000 + 3000 - 500 + 5000 + 6000 - 5850; fees 35 + 50 + 65 + 95 + 110
  const sums = [{ currency: 'gbp', rows: 7, amount: 10_650, fee: 355, net: 10_295 }]
  expect(first.report.sides).toEqual({ stripe: sums, ledger: sums })
  expect([first.report.differing, first.besides]).toEqual([0, { rowIds: [], objects: [] }])
  // 2, 3 and 31 March, 1 April (23:00 UTC is the next date in London), 4 April
  expect(first.report.copy).toEqual({ stripe: { missing: 5 }, ledger: { missing: 5 } })
  const second = await compareIn(world, clickhouse)
  expect([second.report.differing, second.report.copy]).toEqual([0, NOTHING])
})

test('finds what was altered or deleted by SQL, each in its kind and columns, and nothing else', async () => {
  await compareIn(world, clickhouse)
  await alter(
    world,
    // The movement of a1 by 7, the one of c1 by -7: every sum of the ledger stays as it was.
    `UPDATE postings SET amount = amount + sign(amount) * 7 WHERE entry_id = ${entry('capture', 'ch_a1')}`,
    `UPDATE postings SET amount = amount - sign(amount) * 7 WHERE entry_id = ${entry('capture', 'ch_c1')}`,
    `DELETE FROM postings WHERE entry_id = ${entry('capture', 'ch_a2')}`,
    `DELETE FROM postings WHERE entry_id = ${entry('settlement', 'txn_b1')}`,
    `UPDATE balance_transactions SET fee = fee + 1, net = net - 1 WHERE id = 'txn_c2'`,
    `UPDATE balance_transactions SET gone = true WHERE id = 'txn_rb1'`,
    `INSERT INTO journal_entries SELECT 'je_twice', kind, source_id, 9, occurred_at, recorded_at, business_date, cause_kind, cause_id,
       corrects, sale_id, payment_id, trace_id FROM journal_entries WHERE id = ${entry('settlement', 'txn_pc')}`,
    `INSERT INTO postings SELECT 'je_twice', position, account, object, currency, amount FROM postings
     WHERE entry_id IN (SELECT id FROM journal_entries WHERE kind = 'settlement' AND source_id = 'txn_pc' AND revision = 1)`,
  )
  const found = await compareIn(world, clickhouse)
  expect(keysOf(found)).toEqual([
    'txn_a1 differs amount',
    'txn_a2 differs amount',
    'txn_b1 only_stripe',
    'txn_c1 differs amount',
    'txn_c2 differs fee net',
    'txn_pc duplicate',
    'txn_rb1 only_ledger',
  ])
  expect(found.report.by_kind).toEqual({ only_stripe: 1, only_ledger: 1, duplicate: 1, differs: 4 })
  expect(found.report.by_column).toEqual({ amount: 3, fee: 1, net: 1 })
  // b1: net 3000 - 65; the refund's -500; the payout's -5850 twice; 965 + 1950 + 4905 equal, 5890 - 1 against 5890
  expect(found.report.worth).toEqual([
    { kind: 'only_stripe', currency: 'gbp', keys: 1, stripe: 2_935, ledger: 0 },
    { kind: 'only_ledger', currency: 'gbp', keys: 1, stripe: 0, ledger: -500 },
    { kind: 'duplicate', currency: 'gbp', keys: 1, stripe: -5_850, ledger: -11_700 },
    { kind: 'differs', currency: 'gbp', keys: 4, stripe: 13_709, ledger: 13_710 },
  ])
  expect(found.besides.rowIds).toHaveLength(7)
  expect(found.besides.objects).toEqual(['ch_a1', 'ch_a2', 'ch_b1', 'ch_c1', 'ch_c2', 'po_c', 're_b1'])
  const [amount] = found.report.keys
  expect([amount?.stripe?.amount, amount?.ledger?.amount]).toEqual([1_000, 1_007])
})

test('finds a changed currency, date, instant and source of a stored row', async () => {
  await compareIn(world, clickhouse)
  await alter(
    world,
    `UPDATE balance_transactions SET currency = 'eur' WHERE id = 'txn_a1'`,
    `UPDATE balance_transactions SET business_date = '2026-05-02' WHERE id = 'txn_a2'`,
    `UPDATE balance_transactions SET stripe_created = stripe_created + interval '1 second' WHERE id = 'txn_b1'`,
    `UPDATE balance_transactions SET source = 'ch_other' WHERE id = 'txn_c1'`,
  )
  expect(keysOf(await compareIn(world, clickhouse))).toEqual([
    'txn_a1 differs currency',
    'txn_a2 differs business_date',
    'txn_b1 differs created',
    'txn_c1 differs object',
  ])
})

test('a new version of a row replaces the old one, and only its date is copied again', async () => {
  await compareIn(world, clickhouse)
  const row = world.stripe.rows.get('txn_c1')
  if (row) world.stripe.rows.set('txn_c1', { ...row, fee: 96 })
  world.stripe.rows.delete('txn_b1')
  await world.reconcile('2026-03-03', '2026-03-31')
  const found = await compareIn(world, clickhouse)
  expect(found.report.differing).toBe(0)
  expect(found.report.copy).toEqual({ stripe: { stale: 2 }, ledger: { stale: 2 } })
  // One row less, one penny of fee more: 3000 with its fee of 65 is gone.
  expect(found.report.sides.stripe).toEqual([
    { currency: 'gbp', rows: 6, amount: 7_650, fee: 291, net: 7_359 },
  ])
  expect(await rowsIn('reconciliation_stripe_v3')).toBe(6)
})

test('compares only the dates that are asked for', async () => {
  await alter(world, `UPDATE balance_transactions SET fee = fee + 1 WHERE id IN ('txn_a1', 'txn_c1')`)
  const dates = { from: '2026-03-31', to: '2026-03-31' }
  const found = await compareIn(world, clickhouse, dates)
  expect(keysOf(found)).toEqual(['txn_c1 differs fee'])
  expect(found.report.copy).toEqual({ stripe: { missing: 1 }, ledger: { missing: 1 } })
  expect([found.report.from, found.report.to]).toEqual(['2026-03-31', '2026-03-31'])
})

/** ClickHouse that dies at its nth writing statement, before or after it is done. */
const dyingAt = (nth: number, done: boolean): ClickHouse => {
  let count = 0
  const maybe = async (work: () => Promise<void>): Promise<void> => {
    count += 1
    if (count !== nth) return work()
    if (done) await work()
    throw new TillwatchError('analytics_unavailable')
  }
  return {
    ...clickhouse,
    command: async (query, params) => maybe(async () => clickhouse.command(query, params)),
    insert: async (...given) => maybe(async () => clickhouse.insert(...given)),
  }
}

test('killed at any statement of the copying, before or after it, loses nothing and doubles nothing', async () => {
  let deaths = 0
  for (const done of [false, true]) {
    await engine.wipe()
    // Each attempt dies one statement later than the one before, on what the former ones left behind.
    for (let nth = 1; ; nth += 1) {
      const finished = await compareIn(world, dyingAt(nth, done), null, { batchRows: 2 }).then(
        ({ report }) => report,
        (error: unknown) => {
          if (!(error instanceof TillwatchError) || error.code !== 'analytics_unavailable') throw error
          return undefined
        },
      )
      if (finished !== undefined) {
        expect(finished.differing).toBe(0)
        break
      }
      deaths += 1
    }
    const { report } = await compareIn(world, clickhouse)
    expect([report.differing, report.copy, report.damaged]).toEqual([0, NOTHING, []])
    expect(await rowsIn('reconciliation_stripe_v3')).toBe(7)
    expect(await rowsIn('reconciliation_ledger_v3')).toBe(7)
  }
  expect(deaths).toBeGreaterThan(20)
})

test('a wiped ClickHouse is built anew, a damaged copy is called so, and neither is a difference of money', async () => {
  await compareIn(world, clickhouse)
  await engine.wipe()
  const anew = await compareIn(world, clickhouse)
  expect([anew.report.differing, anew.report.copy]).toEqual([
    0,
    { stripe: { missing: 5 }, ledger: { missing: 5 } },
  ])
  await clickhouse.command(`ALTER TABLE reconciliation_ledger_v3 DROP PARTITION 202604`)
  await clickhouse.command(
    `INSERT INTO reconciliation_stripe_v3 (key, object, currency, amount, fee, net, created, business_date, ref)
     SELECT key, object, currency, amount, fee, net, created, business_date, ref FROM reconciliation_stripe_v3
     WHERE key = 'txn_a1'`,
  )
  const mended = await compareIn(world, clickhouse)
  expect(mended.report.differing).toBe(0)
  expect(mended.report.copy).toEqual({ stripe: { damaged: 1 }, ledger: { damaged: 2 } })
  expect(mended.report.damaged).toEqual([
    { side: 'stripe', date: '2026-03-02' },
    { side: 'ledger', date: '2026-04-01' },
    { side: 'ledger', date: '2026-04-04' },
  ])
})

/** Puts the copy of March there as it would be if `column` had rotted in one row, with the hashes as they were. */
const rot = async (column: string, value: string): Promise<void> => {
  const columns = ['key', ...COMPARED, 'ref', 'k', 'h', 'whole']
  const rotten = columns.map((name) =>
    name === column ? `if(key = 'txn_a1', ${value}, ${name}) AS ${name}` : name,
  )
  await clickhouse.command('CREATE TABLE rotten AS reconciliation_stripe_v3')
  await clickhouse.command(
    `INSERT INTO rotten (${columns.join(', ')}) SELECT ${rotten.join(', ')} FROM reconciliation_stripe_v3
     WHERE toYYYYMM(business_date) = 202603 SETTINGS insert_allow_materialized_columns = 1`,
  )
  await clickhouse.command('ALTER TABLE reconciliation_stripe_v3 REPLACE PARTITION 202603 FROM rotten')
}

test.for([
  ['object', "'ch_rot'"],
  ['whole', "replaceAll(whole, 'ch_', 'xx_')"],
] as const)(
  'a rotten %s under its stored hash is seen when the hashes are made anew',
  async ([column, value]) => {
    await compareIn(world, clickhouse)
    await rot(column, value)
    expect((await compareIn(world, clickhouse)).report.copy).toEqual(NOTHING)
    const seen = await compareIn(world, clickhouse, null, { recompute: true })
    expect([seen.report.copy, seen.report.differing]).toEqual([{ stripe: { damaged: 1 }, ledger: {} }, 0])
  },
)

test('a full run finds what no other run looks at, opens it in its ordinary category, and heals when it is put back', async () => {
  await alter(
    world,
    `UPDATE postings SET amount = amount + sign(amount) * 7 WHERE entry_id = ${entry('capture', 'ch_a1')}`,
  )
  world.moveTo('2026-04-09T12:00:00Z')
  const ordinary = await world.reconcile('2026-04-08', '2026-04-08')
  expect(ordinary.exceptions.open).toBe(0)
  const full = await runFull(world, clickhouse, '2026-03-02', '2026-04-09')
  expect(full.status).toBe('succeeded')
  expect(full.summary?.full?.differing).toBe(1)
  expect(full.summary?.exceptions.items).toMatchObject([
    { category: 'amount_mismatch', object: 'txn_a1', expected: 1_007, actual: 1_000, date: '2026-03-02' },
  ])
  await alter(
    world,
    `UPDATE postings SET amount = amount - sign(amount) * 7 WHERE entry_id = ${entry('capture', 'ch_a1')}`,
  )
  const healed = await runFull(world, clickhouse, '2026-03-02', '2026-04-09')
  expect([healed.summary?.exceptions.open, healed.summary?.exceptions.healed]).toEqual([0, 1])
  const clean = await runFull(world, clickhouse, '2026-03-02', '2026-04-09')
  expect([clean.summary?.full?.differing, clean.summary?.posted]).toEqual([0, 0])
})

test('a stored row that was altered or hidden is asked of Stripe again and set right', async () => {
  await alter(
    world,
    `UPDATE balance_transactions SET amount = amount + 50, net = net + 50 WHERE id = 'txn_a2'`,
    `UPDATE balance_transactions SET gone = true WHERE id = 'txn_rb1'`,
  )
  const full = await runFull(world, clickhouse, '2026-03-02', '2026-04-08')
  expect([full.status, full.summary?.full?.differing]).toEqual(['succeeded', 2])
  const rows = await world.db.rows(
    `SELECT id, amount, gone FROM balance_transactions_current WHERE id IN ('txn_a2', 'txn_rb1') ORDER BY id`,
  )
  expect(rows).toEqual([
    { id: 'txn_a2', amount: 2_000n, gone: false },
    { id: 'txn_rb1', amount: -500n, gone: false },
  ])
  const again = await runFull(world, clickhouse, '2026-03-02', '2026-04-08')
  expect([again.summary?.full?.differing, again.summary?.exceptions.open]).toEqual([0, 0])
})

test('without ClickHouse the run fails with its code, changes nothing, and the next one does the work', async () => {
  await alter(
    world,
    `UPDATE postings SET amount = amount + sign(amount) * 7 WHERE entry_id = ${entry('capture', 'ch_a1')}`,
  )
  const failed = await runFull(world, dyingAt(3, false), '2026-03-02', '2026-04-08')
  expect([failed.status, failed.error_code, failed.summary]).toEqual([
    'failed',
    'analytics_unavailable',
    null,
  ])
  expect(await world.db.rows("SELECT 1 FROM exceptions WHERE status = 'open'")).toEqual([])
  const next = await runFull(world, clickhouse, '2026-03-02', '2026-04-08')
  expect([next.status, next.summary?.full?.differing, next.summary?.exceptions.open]).toEqual([
    'succeeded',
    1,
    1,
  ])
})
