import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { spawnChild } from '#core/engines/child.ts'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { standInWorker } from '../testing/stand-in-worker.ts'
import { createWorld, type World } from '../testing/world.ts'
import { createLookSchedule, ensureLooks, type LookSchedule } from './look-schedule.ts'
import { readWindow, WHOLE_PAGES_MAX } from './read-window.ts'

const START = '2026-03-02T00:00:00.000Z'
const EVERY_MS = 300_000
/** Twelve looks of five minutes. */
const WHOLE_MS = 3_600_000
/** A busy shop in small: its newest rows fill more than a page. */
const PAGE = 2

let world: World
let url: string
let stopSandbox: () => Promise<void>
let looks: LookSchedule
/** Lists of rows that were asked of Stripe. */
let pages = 0
const charges: string[] = []

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

/** Lets an interval pass, then looks; answers how many pages of rows were read. */
const look = async (after = EVERY_MS): Promise<number> => {
  await moveTo(now() + after)
  pages = 0
  await looks.enqueueDue(world.deps.env.clock.now())
  expect(looks.countOpen()).toBe(1)
  await looks.work()
  const row = await world.db.first<{ error: string | null }>('SELECT error FROM reconciliation_looks')
  expect(row?.error).toBeNull()
  return pages
}

const open = async () =>
  world.db.rows<{ category: string; object: string }>(
    "SELECT category, object FROM exceptions WHERE status = 'open' ORDER BY object",
  )
const wholeAt = async () =>
  (await world.db.first<{ whole_at: Date }>('SELECT whole_at FROM reconciliation_looks'))?.whole_at.getTime()

/** Looks every five minutes until one has read the whole date; answers how many did not, and what they found. */
const lookUntilWhole = async (): Promise<{ narrow: number; found: unknown[] }> => {
  const before = await wholeAt()
  const found: unknown[] = []
  for (let narrow = 0; ; narrow += 1) {
    await look()
    if ((await wholeAt()) !== before) return { narrow, found }
    found.push(...(await open()))
  }
}

const sell = async (amount: number): Promise<string> => {
  const { stripe } = world.deps
  const intent = await stripe.paymentIntents.create({
    amount,
    currency: 'gbp',
    confirm: true,
    payment_method: 'pm_card_visa',
    allowed_payment_method_types: ['card'],
  })
  const charge = String(intent.latest_charge)
  await world.post('capture', charge, new Date(now()).toISOString(), 'clearing:card', amount)
  return charge
}

const rowOf = async (charge: string | undefined): Promise<string> =>
  String((await world.deps.stripe.charges.retrieve(charge ?? '')).balance_transaction)

/** As somebody with the owner's rights and the triggers off. */
const asOwner = async (sql: string, params: unknown[]): Promise<void> => {
  const client = new pg.Client({ connectionString: world.database.ownerUrl })
  await client.connect()
  try {
    await client.query("SET session_replication_role = 'replica'")
    await client.query(sql, params)
  } finally {
    await client.end()
  }
}

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
  world.deps.stripe.on('response', ({ path }: { readonly path: string }) => {
    if (path.startsWith('/v1/balance_transactions?')) pages += 1
  })
  await control('POST', '/clock', { speed: 0 })
  standInWorker(world)
  await ensureLooks(world.deps)
  for (let sale = 0; sale < 6; sale += 1) {
    await moveTo(Date.parse('2026-03-02T09:00:00Z') + sale * 60_000)
    charges.push(await sell(1_000 + sale))
  }
})

beforeEach(async () => {
  looks = createLookSchedule(world.deps, PAGE, new AbortController().signal)
})

afterAll(async () => {
  await world.close()
  await stopSandbox()
})

test('the first look reads the whole date, those of the hour after it one page of what is new', async () => {
  await moveTo(Date.parse('2026-03-02T15:10:00Z') - EVERY_MS)
  // Six rows, two a page.
  expect(await look()).toBe(3)
  const first = await wholeAt()
  expect(first).toBe(Date.parse('2026-03-02T15:10:00Z'))
  for (let minute = 5; minute < 60; minute += 5) expect(await look()).toBe(1)
  expect(await wholeAt()).toBe(first)
  expect(await look()).toBe(3)
  expect(await wholeAt()).toBe((first ?? 0) + WHOLE_MS)
  expect(await open()).toEqual([])
})

