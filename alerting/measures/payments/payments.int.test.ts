import { afterAll, beforeAll, expect, test } from 'vitest'
import { openClickHouse, type ClickHouse } from '#core/clickhouse/client.ts'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import { appendEvent } from '#core/postgres/append-event.ts'
import type { Deps } from '#core/service.ts'
import { startTempClickHouse, type TempClickHouse } from '#core/testing/temp-clickhouse.ts'
import { openAlertDeps, type AlertDeps } from '../../testing/alert-deps.ts'
import { storePayment } from '../testing/store-facts.ts'
import { attemptsMeasure, countCodes, methodAttemptsMeasure, storeAttemptsMeasure } from './read-attempts.ts'
import { challengesMeasure } from './read-challenges.ts'
import { repeatedMeasure, unfinishedMeasure } from './read-payments.ts'
import { failureRunsMeasure } from './read-runs.ts'
import { tradeMeasure } from './read-trade.ts'
import { countWeek } from './read-week.ts'

/** Nothing else stands within weeks of each test's own instant, so that one engine serves them all. */
const day = (date: string): Date => new Date(`${date}T12:00:00.000Z`)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let engine: TempClickHouse
let clickhouse: ClickHouse
let alerts: AlertDeps
let deps: Deps

beforeAll(async () => {
  engine = await startTempClickHouse()
  clickhouse = openClickHouse(engine.url)
  alerts = await openAlertDeps()
  await migrateClickHouse(clickhouse, alerts.deps.env.clock.now())
  deps = { ...alerts.deps, clickhouse }
})
afterAll(async () => {
  await clickhouse.close()
  await alerts.close()
  await engine.stop()
})

const COLUMNS = [
  'event_id',
  'type',
  'occurred_at',
  'store_id',
  'method',
  'payment_id',
  'status',
  'outcome',
  'failure_class',
  'decline_code',
  'latency_ms',
] as const

interface Written {
  readonly at: Date
  readonly beforeMs: number
  readonly type?: string
  readonly store?: string
  readonly method?: string
  readonly payment?: string
  readonly status?: string
  readonly outcome?: string
  readonly fault?: string
  readonly code?: string
  readonly tookMs?: number | null
}

let count = 0
/** Writes events so many milliseconds before `at`, all of them twice, in two inserts. */
const write = async (...events: readonly Written[]): Promise<void> => {
  const rows = events.map((event) => {
    count += 1
    const { type = 'payment.attempted', store = 'bakery', method = 'card', outcome = 'succeeded' } = event
    return [
      `evt_${count}`,
      type,
      new Date(event.at.getTime() - event.beforeMs).toISOString(),
      store,
      method,
      event.payment ?? `pay_${count}`,
      event.status ?? '',
      type === 'payment.attempted' ? outcome : '',
      event.fault ?? 'none',
      event.code ?? '',
      event.tookMs === undefined ? 1_000 : event.tookMs,
    ]
  })
  for (const copy of ['once', 'again'])
    await clickhouse.insert('payment_events_raw_v1', COLUMNS, rows, `${copy}-${count}`)
}

const failed = { outcome: 'failed', fault: 'issuer', code: 'do_not_honor' } as const

test('each window holds what is younger than its length and no more, and what was sent twice counts once', async () => {
  const at = day('2026-01-10')
  const sides = [5, 10, 30, 60, 360].flatMap((minutes) => [
    { at, beforeMs: minutes * MINUTE - 1, ...failed, fault: 'network' },
    { at, beforeMs: minutes * MINUTE, ...failed, fault: 'network' },
  ])
  await write(
    ...sides,
    { at, beforeMs: 0 },
    { at, beforeMs: -1 },
    { at, beforeMs: 1, outcome: 'canceled' },
    { at, beforeMs: 1, type: 'payment.created' },
  )
  const [reading] = await attemptsMeasure.read(deps, at)
  // One event on either side of each edge; the one at `at` itself is in all of them.
  expect(reading).toMatchObject({
    m5_attempts: 2,
    m5_system: 1,
    m10_timed: 4,
    m30_attempts: 6,
    m30_system: 5,
    h1_attempts: 8,
    h1_failures: 7,
    h1_system: 7,
    h6_attempts: 10,
    h6_system: 9,
  })
})

