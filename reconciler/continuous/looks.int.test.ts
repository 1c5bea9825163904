import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { spawnChild } from '#core/engines/child.ts'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { createNightlySchedule } from '../nightly.ts'
import { startReconciler } from '../main.ts'
import { standInWorker } from '../testing/stand-in-worker.ts'
import { createWorld, type World } from '../testing/world.ts'
import { createLookSchedule, ensureLooks, type LookSchedule } from './look-schedule.ts'

const START = '2026-03-02T00:00:00.000Z'
const EVERY_MS = 300_000

let world: World
let url: string
let stopSandbox: () => Promise<void>
let looks: LookSchedule
let worker: ReturnType<typeof standInWorker>

const control = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
  const response = await fetch(`${url}/_sandbox${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

const now = (): number => world.deps.env.clock.now().getTime()

const moveTo = async (ms: number): Promise<void> => {
  const at = new Date(ms).toISOString()
  await control('POST', '/clock', { now: at })
  world.moveTo(at)
}

/** Lets an interval pass, then looks. */
const look = async (after = EVERY_MS): Promise<void> => {
  await moveTo(now() + after)
  await looks.enqueueDue(world.deps.env.clock.now())
  expect(looks.countOpen()).toBe(1)
  await looks.work()
  expect(looks.countOpen()).toBe(0)
  const row = await world.db.first<{ error: string | null }>('SELECT error FROM reconciliation_looks')
  expect(row?.error).toBeNull()
}

/** A card sale at Stripe; `known` when the gateway heard of it. */
const sell = async (amount: number, options: { known: boolean; ours?: boolean }): Promise<string> => {
  const { stripe, env } = world.deps
  const intent = await stripe.paymentIntents.create({
    amount,
    currency: 'gbp',
    confirm: true,
    payment_method: 'pm_card_visa',
    allowed_payment_method_types: ['card'],
    ...(options.ours === false ? {} : { metadata: { tillwatch_payment: 'pay_1', tillwatch_sale: 'sale_1' } }),
  })
  const charge = String(intent.latest_charge)
  if (options.known)
    await world.post('capture', charge, env.clock.now().toISOString(), 'clearing:card', amount)
  return charge
}

/** A payment as the gateway has accepted it. */
const accept = async (id: string): Promise<void> => {
  const at = world.deps.env.clock.now()
  await world.db.run(
    `INSERT INTO sales (id, till_id, store_id, currency, total, tax_amount, tip_amount, discount_amount, status, sold_at,
       business_date, created_at, updated_at)
     VALUES ('sale_1', 't1', 'main', 'gbp', 700, 0, 0, 0, 'open', $1, '2026-03-02', $1, $1)`,
    [at],
  )
  await world.db.run(
    `INSERT INTO payments (id, sale_id, till_id, store_id, method, currency, amount, status, trace_id, accepted_at,
       created_at, updated_at)
     VALUES ($1, 'sale_1', 't1', 'main', 'card', 'gbp', 700, 'processing', 'trace', $2, $2, $2)`,
    [id, at],
  )
}

const open = async () =>
  world.db.rows<{ category: string; object: string; opened: Date }>(
    "SELECT category, object, first_seen_at AS opened FROM exceptions WHERE status = 'open' ORDER BY category, object",
  )
const runs = async () =>
  (await world.db.first<{ n: number }>('SELECT count(*)::integer AS n FROM reconciliation_runs'))?.n
const state = async () =>
  world.db.first<{ looks: bigint; examined: number; rows_seen: number; run_id: string | null }>(
    'SELECT looks, examined, rows_seen, run_id FROM reconciliation_looks',
  )
const certificates = async () =>
  world.db.rows<{ date: string; version: number }>(
    'SELECT business_date AS date, version FROM certificates ORDER BY seq',
  )

beforeAll(async () => {
  const folder = await makeTempFolder()
  const child = await spawnChild({
    name: 'Stripe sandbox',
    entry: new URL('../../sandbox/main.ts', import.meta.url),
    args: ['--data', folder.path, '--clock-start', START],
  })
  url = `http://127.0.0.1:${child.port}`
  stopSandbox = async () => {
    await child.stop()
    await folder.remove()
  }
  world = await createWorld(START, url)
  await control('POST', '/clock', { speed: 0 })
  worker = standInWorker(world)
  await ensureLooks(world.deps)
  await accept('pay_1')
  await moveTo(Date.parse('2026-03-02T09:00:00Z'))
})

beforeEach(() => {
  looks = createLookSchedule(world.deps, 100, new AbortController().signal)
})

afterAll(async () => {
  await world.close()
  await stopSandbox()
})