test('a row of seven hours ago that changes is an exception within the hour, and heals within a look', async () => {
  const row = await rowOf(charges[0])
  const edit = await control<{ id: string }>('POST', '/edits', {
    op: 'change',
    id: row,
    set: { amount: 900 },
  })
  expect(await lookUntilWhole()).toEqual({ narrow: 11, found: [] })
  expect(await open()).toEqual([{ category: 'amount_mismatch', object: row }])
  await control('DELETE', `/edits/${edit.id}`)
  await look()
  expect(await open()).toEqual([])
})

test('a row that shows up hours after the instant it carries is an exception within the hour', async () => {
  const edit = await control<{ id: string; balance_transaction: { id: string } }>('POST', '/edits', {
    op: 'add',
    balance_transaction: {
      type: 'charge',
      reporting_category: 'charge',
      amount: 777,
      currency: 'gbp',
      created: Date.parse('2026-03-02T09:02:30Z') / 1000,
      source: 'ch_nobody',
    },
  })
  expect((await lookUntilWhole()).found).toEqual([])
  expect(await open()).toMatchObject([{ object: edit.balance_transaction.id }])
  await control('DELETE', `/edits/${edit.id}`)
  await look()
  expect(await open()).toEqual([])
})

test("a change to a movement of this morning's in the ledger is an exception within the hour", async () => {
  const charge = charges[1]
  const change = 'UPDATE postings SET amount = CASE WHEN amount > 0 THEN $2::bigint ELSE -$2::bigint END'
  const entry = "WHERE entry_id = (SELECT id FROM journal_entries WHERE kind = 'capture' AND source_id = $1)"
  await asOwner(`${change} ${entry}`, [charge, 1_101])
  expect((await lookUntilWhole()).found).toEqual([])
  expect(await open()).toEqual([{ category: 'amount_mismatch', object: await rowOf(charge) }])
  await asOwner(`${change} ${entry}`, [charge, 1_001])
  await look()
  expect(await open()).toEqual([])
})

test('where the date fits one page every look reads all of it: a change is an exception at the next', async () => {
  looks = createLookSchedule(world.deps, 100, new AbortController().signal)
  await lookUntilWhole()
  const whole = await wholeAt()
  const row = await rowOf(charges[0])
  const edit = await control<{ id: string }>('POST', '/edits', {
    op: 'change',
    id: row,
    set: { amount: 901 },
  })
  expect(await look()).toBe(1)
  expect(await wholeAt()).toBe(whole)
  expect(await open()).toEqual([{ category: 'amount_mismatch', object: row }])
  await control('DELETE', `/edits/${edit.id}`)
  await look()
  expect(await open()).toEqual([])
})

test('one look reads 300 pages of a whole date at most', async () => {
  const fake = await createWorld('2026-03-02T12:00:00Z')
  try {
    for (let row = 0; row < WHOLE_PAGES_MAX + 5; row += 1) {
      const created = Date.parse('2026-03-02T00:00:00Z') / 1000 + row
      fake.stripe.rows.set(`txn_${row}`, { id: `txn_${row}`, created, amount: 1 })
    }
    const from = new Date('2026-03-02T00:00:00Z')
    const window = { from, since: from, dueSince: from, payoutsSince: from, until: fake.deps.env.clock.now() }
    const whole = await readWindow(fake.deps, { ...window, isWhole: true }, 'UTC', 1)
    expect(whole.rows).toHaveLength(300)
    // What is new since the last look is read to its end, whatever it costs.
    const recent = await readWindow(fake.deps, { ...window, isWhole: false }, 'UTC', 1)
    expect(recent.rows).toHaveLength(305)
  } finally {
    await fake.close()
  }
})
