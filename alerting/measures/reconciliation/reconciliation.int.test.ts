import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openAlertDeps, type AlertDeps } from '../../testing/alert-deps.ts'
import { startFakeStripe } from '../testing/fake-stripe.ts'
import { storePayment } from '../testing/store-facts.ts'
import { businessDaysBetween, exceptionsMeasure } from './read-exceptions.ts'
import { payoutsMeasure, stripeBalanceMeasure } from './read-money-at-stripe.ts'
import { runsMeasure } from './read-runs.ts'

/** A Thursday. */
const AT = new Date('2026-03-05T12:00:00.000Z')
const before = (hours: number, ms = 0): Date => new Date(AT.getTime() - hours * 3_600_000 - ms)

let opened: AlertDeps
beforeEach(async () => {
  opened = await openAlertDeps()
})
afterEach(async () => opened.close())

interface Run {
  readonly date: string
  readonly status?: string
  readonly askedAt?: Date
  readonly attempts?: number
  /** Of the attempts; the others ended with their process. */
  readonly failures?: number
  readonly summary?: object
  readonly kind?: string
}

const storeRun = async ({ date, status = 'succeeded', askedAt = before(10), attempts = 1, ...more }: Run) => {
  const { summary = null, kind = 'nightly', failures = status === 'failed' ? attempts : attempts - 1 } = more
  await opened.deps.db.run(
    `INSERT INTO reconciliation_runs (id, kind, from_date, to_date, status, attempts, requested_by, requested_at, finished_at,
                                      error_code, summary, failures)
     VALUES ($1, $2, $3, $3, $4, $5, 'schedule', $6, $6, $7, $8, $9)`,
    [
      `run_${kind}_${date}`,
      kind,
      date,
      status,
      attempts,
      askedAt,
      status === 'failed' ? 'internal_error' : null,
      summary,
      failures,
    ],
  )
}
const storeRow = async (date: string) =>
  opened.deps.db.run(
    `INSERT INTO balance_transactions (id, version, balance_type, type, reporting_category, amount, fee, net, currency, stripe_created,
       business_date, available_on, gone, first_seen_at, run_id)
     VALUES ($1, 1, 'payments', 'charge', 'charge', 100, 0, 100, 'gbp', $2, $3, $2, false, $2, $4)`,
    [`txn_${date}`, AT, date, `run_nightly_${date}`],
  )

