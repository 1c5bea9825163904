import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { appendAudit, type AuditEntry } from '#core/audit/append-audit.ts'
import { createLogger } from '#core/log.ts'
import { openDatabase, type Database } from '#core/postgres/db.ts'
import type { Service } from '#core/service.ts'
import { manualEnv, type ManualEnv } from '#core/testing/manual-env.ts'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { createTempDatabase, type TempDatabase } from '#core/testing/temp-postgres.ts'
import { closeCalls } from './close-calls.ts'
import { readHeadFile } from './head-file.ts'
import { startAudit } from './main.ts'
import { verifyChain } from './verify-chain.ts'

let temp: TempDatabase
let db: Database
let env: ManualEnv
let folder: Awaited<ReturnType<typeof makeTempFolder>>
let auditHeadFile = ''
let service: Service | undefined

const MINUTE_MS = 60_000
const actor = { actorId: 'per_1', name: 'Maria Lopez', role: 'manager' }

beforeEach(async () => {
  folder = await makeTempFolder()
  auditHeadFile = join(folder.path, 'audit.head')
  temp = await createTempDatabase()
  db = openDatabase(temp.appUrl)
  env = manualEnv()
})
afterEach(async () => {
  await service?.stop()
  service = undefined
  await db.close()
  await temp.drop()
  await folder.remove()
})

/** The service asleep again, after whatever it did. */
const asleep = async (): Promise<void> =>
  vi.waitFor(() => expect(env.sleepers()).toBe(1), { timeout: 10_000, interval: 5 })

const start = async (): Promise<void> => {
  service = await startAudit({ db, env, log: createLogger('silent'), auditHeadFile })
  await asleep()
}

/** Lets machine time pass, and the service look at its end. */
const passMachine = async (ms: number): Promise<void> => {
  for (const part of [ms - 1_000, 1_000]) {
    await env.passMachine(part)
    await asleep()
  }
}

const write = async (entry: Partial<AuditEntry> = {}): Promise<string> =>
  appendAudit(env, db, { kind: 'outcome', actor, action: 'notes.create', ...entry })

const call = async (requestId: string): Promise<string> =>
  write({
    kind: 'call',
    action: 'tokens.create',
    object: 'tok_1',
    requestId,
    traceId: 'trace1',
    route: 'POST /tokens',
  })

const sealed = async (): Promise<number> =>
  Number((await db.first<{ n: bigint }>('SELECT count(*) AS n FROM audit_seals'))?.n)

const anchored = async (): Promise<number[]> =>
  (await readHeadFile(auditHeadFile)).anchors.map((anchor) => Number(anchor?.position))

const outcomesOf = async (requestId: string) =>
  db.rows<Record<string, unknown>>(
    `SELECT actor_id, actor_name, role, action, object, trace_id, route, status, code, at FROM audit_entries
     WHERE request_id = $1 AND kind = 'outcome'`,
    [requestId],
  )

test('rows get their place within a second and the head file its line within ten, and nobody has to call for it', async () => {
  for (let n = 0; n < 3; n += 1) await write()
  await start()
  expect([await sealed(), await anchored()]).toEqual([3, [3]])
  for (let n = 0; n < 2; n += 1) await write()
  await env.passMachine(999)
  expect([env.sleepers(), await sealed()]).toEqual([1, 3])
  await env.passMachine(1)
  await asleep()
  expect([await sealed(), await anchored()]).toEqual([5, [3]])
  await passMachine(9_000)
  expect(await anchored()).toEqual([3, 5])
  expect((await verifyChain({ db, auditHeadFile }, { unsealed: true })).findings).toEqual([])
})

test('what is written until the end is sealed and anchored at the end', async () => {
  await start()
  await write()
  await service?.stop()
  service = undefined
  expect([await sealed(), await anchored()]).toEqual([1, [1]])
})

test('a look that fails is followed by another', async () => {
  await start()
  const owner = new pg.Client({ connectionString: temp.ownerUrl })
  await owner.connect()
  await owner.query('ALTER TABLE audit_seals RENAME TO away')
  await write()
  await passMachine(2_000)
  await owner.query('ALTER TABLE away RENAME TO audit_seals')
  await owner.end()
  expect(await sealed()).toBe(0)
  await passMachine(2_000)
  expect(await sealed()).toBe(1)
})

test('a call that was begun and never ended is closed as interrupted, once, by the running service', async () => {
  await start()
  await call('req_lost')
  await call('req_done')
  await write({ requestId: 'req_done', status: 201 })
  env.pass(5 * MINUTE_MS + 1)
  await passMachine(MINUTE_MS)
  // Seen once: a clock that jumped makes a call old that is still running.
  expect(await outcomesOf('req_lost')).toEqual([])
  for (let minute = 0; minute < 3; minute += 1) await passMachine(MINUTE_MS)
  expect(await outcomesOf('req_lost')).toEqual([
    {
      actor_id: 'per_1',
      actor_name: 'Maria Lopez',
      role: 'manager',
      action: 'tokens.create',
      object: 'tok_1',
      trace_id: 'trace1',
      route: 'POST /tokens',
      status: null,
      code: 'interrupted',
      at: new Date('2026-03-02T09:05:00.001Z'),
    },
  ])
  expect(await outcomesOf('req_done')).toMatchObject([{ status: 201, code: null }])
  expect(await sealed()).toBe(4)
})

test('a call is left alone until five minutes have passed, and when it ends between two looks', async () => {
  const old = await call('req_old')
  env.pass(1)
  await call('req_young')
  env.pass(5 * MINUTE_MS)
  const seen = await closeCalls({ db, env }, new Set())
  expect([...seen]).toEqual([old])
  await write({ requestId: 'req_old', status: 200 })
  // The young one is old now, and seen for the first time.
  env.pass(1)
  expect((await closeCalls({ db, env }, seen)).size).toBe(1)
  expect(await outcomesOf('req_young')).toEqual([])
  expect(await outcomesOf('req_old')).toMatchObject([{ status: 200, code: null }])
})
