import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { certify } from './certify.ts'
import { createWorld, type World } from './testing/world.ts'

let world: World
let intruder: pg.Client

/** A month's corner: matched, explained, exception and outstanding, a payout, and a date in its second version. */
beforeAll(async () => {
  world = await createWorld('2026-03-01T00:00:00Z')
  await world.charge('a', '2026-03-02T10:00:00Z', 1_000)
  await world.charge('b', '2026-03-02T11:00:00Z', 2_000)
  await world.refund('b', '2026-03-02T12:00:00Z', 300)
  await world.charge('x', '2026-03-02T13:00:00Z', 700, 'stripe')
  await world.charge('lost', '2026-03-02T14:00:00Z', 400, 'ledger')
  await world.charge('lost2', '2026-03-02T14:00:01Z', 500, 'ledger')
  await world.payout('p', '2026-03-03T12:00:00Z', ['txn_a', 'txn_b'])
  world.moveTo('2026-03-05T12:00:00Z')
  await world.reconcile('2026-03-02', '2026-03-04')
  await world.charge('c', '2026-03-03T10:00:00Z', 900)
  await world.reconcile('2026-03-02', '2026-03-04')
  // As an intruder with the owner's rights and the triggers off.
  intruder = new pg.Client({ connectionString: world.database.ownerUrl })
  await intruder.connect()
  await intruder.query("SET session_replication_role = 'replica'")
})

afterAll(async () => {
  await intruder.end()
  await world.close()
})

const ALTERED: Readonly<Record<string, (column: string) => string>> = {
  bigint: (column) => `${column} + 1000`,
  integer: (column) => `${column} + 1000`,
  smallint: (column) => `${column} + 1000`,
  text: (column) => `coalesce(${column}, '') || 'x'`,
  boolean: (column) => `NOT ${column}`,
  date: (column) => `${column} + 1000`,
  'timestamp with time zone': (column) => `coalesce(${column}, '2026-03-01') + interval '1 second'`,
  jsonb: (column) => `CASE WHEN ${column} = '[{"x": 1}]' THEN '[]'::jsonb ELSE '[{"x": 1}]'::jsonb END`,
}