test('whose fault a failure was decides what counts against the system', async () => {
  const at = day('2026-01-11')
  await write(
    ...['issuer', 'customer', 'fraud', 'provider', 'network', 'system', 'config'].map((fault) => ({
      at,
      beforeMs: MINUTE,
      ...failed,
      fault,
    })),
  )
  const [reading] = await attemptsMeasure.read(deps, at)
  expect(reading).toMatchObject({ h1_failures: 7, h1_system: 4 })
})

test('slow is longer than the line, and an attempt that was not timed is neither slow nor quick', async () => {
  const at = day('2026-01-12')
  const took = (tookMs: number | null, beforeMs = MINUTE) => ({ at, beforeMs, tookMs })
  await write(
    ...[5_000, 5_001, 10_000, 10_001, null].map((ms) => took(ms)),
    took(20_000, 10 * MINUTE),
    took(20_000, 60 * MINUTE),
  )
  const [reading] = await attemptsMeasure.read(deps, at)
  expect(reading).toMatchObject({
    m10_timed: 4,
    m10_over_line: 1,
    h1_timed: 5,
    h1_over_line: 2,
    h1_over_target: 4,
    h1_latency_ms: 5_000 + 5_001 + 10_000 + 10_001 + 20_000,
  })
})

test('stores, methods and decline codes are counted apart; a store of the shop without attempts is there, too', async () => {
  const at = day('2026-01-13')
  await write(
    { at, beforeMs: MINUTE, store: 'cafe' },
    { at, beforeMs: MINUTE, store: 'cafe', method: 'link', ...failed },
    { at, beforeMs: MINUTE, store: 'cafe', ...failed, code: 'lost_card' },
  )
  const told = (readings: readonly { labels: object; h1_attempts: number; h1_failures: number }[]) =>
    readings.map(({ labels, h1_attempts: all, h1_failures: bad }) => [Object.values(labels), bad, all])
  expect(told(await storeAttemptsMeasure.read(deps, at)).toSorted()).toEqual([
    [['bakery'], 0, 0],
    [['cafe'], 2, 3],
  ])
  expect(told(await methodAttemptsMeasure.read(deps, at)).toSorted()).toEqual([
    [['card'], 1, 2],
    [['link'], 1, 1],
  ])
  const codes = await countCodes(deps, at)
  expect({ ...codes, codes: codes.codes.toSorted((one, other) => (one.code < other.code ? -1 : 1)) }).toEqual(
    {
      attempts: 3,
      codes: [
        { code: 'do_not_honor', failures: 1 },
        { code: 'lost_card', failures: 1 },
      ],
    },
  )
})

test('the week ends where the last hour begins, three days and six hours end now', async () => {
  const at = day('2025-11-15')
  const edges = [
    HOUR,
    HOUR - 1,
    6 * HOUR,
    6 * HOUR - 1,
    3 * DAY,
    3 * DAY - 1,
    7 * DAY + HOUR,
    7 * DAY + HOUR - 1,
  ]
  await write(...edges.map((beforeMs) => ({ at, beforeMs, ...failed, fault: 'system' })))
  const [reading] = await countWeek.read(deps, at)
  // In the last hour one; in six hours those at HOUR and 6 * HOUR - 1 besides; in three days two more.
  expect(reading).toEqual({
    labels: {},
    hours6: { attempts: 3, system: 3 },
    days3: { attempts: 5, system: 5 },
    weekAttempts: 6,
    codes: { do_not_honor: 6 },
  })
})

test('former weeks are counted at the same time by the clock on the wall, since the shop began', async () => {
  // London is an hour before UTC until 2025-10-26: noon on 2 November is 11:00 UTC a week before.
  const at = day('2025-11-02')
  await write(
    { at: day('2025-10-20'), beforeMs: 0 },
    { at: new Date('2025-10-26T12:00:00.000Z'), beforeMs: 0 },
    { at: new Date('2025-10-26T12:00:00.000Z'), beforeMs: 15 * MINUTE - 1 },
    { at: new Date('2025-10-26T12:00:00.000Z'), beforeMs: 15 * MINUTE },
    { at: new Date('2025-10-26T12:00:00.000Z'), beforeMs: -1 },
  )
  expect(await tradeMeasure.read(deps, at)).toEqual([{ labels: {}, attempts: 0, formerWeeks: [2] }])
  // On 1 November the weeks before lie in summer: 12:00 UTC then is 11:00 UTC on 25 October.
  const saturday = new Date('2025-11-01T12:00:00.000Z')
  await write({ at: new Date('2025-10-25T11:00:00.000Z'), beforeMs: 0 })
  expect(await tradeMeasure.read(deps, saturday)).toEqual([{ labels: {}, attempts: 0, formerWeeks: [1] }])
})

