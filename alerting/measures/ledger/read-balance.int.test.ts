import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newId } from '#core/ids.ts'
import type { Deps } from '#core/service.ts'
import { openDatabase } from '#core/postgres/db.ts'
import { createTempDatabase, type TempDatabase } from '#core/testing/temp-postgres.ts'
import { openAlertDeps, type AlertDeps } from '../../testing/alert-deps.ts'
import { balanceMeasure } from './read-balance.ts'

const AT = new Date('2026-03-02T12:00:00.000Z')

let opened: AlertDeps
let database: TempDatabase
let owner: pg.Client
let deps: Deps

beforeEach(async () => {
  opened = await openAlertDeps()
  database = await createTempDatabase()
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  // Whoever owns the database may switch off what guards it; nobody else can write such entries.
  await owner.query(
    'ALTER TABLE postings DISABLE TRIGGER USER; ALTER TABLE journal_entries DISABLE TRIGGER USER',
  )
  deps = { ...opened.deps, db: openDatabase(database.appUrl) }
})
afterEach(async () => {
  await owner.end()
  await deps.db.close()
  await database.drop()
  await opened.close()
})

/** An entry made at `at` whose two postings are off by `off`. */
const post = async (at: Date, off: number, currency = 'gbp'): Promise<string> => {
  const id = newId(
    { clock: { now: () => at, isSteady: () => true }, random: deps.env.random },
    'journalEntry',
  )
  await owner.query(
    `INSERT INTO journal_entries (id, kind, source_id, occurred_at, recorded_at, business_date, cause_kind, cause_id)
     VALUES ($1, 'test', $1, $2, $2, '2026-03-02', 'call', 'x')`,
    [id, at],
  )
  await owner.query(
    "INSERT INTO postings (entry_id, position, account, currency, amount) VALUES ($1, 1, 'bank', $3, 1000), ($1, 2, 'suspense', $3, $2)",
    [id, -1_000 + off, currency],
  )
  return id
}
const set = async (entry: string, amount: number) =>
  owner.query('UPDATE postings SET amount = $2 WHERE entry_id = $1 AND position = 2', [entry, amount])
const look = async () => {
  const [reading] = await balanceMeasure.read(deps, AT)
  return reading
}
const ago = (minutes: number) => new Date(AT.getTime() - minutes * 60_000)

test('an empty ledger balances, and was looked at whole', async () => {
  expect(await look()).toEqual({ labels: {}, entries: 0, samples: [], amounts: [], isWhole: true })
})

test('a new entry that is off is known at once, per currency, once', async () => {
  await post(ago(1), 0)
  const one = await post(ago(1), 5)
  const two = await post(ago(0), -7, 'eur')
  const reading = await look()
  expect(reading).toMatchObject({ entries: 2, isWhole: true })
  expect(new Set(reading?.samples)).toEqual(new Set([one, two]))
  expect(reading?.amounts.toSorted((a, b) => (a.currency < b.currency ? -1 : 1))).toEqual([
    { currency: 'eur', amount: -7n },
    { currency: 'gbp', amount: 5n },
  ])
})

test('two entries that are off by the same to both sides are two that are off', async () => {
  await post(ago(500), 5)
  await post(ago(400), -5)
  expect(await look()).toMatchObject({ entries: 2, amounts: [{ currency: 'gbp', amount: 0n }] })
})

test('an old entry that is altered is found, remembered until it is right, and then forgotten', async () => {
  const id = await post(ago(90 * 24 * 60), 0)
  expect(await look()).toMatchObject({ entries: 0, isWhole: true })
  await set(id, -999)
  expect(await look()).toMatchObject({
    entries: 1,
    samples: [id],
    amounts: [{ currency: 'gbp', amount: 1n }],
  })
  expect(await look()).toMatchObject({ entries: 1 })
  await set(id, -1_000)
  expect(await look()).toMatchObject({ entries: 0, amounts: [] })
})

test('the whole ledger is walked slice by slice, entries never cut in two', async () => {
  // 60,001 postings in 20,001 entries of the past; the last of them is off.
  await owner.query(
    `INSERT INTO journal_entries (id, kind, source_id, occurred_at, recorded_at, business_date, cause_kind, cause_id)
     SELECT 'jrn_00' || lpad(n::text, 6, '0'), 'test', n::text, $1, $1, '2026-03-02', 'call', 'x' FROM generate_series(0, 20000) n`,
    [ago(9_000)],
  )
  await owner.query(
    `INSERT INTO postings (entry_id, position, account, currency, amount)
     SELECT 'jrn_00' || lpad(n::text, 6, '0'), p, 'bank', 'gbp', CASE p WHEN 3 THEN 2 ELSE -1 END
     FROM generate_series(0, 19999) n, generate_series(1, 3) p
     UNION ALL SELECT 'jrn_00020000', 1, 'bank', 'gbp', 9`,
  )
  expect(await look()).toMatchObject({ entries: 0, isWhole: false })
  expect(await look()).toMatchObject({ entries: 0, isWhole: false })
  expect(await look()).toMatchObject({ entries: 1, samples: ['jrn_00020000'], isWhole: true })
  // The next round begins, and what was found is not forgotten meanwhile.
  expect(await look()).toMatchObject({ entries: 1, isWhole: true })
})

test('the gauge tells the same, and goes back to zero', async () => {
  const id = await post(ago(1), 5)
  const gauge = async () => deps.metrics.registry.getSingleMetricAsString('ledger_imbalance_minor')
  await look()
  expect(await gauge()).toContain('ledger_imbalance_minor{currency="gbp"} 5')
  const other = await post(ago(1), -5)
  await look()
  expect(await gauge()).toContain('ledger_imbalance_minor{currency="gbp"} 10')
  await set(other, -1_000)
  await set(id, -1_000)
  await look()
  expect(await gauge()).toContain('ledger_imbalance_minor{currency="gbp"} 0')
})