const columnsOf = async (table: string): Promise<{ name: string; type: string }[]> =>
  world.db.rows(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position`,
    [table],
  )

/** Alters one column of one row (by ctid), asks `certify`, puts the row back. */
const isReported = async (table: string, where: string, column: string, type: string): Promise<boolean> => {
  const alter = ALTERED[type]
  if (!alter) throw new Error(`no way to alter ${type}`)
  const before = await intruder.query<{ ctid: string; value: unknown }>(
    `SELECT ctid::text, ${column}::text AS value FROM ${table} WHERE ${where} LIMIT 1`,
  )
  const [row] = before.rows
  if (!row) throw new Error(`no row of ${table} where ${where}`)
  try {
    const moved = await intruder.query<{ ctid: string }>(
      `UPDATE ${table} SET ${column} = ${alter(column)} WHERE ctid = $1::tid RETURNING ctid::text`,
      [row.ctid],
    )
    const { findings } = await certify(world.deps)
    await intruder.query(`UPDATE ${table} SET ${column} = $1::text::${type} WHERE ctid = $2::tid`, [
      row.value,
      moved.rows[0]?.ctid,
    ])
    return findings.length > 0
  } catch (error) {
    // A constraint that refuses even the owner is as good as a finding.
    if (error instanceof pg.DatabaseError && error.code === '23514') return true
    throw error
  }
}

/** What runs and the exception desk go on changing while an exception is open; a certificate states none of it. */
const MOVING = [
  'details',
  'last_seen_run_id',
  'last_seen_at',
  'occurred_at',
  'rated_at',
  'due_at',
  'next_rating_at',
  'owner',
  'reason',
  'resolved_by',
  'resolved_by_name',
  'adjustment_entry',
  'uncertified',
]

const SETTLED = "IN (SELECT settlement_entry FROM pairings WHERE balance_transaction_id = 'txn_a')"

test.each([
  ['certificates', "version = 1 AND business_date = '2026-03-02'", []],
  ['certificates', "version = 2 AND business_date = '2026-03-03'", []],
  ['certificates', "business_date = '2026-03-04' AND stripe_snapshot IS NOT NULL", []],
  ['certificate_rows', "balance_transaction_id = 'txn_a'", []],
  ['certificate_rows', "balance_transaction_id = 'txn_x'", []],
  ['certificate_rows', "balance_transaction_id = 'txn_pp'", []],
  ['certificate_outstanding', "object = 'ch_lost2'", []],
  ['balance_transactions', "id = 'txn_a'", []],
  ['balance_transactions', "id = 'txn_pp'", []],
  ['pairings', "balance_transaction_id = 'txn_a'", []],
  ['pairings', "balance_transaction_id = 'txn_pp'", []],
  ['pairings', "balance_transaction_id = 'txn_x'", []],
  ['exceptions', "object = 'txn_x'", MOVING],
  ['exceptions', "object = 'ch_lost'", MOVING],
  ['postings', `account = 'stripe:balance' AND entry_id ${SETTLED}`, []],
  // The rest of an entry is the ledger's own and on no certificate.
  ['journal_entries', `id ${SETTLED}`, ['recorded_at', 'corrects', 'sale_id', 'trace_id']],
] as [string, string, string[]][])(
  'certify reports each column of %s where %s',
  async (table, where, unstated) => {
    expect((await certify(world.deps)).findings).toEqual([])
    const silent: string[] = []
    for (const { name, type } of await columnsOf(table)) {
      if (!(await isReported(table, where, name, type))) silent.push(name)
    }
    expect(silent).toEqual(unstated)
    expect((await certify(world.deps)).findings).toEqual([])
  },
)

const COPIED = [
  'certificates',
  'certificate_rows',
  'certificate_outstanding',
  'balance_transactions',
  'pairings',
  'exceptions',
]

/** Does it, asks `certify`, takes it back. */
const findingsAfter = async (statements: readonly string[]): Promise<string[]> => {
  for (const table of COPIED) await intruder.query(`CREATE TEMP TABLE copy_${table} AS TABLE ${table}`)
  try {
    for (const statement of statements) await intruder.query(statement)
    const { findings } = await certify(world.deps)
    return [...new Set(findings.map(({ what }) => what))].sort()
  } finally {
    for (const table of COPIED) {
      await intruder.query(`DELETE FROM ${table}`)
      await intruder.query(`INSERT INTO ${table} TABLE copy_${table}`)
      await intruder.query(`DROP TABLE copy_${table}`)
    }
  }
}

test.each([
  ['a row of the middle', ["DELETE FROM certificate_rows WHERE balance_transaction_id = 'txn_b'"], 'content'],
  ['a balance transaction', ["DELETE FROM balance_transactions WHERE id = 'txn_b'"], 'content'],
  ['an outstanding item', ["DELETE FROM certificate_outstanding WHERE object = 'ch_lost'"], 'content'],
  ['a certificate of the middle', ['DELETE FROM certificates WHERE seq = 2'], 'sequence'],
  [
    'the newest version',
    ['DELETE FROM certificates WHERE seq = (SELECT max(seq) FROM certificates)'],
    'head',
  ],
  ['a pairing', ["DELETE FROM pairings WHERE balance_transaction_id = 'txn_b'"], 'pairing'],
  ['an exception', ["DELETE FROM exceptions WHERE object = 'txn_x'"], 'exceptions'],
])('certify reports that %s was removed', async (_name, statements, what) => {
  expect(await findingsAfter(statements)).toContain(what)
  expect((await certify(world.deps)).findings).toEqual([])
})

test('certify reports an exception that was closed by hand in the table', async () => {
  const close = `UPDATE exceptions SET status = 'resolved', healed = true, resolution = 'healed', resolved_at = '2026-03-05', resolved_run_id = opened_run_id,
                 version = version + 1 WHERE object = 'txn_x'`
  expect(await findingsAfter([close])).toEqual(['exceptions'])
})

test('certify reports a forged certificate, at the end or with a number in between', async () => {
  const columns = (await columnsOf('certificates')).map(({ name }) => name)
  const copy = (changes: Readonly<Record<string, string>>) =>
    `INSERT INTO certificates (${columns.join(', ')})
     SELECT ${columns.map((name) => changes[name] ?? name).join(', ')} FROM certificates WHERE seq = 1`
  const forged = { id: "'crt_forged'", version: 'version + 5' }
  expect(await findingsAfter([copy({ ...forged, seq: '(SELECT max(seq) + 1 FROM certificates)' })])).toEqual(
    expect.arrayContaining(['content', 'digest', 'head', 'link', 'sequence']),
  )
  const apart = 'UPDATE certificates SET seq = seq + 1000 WHERE seq > 1'
  const back = 'UPDATE certificates SET seq = seq - 999 WHERE seq > 1000'
  expect(await findingsAfter([apart, back, copy({ ...forged, seq: '2' })])).toEqual(
    expect.arrayContaining(['digest', 'head', 'link', 'sequence']),
  )
})

test('certify reports a change of the ledger under a certificate', async () => {
  const before = await intruder.query<{ entry_id: string }>(
    "SELECT entry_id FROM postings WHERE account = 'stripe:balance' ORDER BY entry_id LIMIT 1",
  )
  const id = before.rows[0]?.entry_id
  await intruder.query(
    "UPDATE postings SET amount = amount + 1 WHERE entry_id = $1 AND account = 'stripe:balance'",
    [id],
  )
  const kinds = new Set((await certify(world.deps)).findings.map(({ what }) => what))
  expect([...kinds].sort()).toEqual(['ledger', 'settlement'])
  await intruder.query(
    "UPDATE postings SET amount = amount - 1 WHERE entry_id = $1 AND account = 'stripe:balance'",
    [id],
  )
})