describe('runs', () => {
  const look = async () => (await runsMeasure.read(opened.deps, AT))[0]

  test('a shop that has done nothing is known to have done nothing', async () => {
    expect(await look()).toEqual({
      labels: {},
      at: AT,
      lastSuccess: null,
      firstSale: null,
      failed: null,
      looksFailingSince: null,
      uncertified: 0,
      firstUncertified: null,
    })
  })

  test('the last success is that of the last night; a run by hand is none', async () => {
    await storePayment(opened.deps.db, { at: before(80) })
    await storeRun({ date: '2026-03-02', askedAt: before(58) })
    await storeRun({ date: '2026-03-03', askedAt: before(34) })
    await storeRun({ date: '2026-03-04', status: 'failed', attempts: 1 })
    await storeRun({ date: '2026-03-04', kind: 'manual', askedAt: before(1) })
    expect(await look()).toMatchObject({ lastSuccess: before(34), firstSale: before(80), failed: null })
  })

  test('a run that failed twice is told, one that succeeded in the end is not', async () => {
    await storeRun({ date: '2026-03-02', attempts: 4 })
    await storeRun({ date: '2026-03-03', status: 'failed', attempts: 2 })
    await storeRun({ date: '2026-03-04', status: 'failed', attempts: 3, askedAt: before(1) })
    expect((await look())?.failed).toEqual({ date: '2026-03-03', attempts: 2, code: 'internal_error' })
  })

  test('only failures count: a run that was killed and taken up again has not failed', async () => {
    await storeRun({ date: '2026-03-04', status: 'failed', attempts: 4, failures: 1 })
    expect((await look())?.failed).toBeNull()
    await opened.deps.db.run('UPDATE reconciliation_runs SET failures = 2')
    expect((await look())?.failed).toEqual({ date: '2026-03-04', attempts: 2, code: 'internal_error' })
  })

  test('a night that failed is over once the next night has certified its date, too', async () => {
    await storeRun({ date: '2026-03-03', status: 'failed', attempts: 90, askedAt: before(34) })
    await storeRun({ date: '2026-03-04', askedAt: before(10) })
    expect((await look())?.failed).toMatchObject({ date: '2026-03-03', attempts: 90 })
    await opened.deps.db.run(
      `INSERT INTO certificates (id, seq, business_date, currency, balance_type, version, opening, closing, totals, counts,
         exceptions, open_exceptions, clean, changes, ledger_net, currency_net, tills, content_digest, previous_digest, digest,
         issued_at, run_id, format)
       VALUES ('crt_1', 1, '2026-03-03', 'gbp', 'payments', 1, 0, 0, '[]', '{}', '[]', 0, true, '[]', 0, 0, '[]', 'c', 'p', 'd',
         $1, 'run_nightly_2026-03-04', 1)`,
      [AT],
    )
    expect((await look())?.failed).toBeNull()
  })

  test('a night that failed is over once somebody has run its date, and hides no later one', async () => {
    await storeRun({ date: '2026-03-02', status: 'failed', attempts: 5, askedAt: before(40) })
    await storeRun({ date: '2026-03-03', status: 'failed', attempts: 5, askedAt: before(20) })
    await storeRun({ date: '2026-03-02', kind: 'manual', askedAt: before(41) })
    expect((await look())?.failed).toMatchObject({ date: '2026-03-02' })
    await opened.deps.db.run(
      "UPDATE reconciliation_runs SET requested_at = $1, status = 'failed' WHERE kind = 'manual'",
      [before(39)],
    )
    expect((await look())?.failed).toMatchObject({ date: '2026-03-02' })
    await opened.deps.db.run("UPDATE reconciliation_runs SET status = 'succeeded' WHERE kind = 'manual'")
    expect((await look())?.failed).toMatchObject({ date: '2026-03-03' })
  })

  test('a date that Stripe has rows of needs a certificate six hours after its run was due', async () => {
    for (const [date, askedAt] of [
      ['2026-03-01', before(90)],
      ['2026-03-02', before(6, 1)],
      ['2026-03-03', before(6)],
    ] as const) {
      await storeRun({ date, askedAt })
      await storeRow(date)
    }
    await storeRun({ date: '2026-02-27', askedAt: before(100) })
    expect(await look()).toMatchObject({ uncertified: 2, firstUncertified: '2026-03-01' })
  })
})

const storeException = async (id: string, change: Record<string, unknown> = {}) => {
  await opened.deps.db.run(
    "INSERT INTO reconciliation_runs (id, kind, from_date, to_date, status, requested_by, requested_at) VALUES ('run_x', 'manual', '2026-03-01', '2026-03-01', 'succeeded', 'x', $1) ON CONFLICT DO NOTHING",
    [AT],
  )
  const row = {
    category: 'amount_mismatch',
    currency: 'gbp',
    difference: -100,
    severity: 'low',
    occurred_at: before(1),
    status: 'open',
    ...change,
  }
  await opened.deps.db.run(
    `INSERT INTO exceptions (id, category, object, status, healed, severity, currency, expected, actual, difference, business_date,
       details, version, opened_run_id, last_seen_run_id, resolved_run_id, first_seen_at, last_seen_at, resolved_at, occurred_at,
       rated_at, due_at, resolution)
     VALUES ($1, $2, $1, $3, $3 = 'resolved', $4, $5, 0, $6, $6, '2026-03-01', '{}', 1, 'run_x', 'run_x',
       CASE $3 WHEN 'resolved' THEN 'run_x' END, $7, $7, CASE $3 WHEN 'resolved' THEN $7::timestamptz END, $8, $7, $7,
       CASE $3 WHEN 'resolved' THEN 'healed' END)`,
    [id, row.category, row.status, row.severity, row.currency, row.difference, AT, row.occurred_at],
  )
}

