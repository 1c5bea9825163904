import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { certify } from './certify.ts'
import { RECONCILER_LOCK } from './lock.ts'
import { sealDigest } from './publish/seal.ts'
import { createWorld, type World } from './testing/world.ts'
import { repairAtStart } from './work-runs.ts'

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
  expect(await certify(world.deps)).toEqual({ checked: 3, findings: [], elsewhere: 0 })
  const one = await world.db.first<{ id: string }>('SELECT id FROM certificates WHERE seq = 2')
  expect(await certify(world.deps, one?.id)).toEqual({ checked: 1, findings: [], elsewhere: 0 })
})

test('one that is as it was issued is not said to stand in a chain that holds when another was altered', async () => {
  await tamper("UPDATE balance_transactions SET amount = amount + 1, net = net + 1 WHERE id = 'txn_a'")
  const { findings } = await certify(world.deps)
  const ids = await world.db.rows<{ id: string }>('SELECT id FROM certificates')
  const sound = ids.find(({ id }) => findings.every(({ certificate }) => certificate !== id))
  expect(await certify(world.deps, sound?.id)).toEqual({
    checked: 1,
    findings: [],
    elsewhere: findings.length,
  })
})

test('the application itself can change neither rows nor certificates', async () => {
  await expect(world.db.run('UPDATE certificates SET closing = 0')).rejects.toThrow('permission denied')
  await expect(world.db.run('DELETE FROM balance_transactions')).rejects.toThrow('permission denied')
})

test('refuses after one stored balance transaction is altered', async () => {
  await tamper("UPDATE balance_transactions SET amount = amount + 1, net = net + 1 WHERE id = 'txn_a'")
  expect(await kinds()).toEqual(['content', 'figures', 'rows'])
  const { findings } = await certify(world.deps)
  expect(findings.find(({ what }) => what === 'rows')?.found).toBe('altered: txn_a (line 1)')
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
      opening: row.opening + 1n,
      openExceptions: row.open_exceptions,
      contentDigest: row.content_digest,
      previousDigest: row.previous_digest,
    },
  )
  await tamper('UPDATE certificates SET opening = opening + 1, digest = $1 WHERE seq = 2', [forged])
  expect(await kinds()).toEqual(['content', 'evidence', 'figures', 'head', 'link', 'opening'])
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

const lines = async () => (await readFile(world.deps.chainHeadFile, 'utf8')).trimEnd().split('\n')

test.each([
  ['after the header', 1, 0],
  ['after a line', 2, 0],
  ['within a line', 2, 20],
  ['within the last line', 3, 60],
])('a kill %s of the head file is mended by the next work', async (_name, whole, torn) => {
  const before = await lines()
  const text =
    before
      .slice(0, whole)
      .map((line) => `${line}\n`)
      .join('') + (before[whole] ?? '').slice(0, torn)
  await writeFile(world.deps.chainHeadFile, text)
  expect(await kinds()).toEqual(['head'])
  await world.reconcile('2026-03-02', '2026-03-02')
  expect(await kinds()).toEqual([])
  expect(await lines()).toEqual(before)
})

test('an older copy of the head file that was put back gets the lines of every run since', async () => {
  const copy = await readFile(world.deps.chainHeadFile, 'utf8')
  for (const day of [4, 5, 6]) {
    await world.charge(`d${day}`, `2026-03-0${day}T10:00:00Z`, 3_000)
    world.moveTo(`2026-03-0${day + 1}T12:00:00Z`)
    await world.reconcile(`2026-03-0${day}`, `2026-03-0${day}`)
  }
  const whole = await lines()
  expect(await world.db.rows('SELECT DISTINCT run_id FROM certificates')).toHaveLength(4)
  // The header and the three certificates of the first run, torn amid the third.
  await writeFile(world.deps.chainHeadFile, copy.slice(0, -20))
  expect(await kinds()).toEqual(['head'])
  await world.reconcile('2026-03-02', '2026-03-02')
  expect(await lines()).toEqual(whole)
  expect(await kinds()).toEqual([])
})

