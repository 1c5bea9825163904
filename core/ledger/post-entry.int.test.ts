import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase, sqlStateOf, type Database } from '../postgres/db.ts'
import { manualEnv } from '../testing/manual-env.ts'
import { createTempDatabase, type TempDatabase } from '../testing/temp-postgres.ts'
import { postEntry, type Entry, type Posting } from './post-entry.ts'

const env = manualEnv()
let temp: TempDatabase
let db: Database
let owner: Database

beforeAll(async () => {
  temp = await createTempDatabase()
  db = openDatabase(temp.appUrl, 4)
  owner = openDatabase(temp.ownerUrl, 2)
})

afterAll(async () => {
  await Promise.all([db.close(), owner.close()])
  await temp.drop()
})

const legs = (amountMinor: bigint): Posting[] => [
  { account: 'bank', currency: 'gbp', amountMinor },
  { account: 'equity:opening', currency: 'gbp', amountMinor: -amountMinor },
]

const entry = (sourceId: string, postings: Posting[] = legs(100n)): Entry => ({
  kind: 'test',
  sourceId,
  occurredAt: new Date('2026-03-01T12:00:00Z'),
  businessDate: '2026-03-01',
  cause: { kind: 'person', id: 'tester' },
  postings,
})

const stateOf = async (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(() => 'accepted', sqlStateOf)

/** An entry with its legs in one statement, as every writer adds them, past the check in code. */
const insertRaw = async (id: string, amounts: readonly number[]) =>
  db.run(
    `WITH entry AS (
       INSERT INTO journal_entries (id, kind, source_id, occurred_at, recorded_at, business_date, cause_kind, cause_id)
       VALUES ($1, 'raw', $1, $2, $2, '2026-03-01', 'person', 'tester') RETURNING id
     )
     INSERT INTO postings (entry_id, position, account, currency, amount)
     SELECT entry.id, leg.position, 'bank', 'gbp', leg.amount
     FROM entry, unnest($3::bigint[]) WITH ORDINALITY AS leg (amount, position)`,
    [id, env.clock.now(), amounts],
  )

test('an entry is posted with its legs, and above 2^53 to the unit', async () => {
  const id = await postEntry(env, db, entry('big', legs(9007199254740993n)))
  const rows = await db.rows<{ amount: bigint }>(
    'SELECT amount FROM postings WHERE entry_id = $1 ORDER BY position',
    [id],
  )
  expect(rows.map((row) => row.amount)).toEqual([9007199254740993n, -9007199254740993n])
})

test('the same fact is posted once, also by ten writers at the same time', async () => {
  const ids = await Promise.all(Array.from({ length: 10 }, async () => postEntry(env, db, entry('once'))))
  expect(ids.filter((id) => id !== undefined)).toHaveLength(1)
})

test('a lopsided entry is refused in code before it reaches the database', async () => {
  await expect(
    postEntry(env, db, entry('lopsided', [...legs(100n), ...legs(5n).slice(1)])),
  ).rejects.toMatchObject({ code: 'invariant_violated' })
})

test.each([
  ['legs that do not sum to zero', [100, -99]],
  ['a single leg', [100]],
  ['no leg at all', []],
])('the database itself refuses %s', async (_name, amounts) => {
  expect(await stateOf(insertRaw(`raw-${amounts.length}-${amounts.join('')}`, amounts))).toBe('23514')
})

test('the database itself refuses a leg that comes later and alone, and takes balanced ones', async () => {
  expect(await stateOf(insertRaw('raw-whole', [70, -70]))).toBe('accepted')
  const add = async (amounts: readonly number[]) =>
    db.run(
      `INSERT INTO postings (entry_id, position, account, currency, amount)
       SELECT 'raw-whole', 10 + leg.position, 'bank', 'gbp', leg.amount
       FROM unnest($1::bigint[]) WITH ORDINALITY AS leg (amount, position)`,
      [amounts],
    )
  expect(await stateOf(add([5]))).toBe('23514')
  expect(await stateOf(add([5, -5]))).toBe('accepted')
})

test.each(['journal_entries', 'postings'])(
  '%s rows can be changed by neither the services nor the owner',
  async (table) => {
    for (const role of [db, owner]) {
      expect(await stateOf(role.run(`DELETE FROM ${table}`))).toBe('42501')
      expect(await stateOf(role.run(`TRUNCATE ${table} CASCADE`))).toBe('42501')
    }
  },
)
