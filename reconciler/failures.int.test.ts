import { afterEach, beforeEach, expect, test } from 'vitest'
import { startReconciler } from './main.ts'
import { createNightlySchedule } from './nightly.ts'
import { createWorld, type World } from './testing/world.ts'
import { createRunWorker } from './work-runs.ts'

let world: World

beforeEach(async () => {
  world = await createWorld('2026-03-01T00:00:00Z')
  await world.charge('a', '2026-03-02T10:00:00Z', 1_000)
})

afterEach(async () => {
  await world.close()
})

interface Row {
  readonly date: string
  readonly kind: string
  readonly status: string
  readonly attempts: number
  readonly failures: number
  readonly take_ups: number
  readonly not_before: Date | null
  readonly code: string | null
}

const runs = async () =>
  world.db.rows<Row>(
    `SELECT from_date AS date, kind, status, attempts, failures, take_ups, not_before, error_code AS code
     FROM reconciliation_runs ORDER BY from_date, requested_at, kind DESC`,
  )
const night = async (date: string) =>
  (await runs()).find((row) => row.date === date && row.kind === 'nightly')
const failing = async () =>
  world.db.rows<{ date: string; failures: number; next: Date | null }>(
    'SELECT from_date AS date, failures, next_try_at AS next FROM nightly_runs_failed ORDER BY from_date',
  )

const askNights = async (at: string): Promise<void> => {
  world.moveTo(at)
  await createNightlySchedule(world.deps).enqueueDue(world.deps.env.clock.now())
}

const askByHand = async (id: string, date: string): Promise<void> => {
  await world.db.run(
    `INSERT INTO reconciliation_runs (id, kind, from_date, to_date, status, requested_by, requested_at)
     VALUES ($1, 'manual', $2, $2, 'pending', 'finance', $3)`,
    [id, date, world.deps.env.clock.now()],
  )
}

const DUE_MS = Date.parse('2026-03-03T02:00:00Z')
const after = (ms: number): string => new Date(DUE_MS + ms).toISOString()

test('a night outlasts an outage of hours: pauses up to a quarter of an hour, kept in the database, and no last try', async () => {
  world.stripe.failOn = '/v1/balance_transactions'
  await askNights(after(0))
  // Each try by a process of its own, which knows nothing of those before: the pause is the database's.
  const tried: number[] = []
  let ms = 0
  for (let failures = 1; failures <= 20; failures += 1) {
    await world.worker().work()
    expect(await night('2026-03-02')).toMatchObject({ status: 'failed', failures, attempts: failures })
    tried.push(ms)
    const next = (await world.worker().nextTry())?.getTime() ?? 0
    world.moveTo(new Date(next - 1).toISOString())
    expect(await world.worker().countOpen()).toBe(0)
    await world.worker().work()
    expect(await night('2026-03-02')).toMatchObject({ failures })
    ms = next - DUE_MS
    world.moveTo(after(ms))
  }
  // 1 s, 4 s, 16 s, 64 s, 256 s, and then every 900 s: the 20th try is made 3 h 35 min 41 s after the first.
  expect(tried.slice(0, 8)).toEqual([0, 1_000, 5_000, 21_000, 85_000, 341_000, 1_241_000, 2_141_000])
  expect(tried.at(-1)).toBe(341_000 + 14 * 900_000)
  world.stripe.failOn = undefined
  await world.worker().work()
  expect(await night('2026-03-02')).toMatchObject({ status: 'succeeded', attempts: 21, code: null })
  expect(await failing()).toEqual([])
})

test('the alert can tell a failing night from its second failure on, a second after the first', async () => {
  world.stripe.failOn = '/v1/balance_transactions'
  await askNights(after(0))
  await world.worker().work()
  expect(await failing()).toEqual([{ date: '2026-03-02', failures: 1, next: new Date(DUE_MS + 1_000) }])
  world.moveTo(after(1_000))
  await world.worker().work()
  expect(await failing()).toEqual([{ date: '2026-03-02', failures: 2, next: new Date(DUE_MS + 5_000) }])
})

