import { readFile, writeFile } from 'node:fs/promises'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { certify } from './certify.ts'
import { sealDigest } from './publish/seal.ts'
import { createWorld, type World } from './testing/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld('2026-03-01T00:00:00Z')
  await world.charge('a', '2026-03-02T10:00:00Z', 1_000)
  await world.charge('b', '2026-03-03T10:00:00Z', 2_000)
  world.moveTo('2026-03-05T12:00:00Z')
  await world.reconcile('2026-03-02', '2026-03-04')
})

afterEach(async () => {
  await world.close()
})

/** As an intruder with the owner's rights and the triggers off. */
const tamper = async (sql: string, params: unknown[] = []): Promise<void> => {
  const client = new pg.Client({ connectionString: world.database.ownerUrl })
  await client.connect()
  try {
    await client.query("SET session_replication_role = 'replica'")
    await client.query(sql, params)
  } finally {
    await client.end()
  }
}

const kinds = async (): Promise<string[]> =>
  [...new Set((await certify(world.deps)).findings.map(({ what }) => what))].sort()

test('accepts the chain as it was issued, whole and one by one', async () => {
  expect(await certify(world.deps)).toEqual({ checked: 3, findings: [] })
  const one = await world.db.first<{ id: string }>('SELECT id FROM certificates WHERE seq = 2')
  expect(await certify(world.deps, one?.id)).toEqual({ checked: 1, findings: [] })
})

test('the application itself can change neither rows nor certificates', async () => {
  await expect(world.db.run('UPDATE certificates SET closing = 0')).rejects.toThrow('permission denied')
  await expect(world.db.run('DELETE FROM balance_transactions')).rejects.toThrow('permission denied')
})

test('refuses after one stored balance transaction is altered', async () => {
  await tamper("UPDATE balance_transactions SET amount = amount + 1, net = net + 1 WHERE id = 'txn_a'")
  expect(await kinds()).toEqual(['content', 'figures'])
})

test('refuses after a pairing on a certificate is altered', async () => {
  await tamper("UPDATE certificate_rows SET state = 'explained' WHERE balance_transaction_id = 'txn_b'")
  expect(await kinds()).toContain('content')
})

test('refuses after a certificate and its own digest are altered together: the next link and the head differ', async () => {
  interface Row {
    id: string
    seq: bigint
    version: number
    opening: bigint
    closing: bigint
    totals: unknown
    counts: unknown
    open_exceptions: number
    changes: unknown
    stripe_snapshot: unknown
    issued_at: Date
    run_id: string
    content_digest: string
    previous_digest: string
  }
  const row = await world.db.first<Row>('SELECT * FROM certificates WHERE seq = 2')
  if (!row) throw new Error('no certificate')
  const forged = sealDigest(
    { businessDate: '2026-03-03', currency: 'gbp', balanceType: 'payments' },
    {
      ...row,
      openExceptions: row.open_exceptions,
      clean: false,
      snapshot: row.stripe_snapshot,
      issuedAt: row.issued_at,
      runId: row.run_id,
      contentDigest: row.content_digest,
      previousDigest: row.previous_digest,
    },
  )
  await tamper('UPDATE certificates SET clean = false, digest = $1 WHERE seq = 2', [forged])
  expect(await kinds()).toEqual(['head', 'link'])
})

test('refuses after the last certificate is removed, which only the head outside the database knows', async () => {
  await tamper('DELETE FROM certificates WHERE seq = 3')
  const { findings } = await certify(world.deps)
  expect(findings.map(({ what, found }) => [what, found])).toEqual([['head', 'none']])
})

test('refuses after the head file lost a line that is not the last run', async () => {
  await world.charge('c', '2026-03-04T10:00:00Z', 3_000)
  await world.reconcile('2026-03-04', '2026-03-04')
  const text = await readFile(world.deps.chainHeadFile, 'utf8')
  await writeFile(world.deps.chainHeadFile, text.split('\n').slice(1).join('\n'))
  await world.worker().work()
  expect(await kinds()).toEqual(['head'])
})

test('a kill between commit and head file is mended by the next work', async () => {
  await writeFile(world.deps.chainHeadFile, '')
  expect(await kinds()).toEqual(['head'])
  await world.reconcile('2026-03-02', '2026-03-02')
  expect(await kinds()).toEqual([])
})