test('sales that agree make no run, no exception and no posting; rows seen before are not judged again', async () => {
  await sell(1_000, { known: true, ours: false })
  await sell(2_000, { known: true, ours: false })
  await look()
  expect(await state()).toMatchObject({ rows_seen: 2, examined: 0, run_id: null })
  await look()
  expect(await state()).toMatchObject({ rows_seen: 2, examined: 0 })
  expect([await runs(), await open()]).toEqual([0, []])
  expect(await world.db.rows("SELECT 1 FROM journal_entries WHERE kind = 'settlement'")).toEqual([])
})

test('a sale whose every delivery was lost is healed by the next look', async () => {
  const charge = await sell(700, { known: false })
  await look()
  expect(worker.applied()).toBe(1)
  const posted = await world.db.rows('SELECT amount FROM postings WHERE object = $1', [charge])
  expect(posted).toEqual([{ amount: 700n }])
  expect([await runs(), await open()]).toEqual([0, []])
  await look()
  expect(await state()).toMatchObject({ examined: 0 })
})

test('a charge that nobody of ours made at ten is an open exception five minutes later, once, until it is undone', async () => {
  await moveTo(Date.parse('2026-03-02T10:00:00Z'))
  await look(0)
  const edit = await control<{ id: string; balance_transaction: { id: string } }>('POST', '/edits', {
    op: 'add',
    balance_transaction: {
      type: 'charge',
      reporting_category: 'charge',
      amount: 999,
      fee: 35,
      currency: 'gbp',
      created: now() / 1000,
      source: 'ch_nobody',
    },
  })
  await look()
  const [found, ...others] = await open()
  expect(others).toEqual([])
  expect(found).toMatchObject({
    object: edit.balance_transaction.id,
    opened: new Date('2026-03-02T10:05:00Z'),
  })
  expect(await runs()).toBe(1)
  for (let again = 0; again < 6; again += 1) await look()
  expect([await runs(), await open()]).toEqual([1, [found]])
  expect(await state()).toMatchObject({ examined: 0 })
  await control('DELETE', `/edits/${edit.id}`)
  await look()
  expect([await runs(), await open()]).toEqual([2, []])
})

test('a row with another amount is an exception; put back, it heals, both within a look', async () => {
  const charge = await sell(1_500, { known: true, ours: false })
  await look()
  const { balance_transaction: row } = await world.deps.stripe.charges.retrieve(charge)
  const edit = await control<{ id: string }>('POST', '/edits', {
    op: 'change',
    id: row,
    set: { amount: 1_400 },
  })
  await look()
  expect(await open()).toMatchObject([{ category: 'amount_mismatch', object: row }])
  await control('DELETE', `/edits/${edit.id}`)
  await look()
  expect(await open()).toEqual([])
})

test('a sale under way is left to the next look, and one that the gateway recorded late heals', async () => {
  await moveTo(now() + EVERY_MS - 30_000)
  const charge = await sell(300, { known: false, ours: false })
  await look(30_000)
  expect(await open()).toEqual([])
  await look()
  expect(await open()).toMatchObject([{ object: expect.stringMatching(/^txn_/) as string }])
  await world.post('capture', charge, new Date(now()).toISOString(), 'clearing:card', 300)
  await look()
  expect(await open()).toEqual([])
})

test('a row that shows up ten minutes late is found by the overlap', async () => {
  await look()
  const edit = await control<{ id: string; balance_transaction: { id: string } }>('POST', '/edits', {
    op: 'add',
    balance_transaction: {
      type: 'charge',
      reporting_category: 'charge',
      amount: 250,
      currency: 'gbp',
      created: now() / 1000 - 600,
      source: 'ch_late',
    },
  })
  await look()
  expect(await open()).toMatchObject([{ object: edit.balance_transaction.id }])
  await control('DELETE', `/edits/${edit.id}`)
  await look()
  expect(await open()).toEqual([])
})

test('a movement that Stripe never booked is an exception minutes after its time, not before', async () => {
  const at = new Date(now()).toISOString()
  await world.post('capture', 'ch_never', at, 'clearing:card', 400)
  const { charge_s } = world.deps.shop.due
  // The nightly runs in between, without a worker's clock: none here.
  await moveTo(now() + charge_s * 1000 - EVERY_MS)
  await look()
  expect(await open()).toEqual([])
  await look()
  expect(await open()).toMatchObject([{ category: 'missing_in_stripe', object: 'ch_never' }])
})