test('take-ups after a kill are no failures: the pause after the first failure is the first pause', async () => {
  await askNights(after(0))
  await world.db.run("UPDATE reconciliation_runs SET status = 'running', attempts = 3, take_ups = 3")
  world.stripe.failOn = '/v1/balance_transactions'
  await world.worker().work()
  expect(await night('2026-03-02')).toMatchObject({
    status: 'failed',
    attempts: 4,
    failures: 1,
    take_ups: 0,
    not_before: new Date(DUE_MS + 1_000),
  })
})

test('a person who runs the date by hand waits for no pause, and ends the failing', async () => {
  world.stripe.failOn = '/v1/balance_transactions'
  await askNights(after(0))
  await world.worker().work()
  world.stripe.failOn = undefined
  world.moveTo(after(500))
  await askByHand('run_hand', '2026-03-02')
  await world.worker().work()
  expect(await runs()).toMatchObject([
    { kind: 'nightly', status: 'failed', failures: 1 },
    { kind: 'manual', status: 'succeeded' },
  ])
  expect(await failing()).toEqual([])
})

test('what a person asked for that failed is his to ask for again, and goes before what is tried again', async () => {
  world.stripe.failOn = '/v1/balance_transactions'
  await askNights(after(0))
  await askByHand('run_hand', '2026-03-02')
  await world.worker().work()
  world.moveTo(after(2_000))
  await askByHand('run_hand_2', '2026-03-02')
  world.stripe.failOn = undefined
  const started: string[] = []
  const { db } = world.deps
  const watched: World['deps'] = {
    ...world.deps,
    db: {
      ...db,
      first: async (sql, params) => {
        const row = await db.first<never>(sql, params)
        if (typeof sql !== 'string' && sql.name === 'run_claim_next' && row)
          started.push((row as { kind: string }).kind)
        return row
      },
    },
  }
  await createRunWorker(watched, 100, new AbortController().signal).work()
  expect(started).toEqual(['manual', 'nightly'])
  expect(await runs()).toMatchObject([
    { kind: 'nightly', status: 'succeeded' },
    { kind: 'manual', status: 'failed', not_before: null },
    { kind: 'manual', status: 'succeeded' },
  ])
})

test('a night ends its tries when the next one is asked for, which covers its date and ends the failing', async () => {
  world.stripe.failOn = '/v1/balance_transactions'
  await askNights(after(0))
  await world.worker().work()
  await askNights('2026-03-04T02:00:00Z')
  await world.worker().work()
  expect(await runs()).toMatchObject([
    { date: '2026-03-02', failures: 1 },
    { date: '2026-03-03', failures: 1 },
  ])
  expect(await failing()).toMatchObject([
    { date: '2026-03-02', next: null },
    { date: '2026-03-03', next: new Date('2026-03-04T02:00:01Z') },
  ])
  world.stripe.failOn = undefined
  world.moveTo('2026-03-04T02:00:01Z')
  await world.worker().work()
  expect(await runs()).toMatchObject([
    { date: '2026-03-02', status: 'failed' },
    { date: '2026-03-03', status: 'succeeded' },
  ])
  const certified = await world.db.rows('SELECT business_date AS date FROM certificates ORDER BY seq')
  expect(certified).toEqual([{ date: '2026-03-02' }, { date: '2026-03-03' }])
  expect(await failing()).toEqual([])
})

test('nights that are caught up together: one that failed is no alarm once a later one has done its date', async () => {
  await askNights('2026-03-05T02:00:00Z')
  world.stripe.failOn = '/v1/payouts'
  const worker = world.worker()
  await worker.work()
  expect(await failing()).toMatchObject([{ next: null }, { next: null }, { date: '2026-03-04' }])
  world.stripe.failOn = undefined
  world.moveTo('2026-03-05T02:00:01Z')
  await worker.work()
  expect((await runs()).map(({ status }) => status)).toEqual(['failed', 'failed', 'succeeded'])
  expect(await failing()).toEqual([])
})

