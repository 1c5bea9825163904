import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ClickHouse } from '#core/clickhouse/client.ts'
import { openClickHouse } from '#core/clickhouse/client.ts'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import { appendEvent } from '#core/postgres/append-event.ts'
import { startTempClickHouse, type TempClickHouse } from '#core/testing/temp-clickhouse.ts'
import { openWorkerDeps, type WorkerDeps } from '../testing/worker-deps.ts'
import { measureBacklog, relayEvents } from './relay-events.ts'

let engine: TempClickHouse
let worker: WorkerDeps

beforeAll(async () => {
  engine = await startTempClickHouse()
  worker = await openWorkerDeps({ clickhouse: engine.url })
  await migrateClickHouse(worker.deps.clickhouse, worker.deps.env.clock.now())
})
afterAll(async () => {
  await worker.close()
  await engine.stop()
})
beforeEach(async () => {
  const { deps } = worker
  await relayEvents(deps)
  await deps.clickhouse.command('TRUNCATE TABLE payment_events_raw_v1')
})

const append = async (count: number, amount = '100') => {
  const { env, db } = worker.deps
  const body = { till_id: 'till-1', method: 'card', currency: 'gbp', amount_minor: amount }
  for (let n = 0; n < count; n += 1) {
    env.pass(1)
    await appendEvent(env, db, 'payment.created', env.clock.now(), body)
  }
}

const counts = async () => {
  const [row] = await worker.deps.clickhouse.rows<{ rows: string; events: string; final: string }>(
    `SELECT count() AS rows, uniqExact(event_id) AS events,
            (SELECT count() FROM payment_events_raw_v1 FINAL) AS final FROM payment_events_raw_v1`,
  )
  return row && { rows: Number(row.rows), events: Number(row.events), final: Number(row.final) }
}

/** Real ClickHouse, whose connection dies after (or before) the insert has happened. */
const dying = (when: 'before' | 'after'): ClickHouse => ({
  ...worker.deps.clickhouse,
  insert: async (...call) => {
    if (when === 'after') await worker.deps.clickhouse.insert(...call)
    throw new Error('connection lost')
  },
})

test('every event arrives once, and nothing is left', async () => {
  await append(3)
  expect(await measureBacklog(worker.deps.db)).toMatchObject({ pending: 3 })
  await relayEvents(worker.deps)
  expect(await counts()).toEqual({ rows: 3, events: 3, final: 3 })
  expect(await measureBacklog(worker.deps.db)).toEqual({ pending: 0, oldest: null })
})

test('a relay that dies between insert and mark sends the same frozen rows again, without duplicates', async () => {
  await append(5)
  await expect(relayEvents({ ...worker.deps, clickhouse: dying('after') })).rejects.toThrow('connection lost')
  // A late event must not join the batch that ClickHouse already has.
  await append(2)
  await relayEvents(worker.deps)
  expect(await counts()).toEqual({ rows: 7, events: 7, final: 7 })
})

test('a batch sent again beyond the window of tokens is one row per event for readers', async () => {
  await append(4)
  const other = openClickHouse(engine.url)
  const resend: ClickHouse = {
    ...other,
    insert: async (t, c, r, token) => other.insert(t, c, r, `late-${token}`),
  }
  await expect(relayEvents({ ...worker.deps, clickhouse: dying('after') })).rejects.toThrow()
  await relayEvents({ ...worker.deps, clickhouse: resend })
  await other.close()
  expect(await counts()).toMatchObject({ events: 4, final: 4 })
})

test('while ClickHouse is away events wait, and then all of them arrive', async () => {
  await append(2)
  await expect(relayEvents({ ...worker.deps, clickhouse: dying('before') })).rejects.toThrow()
  await append(1)
  expect(await measureBacklog(worker.deps.db)).toMatchObject({ pending: 3 })
  await relayEvents(worker.deps)
  expect(await counts()).toEqual({ rows: 3, events: 3, final: 3 })
})

test('an amount of 2^53 + 1 survives to the last unit', async () => {
  await append(1, '9007199254740993')
  await relayEvents(worker.deps)
  const rows = await worker.deps.clickhouse.rows<{ amount_minor: string }>(
    'SELECT amount_minor FROM payment_events_raw_v1 FINAL',
  )
  expect(rows).toEqual([{ amount_minor: '9007199254740993' }])
})

test('an event whose writer commits late comes into a later batch', async () => {
  const { db, env } = worker.deps
  await db.withTransaction(async (slow) => {
    await appendEvent(env, slow, 'payment.created', env.clock.now(), {})
    await append(1)
    await relayEvents(worker.deps)
    expect(await counts()).toMatchObject({ final: 1 })
  })
  await relayEvents(worker.deps)
  expect(await counts()).toMatchObject({ final: 2 })
})

test('two relays at once send each event once', async () => {
  await append(10)
  await Promise.all([relayEvents(worker.deps), relayEvents(worker.deps), relayEvents(worker.deps)])
  await relayEvents(worker.deps)
  expect(await counts()).toEqual({ rows: 10, events: 10, final: 10 })
})
