import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { appendAudit } from '#core/audit/append-audit.ts'
import { openDatabase, type Database } from '#core/postgres/db.ts'
import { manualEnv } from '#core/testing/manual-env.ts'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { createTempDatabase, type TempDatabase } from '#core/testing/temp-postgres.ts'
import { entryHash, GENESIS } from './entry-hash.ts'
import { anchorHead, openHeadFile, sealAll } from './seal-entries.ts'
import { verifyChain } from './verify-chain.ts'

let temp: TempDatabase
let db: Database
let owner: pg.Client
let folder: Awaited<ReturnType<typeof makeTempFolder>>
let auditHeadFile = ''
const env = manualEnv()

const actor = { actorId: 'per_1', name: 'Maria Lopez', role: 'manager' }

const write = async (count: number): Promise<void> => {
  for (let n = 1; n <= count; n += 1) {
    env.pass(1_000)
    await appendAudit(env, db, {
      kind: 'outcome',
      actor,
      action: 'notes.create',
      object: `pay_${n}`,
      after: { n },
    })
  }
}

/** As somebody who owns the database and switched our triggers off. */
const tamper = async (...statements: string[]): Promise<void> => {
  await owner.query(
    'ALTER TABLE audit_entries DISABLE TRIGGER ALL; ALTER TABLE audit_seals DISABLE TRIGGER ALL',
  )
  for (const statement of statements) await owner.query(statement)
}

const found = async () =>
  (await verifyChain({ db, auditHeadFile })).findings.map(({ position, what }) => [position, what])

beforeAll(async () => {
  folder = await makeTempFolder()
})
afterAll(async () => {
  await folder.remove()
})
/** Ten rows, sealed and anchored at 5 and at 10. */
beforeEach(async () => {
  temp = await createTempDatabase()
  db = openDatabase(temp.appUrl)
  owner = new pg.Client({ connectionString: temp.ownerUrl })
  await owner.connect()
  auditHeadFile = join(folder.path, 'audit.head')
  await rm(auditHeadFile, { force: true })
  await openHeadFile(db, auditHeadFile)
  await write(5)
  await sealAll(db)
  await anchorHead(db, auditHeadFile, 0n)
  await write(5)
  await sealAll(db)
  await anchorHead(db, auditHeadFile, 5n)
})
afterEach(async () => {
  await owner.end()
  await db.close()
  await temp.drop()
})

const ENTRY_AT = (position: number) => `(SELECT entry_id FROM audit_seals WHERE position = ${position})`
const INSERT_ENTRY = `INSERT INTO audit_entries (id, at, kind, action) VALUES ('aud_forged', '2026-03-02T09:00:03Z', 'outcome', 'x')`
/** Makes room at `position`. */
const SHIFT_UP = (position: number) => [
  `UPDATE audit_seals SET position = position + 1000 WHERE position >= ${position}`,
  `UPDATE audit_seals SET position = position - 999 WHERE position >= 1000`,
]

test('a chain that nobody touched holds from its first row to the head file', async () => {
  expect(await verifyChain({ db, auditHeadFile }, { unsealed: true })).toEqual({
    checked: 10n,
    anchored: 10n,
    findings: [],
  })
})

test('rows can neither be changed nor removed nor emptied, by the platform or by the owner of the database', async () => {
  for (const statement of [
    "UPDATE audit_entries SET object = 'pay_9'",
    'DELETE FROM audit_entries',
    'TRUNCATE audit_entries',
    'UPDATE audit_seals SET position = 11 WHERE position = 1',
    'DELETE FROM audit_seals',
    'TRUNCATE audit_seals',
  ]) {
    await expect(db.run(statement)).rejects.toMatchObject({ code: '42501' })
    await expect(owner.query(statement)).rejects.toMatchObject({ code: '42501' })
  }
  expect(await found()).toEqual([])
})

test.each([
  ['object', "'pay_9'"],
  ['actor_id', "'per_2'"],
  ['at', "at + interval '1 millisecond'"],
  ['after', `'{"n": 9007199254740993}'`],
  ['code', "'forbidden'"],
])('an altered %s is found in the very row', async (column, value) => {
  await tamper(`UPDATE audit_entries SET ${column} = ${value} WHERE id = ${ENTRY_AT(4)}`)
  expect(await found()).toEqual([[4n, expect.stringMatching(/^altered: aud_/)]])
})

test('two whole numbers that JavaScript takes for one are told apart', async () => {
  await tamper(
    `INSERT INTO audit_entries (id, at, kind, action, after) VALUES ('aud_big', '2026-03-02T09:01:00Z', 'job', 'x', '{"n": 9007199254740993}')`,
  )
  await sealAll(db)
  expect(await found()).toEqual([])
  await tamper(`UPDATE audit_entries SET after = '{"n": 9007199254740992}' WHERE id = 'aud_big'`)
  expect(await found()).toEqual([[11n, expect.stringMatching(/^altered: aud_big/)]])
})

test('a deleted row is found at its place: alone, with its place, and with the places behind it moved up', async () => {
  await tamper(`DELETE FROM audit_entries WHERE id = ${ENTRY_AT(4)}`)
  expect(await found()).toEqual([[4n, expect.stringMatching(/^deleted: row aud_\w+ is gone$/)]])
  await tamper('DELETE FROM audit_seals WHERE position = 4')
  expect(await found()).toEqual([[4n, 'deleted: no place before 5']])
  await tamper(
    'UPDATE audit_seals SET position = position + 1000 WHERE position > 4',
    'UPDATE audit_seals SET position = position - 1001 WHERE position > 1000',
  )
  const moved = await found()
  expect(moved[0]).toEqual([
    4n,
    expect.stringMatching(/^altered: aud_\w+ is not what was sealed, or the row before it was taken out$/),
  ])
  expect(moved.at(-1)).toEqual([10n, 'truncated: the head file knows places up to 10, the table ends at 9'])
})

