import { afterEach, expect, test } from 'vitest'
import { createNightlySchedule } from './nightly.ts'
import { createWorld, type World } from './testing/world.ts'

let world: World | undefined

afterEach(async () => {
  await world?.close()
  world = undefined
})

const runs = async ({ db }: World) =>
  db.rows<{ date: string; status: string; attempts: number }>(
    `SELECT from_date AS date, status, attempts FROM reconciliation_runs WHERE kind = 'nightly' ORDER BY from_date`,
  )

test('each finished date is asked for once by two schedulers, and done in order', async () => {
  const w = await createWorld('2026-03-27T00:00:00Z')
  world = w
  await w.charge('a', '2026-03-28T10:00:00Z', 1_000)
  await w.charge('b', '2026-03-29T10:00:00Z', 2_000)
  w.moveTo('2026-03-31T00:59:59Z')
  const now = w.deps.env.clock.now()
  const schedules = [createNightlySchedule(w.deps), createNightlySchedule(w.deps)]
  await Promise.all(schedules.map(async (schedule) => schedule.enqueueDue(now)))
  // The 30th ends at 23:00 UTC (summer time since the 29th); its run is due two hours later, a second from now.
  expect((await runs(w)).map(({ date }) => date)).toEqual(['2026-03-28', '2026-03-29'])
  expect(await schedules[0]?.nextDue(now)).toEqual(new Date('2026-03-31T01:00:00Z'))
  w.moveTo('2026-03-31T01:00:00Z')
  await Promise.all(schedules.map(async (schedule) => schedule.enqueueDue(w.deps.env.clock.now())))
  await Promise.all([w.worker().work(), w.worker().work()])
  expect(await runs(w)).toEqual([
    { date: '2026-03-28', status: 'succeeded', attempts: 1 },
    { date: '2026-03-29', status: 'succeeded', attempts: 1 },
    { date: '2026-03-30', status: 'succeeded', attempts: 1 },
  ])
  const certificates = await w.db.rows('SELECT business_date AS date, closing FROM certificates ORDER BY seq')
  expect(certificates).toEqual([
    { date: '2026-03-28', closing: 965n },
    { date: '2026-03-29', closing: 2_915n },
    { date: '2026-03-30', closing: 2_915n },
  ])
})

test('an empty shop is never due', async () => {
  world = await createWorld('2026-03-27T00:00:00Z')
  const schedule = createNightlySchedule(world.deps)
  await schedule.enqueueDue(world.deps.env.clock.now())
  expect(await schedule.nextDue(world.deps.env.clock.now())).toBeNull()
  expect(await runs(world)).toEqual([])
})

test('a run that a killed process left running is taken up again', async () => {
  const w = await createWorld('2026-03-27T00:00:00Z')
  world = w
  await w.charge('a', '2026-03-28T10:00:00Z', 1_000)
  w.moveTo('2026-03-29T12:00:00Z')
  await createNightlySchedule(w.deps).enqueueDue(w.deps.env.clock.now())
  await w.db.run("UPDATE reconciliation_runs SET status = 'running', attempts = 1")
  await w.worker().work()
  expect(await runs(w)).toEqual([{ date: '2026-03-28', status: 'succeeded', attempts: 2 }])
})

test('a movement that outlives its grace becomes an exception of its own date, and a nightly run heals it', async () => {
  const w = await createWorld('2026-03-01T00:00:00Z')
  world = w
  await w.charge('a', '2026-03-02T10:00:00Z', 1_000)
  const row = w.stripe.rows.get('txn_a')
  const charge = w.stripe.objects.get('ch_a')
  if (!row || !charge) throw new Error('no charge')
  w.stripe.rows.delete('txn_a')
  w.stripe.objects.set('ch_a', { ...charge, balance_transaction: null })
  const schedule = createNightlySchedule(w.deps)
  const night = async (at: string) => {
    w.moveTo(at)
    await schedule.enqueueDue(w.deps.env.clock.now())
    await w.worker().work()
    const [last] = await w.db.rows<{ open: number; opened: number; healed: number }>(
      `SELECT (summary -> 'exceptions' ->> 'open')::integer AS open, (summary -> 'exceptions' ->> 'opened')::integer AS opened,
              (summary -> 'exceptions' ->> 'healed')::integer AS healed
       FROM reconciliation_runs ORDER BY from_date DESC LIMIT 1`,
    )
    return last
  }
  expect(await night('2026-03-03T02:00:00Z')).toEqual({ open: 0, opened: 0, healed: 0 })
  expect(await night('2026-03-04T02:00:00Z')).toEqual({ open: 1, opened: 1, healed: 0 })
  w.stripe.rows.set('txn_a', row)
  w.stripe.objects.set('ch_a', charge)
  expect(await night('2026-03-05T02:00:00Z')).toEqual({ open: 0, opened: 0, healed: 1 })
  const versions = await w.db.rows<{ version: number; clean: boolean; closing: bigint }>(
    `SELECT version, clean, closing FROM certificates WHERE business_date = '2026-03-02' ORDER BY version`,
  )
  expect(versions).toEqual([
    { version: 1, clean: true, closing: 0n },
    { version: 2, clean: false, closing: 0n },
    { version: 3, clean: true, closing: 965n },
  ])
})