describe('exceptions', () => {
  const look = async () => (await exceptionsMeasure.read(opened.deps, AT))[0]

  test('none open is zero', async () => {
    expect(await look()).toEqual({
      labels: {},
      open: 0,
      high: 0,
      payoutMismatches: 0,
      items: 0,
      oldestDays: null,
      values: [],
    })
  })

  test('values never meet across currencies, and differences have no sign', async () => {
    await storeException('a', { difference: -9_000 })
    await storeException('b', { difference: 2_000, severity: 'high' })
    await storeException('c', {
      difference: 500,
      currency: 'jpy',
      severity: 'critical',
      category: 'payout_mismatch',
    })
    await storeException('d', { difference: 99_999, status: 'resolved', severity: 'critical' })
    const summary = { matched: 40, explained: 2, exceptions: { open: 3 } }
    await storeRun({ date: '2026-03-03', summary })
    const reading = await look()
    expect(reading).toMatchObject({ open: 3, high: 2, payoutMismatches: 1, items: 45, oldestDays: 0 })
    expect(reading?.values.toSorted((x, y) => (x.currency < y.currency ? -1 : 1))).toEqual([
      { currency: 'gbp', amount: 11_000n, line: 10_000n },
      { currency: 'jpy', amount: 500n, line: 100n },
    ])
  })

  test('age is counted in business days of the shop', async () => {
    // Friday evening in London: Monday, Tuesday, Wednesday and Thursday have passed.
    await storeException('a', { occurred_at: new Date('2026-02-27T22:00:00Z') })
    expect((await look())?.oldestDays).toBe(4)
  })
})

test.each([
  ['2026-03-05', '2026-03-05', 0],
  ['2026-03-05', '2026-03-06', 1],
  ['2026-03-06', '2026-03-08', 0],
  ['2026-03-06', '2026-03-09', 1],
  ['2026-03-07', '2026-03-09', 1],
  ['2026-03-02', '2026-03-09', 5],
])('from %s to %s it is %d business days', (from, to, days) => {
  expect(businessDaysBetween(from, to)).toBe(days)
})

describe('payouts', () => {
  const storePayout = async (id: string, status: string, arrival: Date, amount = 1_000) =>
    opened.deps.db.run(
      `INSERT INTO payouts (id, currency, amount, status, automatic, method, arrival_at, stripe_created, reconciliation_status, updated_at)
       VALUES ($1, 'gbp', $2, $3, true, 'standard', $4, $4, 'completed', $4)`,
      [id, amount, status, arrival],
    )
  const look = async () => (await payoutsMeasure.read(opened.deps, AT))[0]

  test('late is a day and more after the day of arrival, for what has not arrived', async () => {
    await storePayout('po_1', 'paid', before(100))
    await storePayout('po_2', 'failed', before(100))
    await storePayout('po_3', 'in_transit', before(24))
    const none = { labels: {}, overdue: 0, lateMs: 0, graceMs: 86_400_000, amounts: [] }
    expect(await look()).toEqual(none)
    await storePayout('po_4', 'in_transit', before(24, 1), 700)
    await storePayout('po_5', 'pending', before(48), 50)
    expect(await look()).toEqual({
      ...none,
      overdue: 2,
      lateMs: 86_400_000,
      amounts: [{ currency: 'gbp', amount: 750n }],
    })
  })
})

test('what Stripe holds is one reading per currency, and none when it does not say', async () => {
  const available = [
    { currency: 'gbp', amount: -1 },
    { currency: 'eur', amount: 20 },
  ]
  const fake = await startFakeStripe({ balance: { object: 'balance', available, pending: [] } })
  expect(await stripeBalanceMeasure.read({ ...opened.deps, stripe: fake.stripe }, AT)).toEqual([
    { labels: { currency: 'gbp' }, available: -1n },
    { labels: { currency: 'eur' }, available: 20n },
  ])
  await fake.close()
  const silent = await openAlertDeps()
  expect(await stripeBalanceMeasure.read(silent.deps, AT)).toEqual([])
  await silent.close()
})
