import { afterEach, beforeEach, expect, test } from 'vitest'
import { certify } from './certify.ts'
import { createNightlySchedule } from './nightly.ts'
import { createWorld, type World } from './testing/world.ts'

let world: World

/** Three dates with a sale each, of 10.00, 20.00 and 30.00: 9.65, 19.50 and 29.35 after fees of 1.5 % and 0.20. */
beforeEach(async () => {
  world = await createWorld('2026-03-01T00:00:00Z')
  await world.charge('a', '2026-03-02T10:00:00Z', 1_000)
  await world.charge('b', '2026-03-03T10:00:00Z', 2_000)
  await world.charge('c', '2026-03-04T10:00:00Z', 3_000)
})

afterEach(async () => {
  expect((await certify(world.deps)).findings).toEqual([])
  await world.close()
})

const nights = async (at: string): Promise<void> => {
  world.moveTo(at)
  await createNightlySchedule(world.deps).enqueueDue(world.deps.env.clock.now())
  await world.worker().work()
}

interface Read {
  readonly available: string
  readonly netSince: string
  readonly agrees: boolean
}

/** Date, version, and what the newest certificate says of Stripe's balance: what it was, what was booked since, the verdict. */
const readings = async () => {
  const rows = await world.db.rows<{ date: string; version: number; read: Read | null }>(
    `SELECT DISTINCT ON (business_date) business_date AS date, version, stripe_snapshot AS read
     FROM certificates ORDER BY business_date, version DESC`,
  )
  return rows.map(({ date, version, read }) => [
    date.slice(-2),
    version,
    read && [Number(read.available), Number(read.netSince), read.agrees],
  ])
}

const drifts = async () =>
  (
    await world.db.rows<{ object: string }>(
      "SELECT object FROM exceptions WHERE category = 'balance_mismatch' AND status = 'open' ORDER BY object",
    )
  ).map(({ object }) => object)

test("nights that are caught up compare Stripe's balance at the end of each of their dates", async () => {
  await nights('2026-03-05T12:00:00Z')
  expect(await readings()).toEqual([
    ['02', 1, [5_850, 4_885, true]],
    ['03', 1, [5_850, 2_935, true]],
    ['04', 1, [5_850, 0, true]],
  ])
})

test('one run over several dates compares it on each of them', async () => {
  world.moveTo('2026-03-05T12:00:00Z')
  await world.reconcile('2026-03-02', '2026-03-04')
  expect((await readings()).map(([, , read]) => read)).toEqual([
    [5_850, 4_885, true],
    [5_850, 2_935, true],
    [5_850, 0, true],
  ])
})

test('money that no row explains is dated to the first night that could see it, and is one exception', async () => {
  world.stripe.balanceBesides.set('gbp', 500)
  await nights('2026-03-05T12:00:00Z')
  expect((await readings()).map(([, , read]) => read)).toEqual([
    [6_350, 4_885, false],
    [6_350, 2_935, false],
    [6_350, 0, false],
  ])
  expect(await drifts()).toEqual(['balance:gbp:2026-03-02'])
})

test('that a date agreed once is not undone by what the balance does on later dates', async () => {
  await nights('2026-03-05T12:00:00Z')
  world.stripe.balanceBesides.set('gbp', 500)
  await nights('2026-03-06T12:00:00Z')
  expect(await drifts()).toEqual(['balance:gbp:2026-03-05'])
  await world.reconcile('2026-03-02', '2026-03-05')
  expect(await readings()).toEqual([
    ['02', 1, [5_850, 4_885, true]],
    ['03', 1, [5_850, 2_935, true]],
    ['04', 1, [5_850, 0, true]],
    ['05', 1, [6_350, 0, false]],
  ])
  expect(await drifts()).toEqual(['balance:gbp:2026-03-05'])
})

test('a version that changes something else keeps what was read; one with another closing does not', async () => {
  await nights('2026-03-05T12:00:00Z')
  await world.post('cash', 'pay_late', '2026-03-03T20:00:00Z', 'till:t1:cash', 500)
  await nights('2026-03-06T12:00:00Z')
  expect((await readings()).slice(0, 3)).toEqual([
    ['02', 1, [5_850, 4_885, true]],
    ['03', 2, [5_850, 2_935, true]],
    ['04', 1, [5_850, 0, true]],
  ])
  // A row that Stripe shows late: the run by hand reads the old date alone, and not the balance.
  await world.charge('late', '2026-03-03T21:00:00Z', 400)
  await world.reconcile('2026-03-03', '2026-03-03')
  expect((await readings()).slice(0, 3)).toEqual([
    ['02', 1, [5_850, 4_885, true]],
    ['03', 3, null],
    ['04', 2, null],
  ])
})

test('a night more than a week late does not read all rows since', async () => {
  await nights('2026-03-11T12:00:00Z')
  expect((await readings()).map(([date, , read]) => [date, read !== null])).toEqual([
    ['02', false],
    ['03', true],
    ['04', true],
    ['05', true],
    ['06', true],
    ['07', true],
    ['08', true],
    ['09', true],
    ['10', true],
  ])
})