test('a row that was put in is found at its place, with a made-up hash and with one that fits', async () => {
  await tamper(
    ...SHIFT_UP(4),
    INSERT_ENTRY,
    `INSERT INTO audit_seals VALUES (4, 'aud_forged', repeat('a', 64))`,
  )
  expect((await found())[0]).toEqual([4n, expect.stringMatching(/^inserted: aud_forged was put before aud_/)])
  const { rows } = await owner.query<{ hash: string }>('SELECT hash FROM audit_seals WHERE position = 3')
  const forged = { id: 'aud_forged', at: new Date('2026-03-02T09:00:03Z'), kind: 'outcome', action: 'x' }
  const nothing = {
    actor_id: null,
    actor_name: null,
    role: null,
    object: null,
    before: null,
    after: null,
    request_id: null,
    trace_id: null,
    ip: null,
    user_agent: null,
    route: null,
    status: null,
    code: null,
  }
  await tamper(
    `UPDATE audit_seals SET hash = '${entryHash(rows[0]?.hash ?? '', { ...nothing, ...forged })}' WHERE position = 4`,
  )
  expect((await found())[0]).toEqual([4n, expect.stringMatching(/^inserted: aud_forged was put before aud_/)])
})

test('rows that changed places are found where the order first differs, with their hashes and without', async () => {
  await tamper(
    'UPDATE audit_seals SET position = 1004 WHERE position = 4',
    'UPDATE audit_seals SET position = 4 WHERE position = 7',
    'UPDATE audit_seals SET position = 7 WHERE position = 1004',
  )
  expect((await found())[0]).toEqual([
    4n,
    expect.stringMatching(/^reordered: aud_\w+ \(place 7 now\) was sealed here/),
  ])
  await tamper(
    'UPDATE audit_seals SET position = 1004 WHERE position = 4',
    'UPDATE audit_seals SET position = 4 WHERE position = 7',
    'UPDATE audit_seals SET position = 7 WHERE position = 1004',
  )
  expect(await found()).toEqual([])
  await tamper(
    `CREATE TEMP TABLE two AS SELECT a.entry_id AS a, b.entry_id AS b FROM audit_seals a, audit_seals b WHERE a.position = 4 AND b.position = 5`,
    `UPDATE audit_seals SET entry_id = 'x' WHERE position = 4`,
    'UPDATE audit_seals SET entry_id = (SELECT a FROM two) WHERE position = 5',
    'UPDATE audit_seals SET entry_id = (SELECT b FROM two) WHERE position = 4',
  )
  expect((await found())[0]).toEqual([
    4n,
    expect.stringMatching(/^reordered: aud_\w+ stands where aud_\w+ was sealed \(place 5 now\)$/),
  ])
})

test('an end that was cut off, or a whole trail that was emptied, is found by the head file', async () => {
  await tamper(
    'DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_seals WHERE position > 7)',
    'DELETE FROM audit_seals WHERE position > 7',
  )
  expect(await found()).toEqual([[8n, 'truncated: the head file knows places up to 10, the table ends at 7']])
  await tamper('TRUNCATE audit_entries, audit_seals')
  expect(await found()).toEqual([[1n, 'truncated: the head file knows places up to 10, the table ends at 0']])
})

test('a trail that was computed anew from a row on is found behind the last place that the head file still knows', async () => {
  await tamper(
    `UPDATE audit_entries SET object = 'pay_77' WHERE id = ${ENTRY_AT(8)}`,
    'DELETE FROM audit_seals WHERE position >= 8',
  )
  await sealAll(db)
  expect(await found()).toEqual([
    [6n, 'rewritten: place 10 is not what the head file remembers, place 5 still is'],
  ])
})

test('a head file that is gone, lost a line or holds none is reported and never made again from the table', async () => {
  const text = await readFile(auditHeadFile, 'utf8')
  await writeFile(auditHeadFile, text.split('\n').slice(1).join('\n'))
  expect(await found()).toEqual([[0n, expect.stringMatching(/first line/)]])
  await rm(auditHeadFile)
  expect(await openHeadFile(db, auditHeadFile)).toBe(false)
  expect(await found()).toEqual([[0n, expect.stringMatching(/gone/)]])
  await writeFile(auditHeadFile, text.replace(/^5 .{10}/m, '5 zz'))
  expect(await found()).toEqual([[0n, 'line 2 of the head file is no anchor']])
})

test('a line that a kill left torn is ended at the next start', async () => {
  const text = await readFile(auditHeadFile, 'utf8')
  for (const cut of [10, 64, 1]) {
    await writeFile(auditHeadFile, text.slice(0, -cut))
    await openHeadFile(db, auditHeadFile)
    expect(await readFile(auditHeadFile, 'utf8')).toBe(text)
  }
})

test('the chain begins with the digest of its own name, so that whoever has the rows can compute it all', async () => {
  // printf 'tillwatch audit chain 1' | sha256sum
  expect(GENESIS).toBe('5e4fdae01f85e5b27a66166bc1a2e1cd9dce2f8e2199594a190af7af481e80b7')
})