test('who was asked by the bank passed it unless it was the customer who did not', async () => {
  const at = day('2025-12-10')
  const asked = (payment: string, minutes: number) => ({
    at,
    beforeMs: minutes * MINUTE,
    payment,
    type: 'payment.status_changed',
    status: 'requires_action',
  })
  const later = { at, beforeMs: MINUTE }
  await write(
    asked('silent', 20),
    asked('paid', 20),
    { ...later, payment: 'paid' },
    asked('refused', 20),
    { ...later, payment: 'refused', ...failed },
    asked('gave_up', 20),
    { ...later, payment: 'gave_up', ...failed, fault: 'customer' },
    asked('edge', 10),
    asked('still_asked', 9),
    asked('too_old', 70),
    { ...later, payment: 'never_asked' },
  )
  expect(await challengesMeasure.read(deps, at)).toEqual([{ labels: {}, asked: 5, passed: 2 }])
})

test('a measure throws when ClickHouse is away: that is no zero', async () => {
  const away = { ...deps, clickhouse: alerts.deps.clickhouse }
  for (const measure of [attemptsMeasure, countWeek, challengesMeasure, tradeMeasure])
    await expect(measure.read(away, new Date(0))).rejects.toThrow()
})

test('a run ends at the last success, and is counted in Postgres', async () => {
  const at = day('2026-02-01')
  const { db, env } = deps
  const attempt = async (
    minutes: number,
    outcome: 'succeeded' | 'failed' | 'canceled',
    customer?: string,
  ) => {
    const when = new Date(at.getTime() - minutes * MINUTE)
    const id = await storePayment(db, { at: when })
    if (customer) await db.run('UPDATE payments SET customer_ref = $2 WHERE id = $1', [id, customer])
    const body = { store_id: 'bakery', method: 'card', payment_id: id, outcome } as const
    await appendEvent(env, db, 'payment.attempted', when, body)
  }
  await attempt(14, 'failed')
  await attempt(13, 'succeeded')
  for (const customer of ['ann', 'ann', 'bob', undefined]) await attempt(10, 'failed', customer)
  await attempt(5, 'canceled')
  await attempt(15, 'failed')
  expect(await failureRunsMeasure.read({ ...deps, clickhouse: alerts.deps.clickhouse }, at)).toEqual([
    { labels: { store: 'bakery' }, attempts: 6, failures: 4, customers: 3 },
  ])
})

test('payments that do not end, on either side of ten minutes and five days', async () => {
  const at = day('2026-02-10')
  const ago = (ms: number) => new Date(at.getTime() - ms)
  const store = async (status: string, ms: number) =>
    storePayment(deps.db, { at: ago(ms), status, finishedAt: null })
  await store('processing', 10 * MINUTE)
  await store('processing', 10 * MINUTE + 1)
  await store('requires_capture', 5 * DAY)
  await store('requires_capture', 5 * DAY + 1)
  expect(await unfinishedMeasure.read(deps, at)).toEqual([
    { labels: {}, at, processing: 1, oldest: ago(10 * MINUTE + 1), authorized: 1 },
  ])
})

test('the same card for the same amount of the same sale within ten minutes is a second charge', async () => {
  const at = day('2026-02-20')
  const pair = async (apartMs: number, change: string | null) => {
    const first = await storePayment(deps.db, { at: new Date(at.getTime() - 30 * MINUTE) })
    const later = new Date(at.getTime() - 30 * MINUTE + apartMs)
    const second = await storePayment(deps.db, { at: later })
    await deps.db.run('UPDATE payments SET sale_id = $2 WHERE id = $1', [second, `sale_${first}`])
    await deps.db.run("UPDATE payments SET card_brand = 'visa', card_last4 = '4242' WHERE id IN ($1, $2)", [
      first,
      second,
    ])
    if (change !== null) await deps.db.run(`UPDATE payments SET ${change} WHERE id = $1`, [second])
    return second
  }
  const found = await pair(10 * MINUTE - 1, null)
  await pair(10 * MINUTE, null)
  await pair(MINUTE, "card_last4 = '1111'")
  await pair(MINUTE, 'amount = 999')
  await pair(MINUTE, "status = 'payment_failed'")
  expect(await repeatedMeasure.read(deps, at)).toEqual([{ labels: {}, repeated: 1, samples: [found] }])
})