/** A process that ends as soon as it has taken up a run. */
const dieAtRun = async (): Promise<void> => {
  const { db } = world.deps
  const dying: World['deps'] = {
    ...world.deps,
    db: {
      ...db,
      first: async (sql, params) => {
        const row = await db.first<never>(sql, params)
        if (typeof sql !== 'string' && sql.name === 'run_claim_next') throw new Error('killed')
        return row
      },
    },
  }
  await expect(createRunWorker(dying, 100, new AbortController().signal).work()).rejects.toThrow('killed')
}

test('a run whose process is killed five times is given up, the others are done, and a person can run it again', async () => {
  await askNights(after(0))
  world.moveTo(after(1))
  await askByHand('run_other', '2026-03-01')
  for (let kill = 1; kill <= 5; kill += 1) {
    await dieAtRun()
    expect(await runs()).toMatchObject([
      { date: '2026-03-01', status: 'pending' },
      { date: '2026-03-02', status: 'running', attempts: kill, take_ups: kill },
    ])
  }
  await world.worker().work()
  expect(await runs()).toMatchObject([
    { date: '2026-03-01', status: 'succeeded' },
    { date: '2026-03-02', status: 'failed', code: 'run_killed', attempts: 5, failures: 5, not_before: null },
  ])
  expect(await world.worker().countOpen()).toBe(0)
  expect(await failing()).toEqual([{ date: '2026-03-02', failures: 5, next: null }])
  world.moveTo(after(60_000))
  await askByHand('run_again', '2026-03-02')
  await world.worker().work()
  expect((await runs()).at(-1)).toMatchObject({ kind: 'manual', status: 'succeeded', take_ups: 0 })
  expect(await failing()).toEqual([])
})

test('a run that was killed four times is done at the fifth', async () => {
  await askNights(after(0))
  for (let kill = 1; kill <= 4; kill += 1) await dieAtRun()
  await world.worker().work()
  expect(await night('2026-03-02')).toMatchObject({
    status: 'succeeded',
    attempts: 5,
    failures: 0,
    take_ups: 0,
  })
})

test('each take-up counts until the run ends; a process that is told to stop has not been killed', async () => {
  await askNights(after(0))
  const stopping = new AbortController()
  const balance = world.deps.stripe.balance
  const retrieve = balance.retrieve.bind(balance)
  const takeUps: (number | undefined)[] = []
  Object.assign(balance, {
    retrieve: async () => {
      takeUps.push((await night('2026-03-02'))?.take_ups)
      stopping.abort()
      throw new Error('stopped')
    },
  })
  await expect(createRunWorker(world.deps, 100, stopping.signal).work()).rejects.toThrow('stopped')
  expect(takeUps).toEqual([1])
  expect(await night('2026-03-02')).toMatchObject({
    status: 'running',
    attempts: 1,
    take_ups: 0,
    failures: 0,
  })
  Object.assign(balance, { retrieve })
  await world.worker().work()
  expect(await night('2026-03-02')).toMatchObject({ status: 'succeeded', attempts: 2, take_ups: 0 })
})

test('the service is quiet in a pause, says when it ends, and then tries again by itself', async () => {
  world.stripe.failOn = '/v1/balance_transactions'
  world.moveTo(after(0))
  const service = await startReconciler(world.deps)
  const now = () => world.deps.env.clock.now()
  try {
    await service.enqueueDue(now())
    await expect.poll(async () => (await night('2026-03-02'))?.status, { timeout: 5_000 }).toBe('failed')
    await expect.poll(async () => service.open(), { timeout: 5_000 }).toBe(0)
    expect(await service.nextDue(now())).toEqual(new Date(DUE_MS + 1_000))
    world.stripe.failOn = undefined
    world.moveTo(after(1_000))
    await service.enqueueDue(now())
    await expect.poll(async () => (await night('2026-03-02'))?.status, { timeout: 5_000 }).toBe('succeeded')
    expect(await service.open()).toBe(0)
  } finally {
    await service.stop()
  }
})
