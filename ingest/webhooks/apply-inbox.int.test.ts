import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { TillwatchError } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { stripeEvent } from '../testing/signed-delivery.ts'
import { openWorkerDeps, type WorkerDeps } from '../testing/worker-deps.ts'
import { applyInbox } from './apply-inbox.ts'
import type { Handlers } from './inbox-event.ts'

const insertEvent = loadSql(import.meta.url, '../../core/inbox/sql/webhook_event_insert.sql')

let worker: WorkerDeps
beforeAll(async () => {
  worker = await openWorkerDeps()
})
afterAll(async () => worker.close())
afterEach(async () => {
  await worker.deps.db.run("UPDATE webhook_events SET status = 'processed'")
  worker.deps.wakeups.woken.length = 0
})

const accept = async (id: string, object: Record<string, unknown> & { object: string }, payload?: string) => {
  const { db, env } = worker.deps
  const text = payload ?? stripeEvent(id, `${object.object}.updated`, object)
  const now = env.clock.now()
  await db.run(insertEvent, [
    id,
    `${object.object}.updated`,
    object.object,
    object['id'] ?? '',
    'webhook',
    text,
    now,
    now,
  ])
}

const charge = (id: string, sale: string) => ({ id, object: 'charge', metadata: { tillwatch_sale: sale } })

const rowOf = async (id: string) =>
  worker.deps.db.first('SELECT status, attempts, result, last_error FROM webhook_events WHERE id = $1', [id])

const noting = (applied: string[]): Handlers => ({
  charge: async (_deps, _db, snapshot) => {
    applied.push(snapshot.id)
    return 'recorded'
  },
})

test('events of one sale are applied in the order in which they came, and wake the relay', async () => {
  for (let n = 0; n < 60; n += 1) await accept(`evt_a${n}`, charge(`ch_${n % 3}_${n}`, `sale_${n % 3}`))
  const applied: string[] = []
  await applyInbox(worker.deps, noting(applied))
  expect(applied).toHaveLength(60)
  for (const sale of ['0', '1', '2']) {
    const own = applied.filter((id) => id.startsWith(`ch_${sale}_`)).map((id) => Number(id.split('_')[2]))
    expect(own).toEqual([...own].sort((a, b) => a - b))
  }
  expect(await rowOf('evt_a0')).toEqual({
    status: 'processed',
    attempts: 1,
    result: 'recorded',
    last_error: null,
  })
  expect(worker.deps.wakeups.woken).toContain('relay')
})

test('a type that nobody handles is stored as processed and ignored', async () => {
  await accept('evt_novel', { object: 'novelty' })
  await applyInbox(worker.deps, {})
  expect(await rowOf('evt_novel')).toMatchObject({ status: 'processed', result: 'ignored' })
})

test('an event that fails is tried after 5 s, 30 s, 2 min and 10 min, then parked, while the others flow', async () => {
  const { env } = worker.deps
  const poison: Handlers = {
    charge: async (_deps, db, snapshot) => {
      if (snapshot.id !== 'ch_poison') return 'recorded'
      await db.run("UPDATE webhook_events SET type = 'half done' WHERE id = 'evt_poison'")
      throw new TillwatchError('invariant_violated')
    },
  }
  for (const id of ['before', 'poison', 'after']) await accept(`evt_${id}`, charge(`ch_${id}`, 'sale_same'))
  await applyInbox(worker.deps, poison)
  expect(await rowOf('evt_before')).toMatchObject({ status: 'processed' })
  expect(await rowOf('evt_after')).toMatchObject({ status: 'processed' })
  for (const [attempts, waitMs] of [
    [1, 5_000],
    [2, 30_000],
    [3, 120_000],
    [4, 600_000],
  ] as const) {
    expect(await rowOf('evt_poison')).toMatchObject({
      status: 'failed',
      attempts,
      last_error: 'invariant_violated',
    })
    env.pass(waitMs - 1)
    await applyInbox(worker.deps, poison)
    expect(await rowOf('evt_poison')).toMatchObject({ attempts })
    env.pass(1)
    await applyInbox(worker.deps, poison)
  }
  expect(await rowOf('evt_poison')).toMatchObject({ status: 'parked', attempts: 5 })
  const [row] = await worker.deps.db.rows<{ type: string }>(
    "SELECT type FROM webhook_events WHERE id = 'evt_poison'",
  )
  expect(row?.type).toBe('charge.updated')
})

test('a payload that is no event is a failure of that event alone', async () => {
  await accept('evt_broken', { object: 'charge' }, '{"data":')
  await accept('evt_fine', charge('ch_fine', 'sale_fine'))
  await applyInbox(worker.deps, noting([]))
  expect(await rowOf('evt_broken')).toMatchObject({
    status: 'failed',
    attempts: 1,
    last_error: 'internal_error',
  })
  expect(await rowOf('evt_fine')).toMatchObject({ status: 'processed' })
})

test('two workers at once apply each event once', async () => {
  for (let n = 0; n < 40; n += 1) await accept(`evt_twice${n}`, charge(`ch_${n}`, `sale_${n}`))
  const applied: string[] = []
  await Promise.all([applyInbox(worker.deps, noting(applied)), applyInbox(worker.deps, noting(applied))])
  await applyInbox(worker.deps, noting(applied))
  expect(applied.length).toBe(40)
})

test('what a dead worker held is free again and is applied once', async () => {
  await accept('evt_held', charge('ch_held', 'sale_held'))
  const dead = await worker.deps.db.pool.connect()
  await dead.query('BEGIN')
  await dead.query("SELECT id FROM webhook_events WHERE id = 'evt_held' FOR UPDATE")
  const applied: string[] = []
  await applyInbox(worker.deps, noting(applied))
  expect(applied).toEqual([])
  dead.release(true)
  await expect
    .poll(async () => {
      await applyInbox(worker.deps, noting(applied))
      return applied
    })
    .toEqual(['ch_held'])
})

test('while Stripe is away an event keeps its tries and is never parked; then it is applied', async () => {
  const { env, db } = worker.deps
  await accept('evt_refund_first', { id: 're_first', object: 'refund', charge: 'ch_unknown' })
  await accept('evt_refund_second', { id: 're_second', object: 'refund', charge: 'ch_unknown_too' })
  const handlers: Handlers = { refund: async () => 'recorded' }
  const state = async () =>
    db.first('SELECT status, attempts, postponed, failed_at FROM webhook_events WHERE id = $1', [
      'evt_refund_first',
    ])
  for (const [nth, waitMs] of [5_000, 30_000, 120_000, 600_000, 600_000, 600_000, 600_000].entries()) {
    await applyInbox(worker.deps, handlers)
    // Not a failure of its own: no alert for failed webhooks (failed_at).
    expect(await state()).toEqual({ status: 'failed', attempts: 0, postponed: nth + 1, failed_at: null })
    env.pass(waitMs - 1)
    await applyInbox(worker.deps, handlers)
    expect(await state()).toMatchObject({ postponed: nth + 1 })
    env.pass(1)
  }
  // Stripe is back, and has the charge.
  const charges = { retrieve: async () => Promise.resolve(charge('ch_unknown', 'sale_first')) }
  const back = { ...worker.deps, stripe: { ...worker.deps.stripe, charges } } as unknown as typeof worker.deps
  await applyInbox(back, { ...handlers, charge: async () => 'recorded' })
  expect(await state()).toMatchObject({ status: 'processed', attempts: 1 })
})