test('a head file is not completed from a chain that has a hole after its last line', async () => {
  const copy = await readFile(world.deps.chainHeadFile, 'utf8')
  for (const day of [5, 6]) {
    await world.charge(`d${day}`, `2026-03-0${day}T10:00:00Z`, 3_000)
    world.moveTo(`2026-03-0${day + 1}T12:00:00Z`)
    await world.reconcile(`2026-03-0${day}`, `2026-03-0${day}`)
  }
  await writeFile(world.deps.chainHeadFile, copy)
  await tamper("UPDATE certificates SET previous_digest = digest WHERE business_date = '2026-03-06'")
  await repairAtStart(world.deps)
  expect(await readFile(world.deps.chainHeadFile, 'utf8')).toBe(copy)
})

test('a deleted head file is a finding and is not made again, even when all certificates are of one run', async () => {
  await rm(world.deps.chainHeadFile)
  expect(await kinds()).toEqual(['head'])
  await world.charge('c', '2026-03-04T10:00:00Z', 3_000)
  await world.reconcile('2026-03-04', '2026-03-04')
  const { findings } = await certify(world.deps)
  expect(findings[0]).toMatchObject({ certificate: 'chain', what: 'head', found: 'none' })
  expect(await lines()).toHaveLength(1)
})

test('an emptied head file is a finding, too', async () => {
  await writeFile(world.deps.chainHeadFile, '')
  await world.reconcile('2026-03-02', '2026-03-02')
  expect(await kinds()).toEqual(['head'])
})

test('no run is begun while the head file cannot be read', async () => {
  const { chainHeadFile } = world.deps
  const before = await lines()
  await rm(chainHeadFile)
  await mkdir(chainHeadFile)
  await expect(world.reconcile('2026-03-04', '2026-03-04')).rejects.toThrow('EISDIR')
  await rm(chainHeadFile, { recursive: true })
  await writeFile(chainHeadFile, before.map((line) => `${line}\n`).join(''))
  await world.worker().work()
  expect(await kinds()).toEqual([])
})

test('a run that was published stays succeeded when its head cannot be written', async () => {
  const { chainHeadFile } = world.deps
  await world.charge('c', '2026-03-04T10:00:00Z', 3_000)
  const text = await readFile(chainHeadFile, 'utf8')
  const worker = world.worker()
  // The file turns into a folder after the worker looked at it and before the run is published.
  const { stripe } = world.deps
  const retrieve = stripe.balance.retrieve.bind(stripe.balance)
  Object.assign(stripe.balance, {
    retrieve: async (...args: Parameters<typeof retrieve>) => {
      await rm(chainHeadFile, { force: true, recursive: true })
      await mkdir(chainHeadFile)
      return retrieve(...args)
    },
  })
  await world.db.run(
    `INSERT INTO reconciliation_runs (id, kind, from_date, to_date, status, requested_by, requested_at)
     VALUES ('run_x', 'manual', '2026-03-04', '2026-03-04', 'pending', 'test', $1)`,
    [world.deps.env.clock.now()],
  )
  await expect(worker.work()).rejects.toThrow('EISDIR')
  const run = await world.db.first<{ status: string }>(
    "SELECT status FROM reconciliation_runs WHERE id = 'run_x'",
  )
  expect(run?.status).toBe('succeeded')
  Object.assign(stripe.balance, { retrieve })
  await rm(chainHeadFile, { recursive: true })
  await writeFile(chainHeadFile, text)
  await worker.work()
  expect(await kinds()).toEqual([])
})

test('certify beside a run that is at work finds nothing in a head file that is behind', async () => {
  const known = await lines()
  await writeFile(world.deps.chainHeadFile, `${known.slice(0, 2).join('\n')}\n`)
  const client = await world.db.pool.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [RECONCILER_LOCK])
    expect(await kinds()).toEqual([])
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [RECONCILER_LOCK])
    client.release()
  }
  expect(await kinds()).toEqual(['head'])
})