test('a look issues no certificate; the night does, and a look adds versions to it only', async () => {
  expect(await certificates()).toEqual([])
  await moveTo(Date.parse('2026-03-04T00:00:00Z'))
  const edit = await control<{ id: string }>('POST', '/edits', {
    op: 'add',
    balance_transaction: {
      type: 'charge',
      reporting_category: 'charge',
      amount: 111,
      currency: 'gbp',
      created: now() / 1000 - 60,
      source: 'ch_midnight',
    },
  })
  // Two minutes after midnight: the 3rd is over, and its nightly run is two hours away.
  await look(120_000)
  expect((await open()).filter(({ object }) => object.startsWith('txn_'))).toHaveLength(1)
  expect(await certificates()).toEqual([])
  await moveTo(Date.parse('2026-03-04T02:00:00Z'))
  await createNightlySchedule(world.deps).enqueueDue(world.deps.env.clock.now())
  await world.worker().work()
  expect((await certificates()).map(({ date, version }) => `${date} ${version}`)).toEqual([
    '2026-03-02 1',
    '2026-03-03 1',
  ])
  await control('DELETE', `/edits/${edit.id}`)
  await createNightlySchedule(world.deps).enqueueDue(world.deps.env.clock.now())
  await look()
  expect(await certificates()).toHaveLength(2)
})

test('a look first writes what is missing of the head file, and is not begun while it cannot be written', async () => {
  const path = world.deps.chainHeadFile
  const whole = await readFile(path, 'utf8')
  const lines = whole.trimEnd().split('\n')
  await writeFile(path, `${lines.slice(0, -1).join('\n')}\n`)
  await look()
  expect(await readFile(path, 'utf8')).toBe(whole)
  const done = (await state())?.looks
  await rm(path)
  await mkdir(path)
  await moveTo(now() + EVERY_MS)
  await looks.enqueueDue(world.deps.env.clock.now())
  await expect(looks.work()).rejects.toThrow('EISDIR')
  expect((await state())?.looks).toBe(done)
  await rm(path, { recursive: true })
  await writeFile(path, whole)
  await look(0)
})

test('a look that fails says so, moves nothing, and the next one begins where it began', async () => {
  const { stripe } = world.deps
  const before = await world.db.first<{ looked_at: Date }>('SELECT looked_at FROM reconciliation_looks')
  const away = {
    ...world.deps,
    stripe: { ...stripe, balanceTransactions: undefined },
  } as unknown as World['deps']
  looks = createLookSchedule(away, 100, new AbortController().signal)
  await moveTo(now() + EVERY_MS)
  await looks.enqueueDue(world.deps.env.clock.now())
  await looks.work()
  const failed = await world.db.first<{ looked_at: Date; failing_since: Date }>(
    'SELECT looked_at, failing_since FROM reconciliation_looks',
  )
  expect(failed).toEqual({ ...before, failing_since: world.deps.env.clock.now() })
  looks = createLookSchedule(world.deps, 100, new AbortController().signal)
  await look()
  expect(await world.db.first('SELECT failing_since FROM reconciliation_looks')).toEqual({
    failing_since: null,
  })
})

test('two reconcilers look once', async () => {
  const before = (await state())?.looks ?? 0n
  const other = createLookSchedule(world.deps, 100, new AbortController().signal)
  await moveTo(now() + EVERY_MS)
  const at = world.deps.env.clock.now()
  await Promise.all([looks.enqueueDue(at), other.enqueueDue(at)])
  // One after the other: the second holds the lock, too, and finds that the look was done.
  await looks.work()
  await other.work()
  await Promise.all([looks.work(), other.work()])
  expect((await state())?.looks).toBe(before + 1n)
})

test('time at max stops for a look an interval after something can have happened, and else for none', async () => {
  const due = async () => (await looks.nextDue(world.deps.env.clock.now()))?.getTime() ?? null
  await look()
  expect(await due()).toBeNull()
  // Recorded here while time stands at the look's own moment.
  await world.db.run(
    `INSERT INTO webhook_events (id, type, object_type, object_id, source, status, payload, stripe_created, received_at,
       next_attempt_at)
     VALUES ('evt_now', 'x', 'charge', 'ch_x', 'webhook', 'processed', '{}', $1, $1, $1)`,
    [world.deps.env.clock.now()],
  )
  expect(await due()).toBe(now() + EVERY_MS)
  await look()
  expect(await due()).toBeNull()
  // Time stood a minute later: a delivery may have been lost there.
  await moveTo(now() + 60_000)
  const stood = now()
  expect(await due()).toBe(stood + EVERY_MS)
  await moveTo(now() + 60_000)
  expect(await due()).toBe(stood + EVERY_MS)
  await moveTo(stood + EVERY_MS)
  await look(0)
  expect(await due()).toBeNull()
})

test('the service counts a look as open until it is done', async () => {
  const service = await startReconciler(world.deps)
  try {
    await moveTo(now() + EVERY_MS)
    const before = (await state())?.looks ?? 0n
    await service.enqueueDue(world.deps.env.clock.now())
    await expect.poll(async () => service.open(), { timeout: 10_000 }).toBe(0)
    expect((await state())?.looks).toBe(before + 1n)
  } finally {
    await service.stop()
  }
})
