import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openClickHouse, type ClickHouse } from '#core/clickhouse/client.ts'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import type { Deps } from '#core/service.ts'
import { parseShop } from '#core/shop.ts'
import { startTempClickHouse, type TempClickHouse } from '#core/testing/temp-clickhouse.ts'
import { mailOf } from '../messages/mail.ts'
import { pagerEventOf } from '../messages/pager-event.ts'
import { openAlertDeps, type AlertDeps } from '../testing/alert-deps.ts'
import { composeNotice } from './compose-notice.ts'
import type { NoticeInput } from './notice-input.ts'
import { writeAttempts } from './testing/attempt-facts.ts'
import { judgedAs, testRule } from './testing/test-rule.ts'

const SHOP = parseShop(`
account: { zone: Europe/London, currency: gbp }
stores: [{ id: bakery, name: Bakery, zone: Europe/London }, { id: cafe, name: Café, zone: Europe/London }]
tills:
  - { id: till-1, store: bakery, name: Front till }
  - { id: till-2, store: bakery, name: Back till }
  - { id: till-3, store: cafe, name: Bar }
readers: [{ id: reader-1, label: Counter 1 }]
`)

let engine: TempClickHouse
let clickhouse: ClickHouse
let opened: AlertDeps
let deps: Deps & AlertDeps['deps']

beforeAll(async () => {
  engine = await startTempClickHouse()
  clickhouse = openClickHouse(engine.url)
  await migrateClickHouse(clickhouse, new Date('2026-03-02T09:00:00Z'))
  // A batch that was relayed twice stays there twice.
  await clickhouse.command('SYSTEM STOP MERGES payment_events_raw_v1')
})

afterAll(async () => {
  await clickhouse.close()
  await engine.stop()
})

beforeEach(async () => {
  opened = await openAlertDeps({}, SHOP)
  deps = { ...opened.deps, clickhouse }
})

afterEach(async () => {
  await clickhouse.command('TRUNCATE TABLE payment_events_raw_v1')
  await opened.close()
})

const AT = new Date('2026-03-02T10:00:00Z')

const inputOf = (more: Partial<NoticeInput> = {}): NoticeInput => ({
  incident: { id: 'inc_1', key: 'tillwatch:success:bakery', openedAt: AT },
  rule: testRule('attempts'),
  alerts: [{ labels: { store: 'bakery' }, judgement: judgedAs('Success rate 80 % is below 95 %') }],
  change: 'fired',
  number: 1,
  at: AT,
  severity: 'critical',
  ...more,
})

const factOf = (facts: readonly { name: string; value: string }[] | undefined, name: string) =>
  facts?.find((fact) => fact.name === name)?.value

describe('failed attempts', () => {
  /** Four of six by insufficient funds, five of six at the front till; what is outside of the window does not count. */
  const ATTEMPTS = [
    { at: '2026-03-02T09:10:00.000Z', amount: 1230, payment: 'pay_a', sale: 'sale_a' },
    { at: '2026-03-02T09:20:00.000Z', amount: 500, payment: 'pay_b', sale: 'sale_b', paid: 500 },
    { at: '2026-03-02T09:30:00.000Z', amount: 700, payment: 'pay_c', sale: 'sale_c', paid: 300, total: 1000 },
    { at: '2026-03-02T09:40:00.000Z', amount: 900, payment: 'pay_d', sale: 'sale_a', total: 1230 },
    {
      at: '2026-03-02T09:50:00.000Z',
      amount: 2000,
      code: 'do_not_honor',
      currency: 'eur',
      payment: 'pay_e',
      sale: 'sale_e',
    },
    {
      at: '2026-03-02T10:00:00.000Z',
      amount: 400,
      code: 'expired_card',
      kind: 'customer',
      till: 'till-2',
      payment: 'pay_f',
      sale: 'sale_f',
    },
    { at: '2026-03-02T09:45:00.000Z', amount: 800, outcome: 'succeeded' as const, paid: 800 },
    { at: '2026-03-02T09:00:00.000Z', amount: 9_999, code: 'lost_card' },
    { at: '2026-03-02T10:00:00.001Z', amount: 9_999, code: 'lost_card' },
    { at: '2026-03-02T09:45:00.000Z', amount: 9_999, code: 'lost_card', store: 'cafe', till: 'till-3' },
  ]

  const check = async (from: Deps) => {
    const notice = await composeNotice(from, inputOf())
    expect(notice.cause).toBe(
      "4 of 6 failed with insufficient_funds (refused by the customers' banks); 5 of 6 at Front till",
    )
    expect(notice.breakdown).toEqual([
      { name: 'Decline codes', value: 'insufficient_funds: 4, do_not_honor: 1, expired_card: 1' },
      { name: 'Failed by', value: 'issuer: 5, customer: 1' },
      { name: 'Tills', value: 'Front till: 5, Back till: 1' },
      { name: 'Readers', value: 'Counter 1: 2' },
    ])
    // sale_a 12.30 at most, sale_c its missing 7.00, sale_f 4.00; sale_b was paid after all. sale_e in euros.
    expect(factOf(notice.facts, 'Lost sales (estimate)')).toBe('€20.00 and £23.30 in 4 sales not paid so far')
    expect(notice.samples).toEqual([
      {
        id: 'pay_f',
        text: '2 Mar, 10:00:00 · £4.00 · expired_card · Back till',
        url: 'https://shop.example/payments/pay_f',
      },
      {
        id: 'pay_e',
        text: '2 Mar, 09:50:00 · €20.00 · do_not_honor · Front till',
        url: 'https://shop.example/payments/pay_e',
      },
      {
        id: 'pay_d',
        text: '2 Mar, 09:40:00 · £9.00 · insufficient_funds · Front till',
        url: 'https://shop.example/payments/pay_d',
      },
      {
        id: 'pay_c',
        text: '2 Mar, 09:30:00 · £7.00 · insufficient_funds · Front till',
        url: 'https://shop.example/payments/pay_c',
      },
      {
        id: 'pay_b',
        text: '2 Mar, 09:20:00 · £5.00 · insufficient_funds · Front till',
        url: 'https://shop.example/payments/pay_b',
      },
    ])
    return notice
  }

  beforeEach(async () => {
    await writeAttempts(deps, ATTEMPTS)
    for (const payment of ['pay_a', 'pay_b'])
      await deps.db.run(
        `INSERT INTO reader_actions (id, reader_id, stripe_reader, payment_id, key, is_first, status, started_at, due_at, ended_at)
         VALUES ($1, 'reader-1', 'tmr_1', $2, $1, true, 'failed', $3, $3, $3)`,
        [`ra_${payment}`, payment, AT],
      )
  })

  test('are explained from exact counts of the window, by Postgres also when ClickHouse is away', async () => {
    const notice = await check(deps)
    expect(notice.links).toEqual([
      {
        text: 'These payments',
        url: 'https://shop.example/payments/dashboard/?status=payment_failed&method=card&from=2026-03-02T09%3A00%3A00.000Z&to=2026-03-02T10%3A00%3A00.000Z',
      },
    ])
    expect(notice.runbook.url).toBe('https://shop.example/docs/alerts#paymentsuccessratecritical')
    expect(notice.incident.ackUrl).toMatch(
      /^https:\/\/shop\.example\/alerts\/inc_1\/ack\?key=\w+\.[0-9a-f]{40}$/,
    )
    await check(opened.deps)
  })
})

test('a cause that one reader or till has is named by it; one without pattern says so', async () => {
  await writeAttempts(
    deps,
    ['a_code', 'b_code', 'c_code', 'd_code'].map((code, minute) => ({
      at: `2026-03-02T09:1${minute}:00.000Z`,
      amount: 100,
      code,
      kind: ['issuer', 'customer', 'provider', 'network'][minute] ?? '',
      till: minute % 2 === 0 ? 'till-1' : 'till-2',
    })),
  )
  const notice = await composeNotice(deps, inputOf())
  expect(notice.cause).toBe('No single cause: a_code: 1, b_code: 1, c_code: 1, d_code: 1 of 4')
})

test('a burnt error budget is explained by what the system did, not by refusals', async () => {
  await writeAttempts(deps, [
    { at: '2026-03-02T09:10:00.000Z', amount: 100 },
    { at: '2026-03-02T09:11:00.000Z', amount: 100, code: 'api_error', kind: 'provider' },
    { at: '2026-03-02T09:12:00.000Z', amount: 100, code: 'api_error', kind: 'provider', till: 'till-2' },
  ])
  const rule = testRule('attempts', { name: 'PaymentErrorBudgetBurnFast' })
  for (const from of [deps, opened.deps])
    expect((await composeNotice(from, inputOf({ rule }))).cause).toBe(
      '2 of 2 failed with api_error (failed at Stripe)',
    )
})

test('of payments that stopped it says when the last one was', async () => {
  await writeAttempts(deps, [{ at: '2026-03-02T09:10:00.000Z', amount: 100, payment: 'pay_last' }])
  const rule = testRule('payments', { name: 'PaymentsStopped' })
  const notice = await composeNotice(deps, inputOf({ rule }))
  expect(notice.cause).toBe('The last card payment was taken at 2 Mar, 09:10:00')
  expect(notice.samples.map(({ id }) => id)).toEqual(['pay_last'])
})

test('a sale that was paid twice is shown', async () => {
  const twice = { amount: 700, outcome: 'succeeded' as const, paid: 700, sale: 'sale_twice' }
  await writeAttempts(deps, [
    { ...twice, at: '2026-03-02T09:55:00.000Z', payment: 'pay_1st' },
    { ...twice, at: '2026-03-02T09:56:00.000Z', payment: 'pay_2nd' },
  ])
  await deps.db.run('UPDATE payments SET finished_at = created_at')
  const rule = testRule('payments', { name: 'DuplicateCharge' })
  expect((await composeNotice(deps, inputOf({ rule }))).samples.map(({ id }) => id)).toEqual(['pay_2nd'])
})

test('a resolved incident says what it cost over all of its time, and asks for no cause', async () => {
  await writeAttempts(deps, [
    { at: '2026-03-02T08:30:00.000Z', amount: 100 },
    { at: '2026-03-02T09:59:00.000Z', amount: 200, paid: 200 },
  ])
  const openedAt = new Date('2026-03-02T09:00:00Z')
  const notice = await composeNotice(
    deps,
    inputOf({ change: 'resolved', incident: { id: 'inc_1', key: 'k', openedAt } }),
  )
  expect(notice).toMatchObject({ cause: null, samples: [], breakdown: [] })
  expect(factOf(notice.facts, 'Lost sales (estimate)')).toBe('£1.00 in 1 sale not paid so far')
})

test('slow attempts are listed with how long they took', async () => {
  await writeAttempts(deps, [
    {
      at: '2026-03-02T09:10:00.000Z',
      amount: 100,
      latencyMs: 12_400,
      outcome: 'succeeded',
      paid: 100,
      payment: 'pay_slow',
    },
    { at: '2026-03-02T09:11:00.000Z', amount: 100, latencyMs: 11_000, outcome: 'succeeded', paid: 100 },
    { at: '2026-03-02T09:12:00.000Z', amount: 100, latencyMs: 10_000, outcome: 'succeeded', paid: 100 },
  ])
  const rule = testRule('slow_attempts', { name: 'PaymentLatencyP95High' })
  const notice = await composeNotice(deps, inputOf({ rule }))
  expect(notice.cause).toBe('2 took longer than 10.0 s; 2 of 2 at Front till: look at that place first')
  expect(notice.samples.map(({ text }) => text)).toEqual([
    '2 Mar, 09:11:00 · £1.00 · 11.0 s · Front till',
    '2 Mar, 09:10:00 · £1.00 · 12.4 s · Front till',
  ])
})

const insertWebhook = `INSERT INTO webhook_events (id, type, object_type, object_id, source, payload, stripe_created, received_at, status,
    attempts, next_attempt_at, last_error, failed_at)
  VALUES ($1, $2, 'payment_intent', $3, 'webhook', '{}', $4, $4, $5, 3, $4, $6, $4)`

test('webhooks are explained by their type and their error', async () => {
  for (const [id, type, error, status] of [
    ['evt_w1', 'charge.refunded', 'no such refund', 'failed'],
    ['evt_w2', 'charge.refunded', 'no such refund', 'parked'],
    ['evt_w3', 'payout.paid', 'deadlock', 'failed'],
    ['evt_w4', 'payout.paid', null, 'received'],
  ])
    await deps.db.run(insertWebhook, [id, type, 'pi_w', '2026-03-02T09:30:00Z', status, error])
  await writeAttempts(deps, [{ at: '2026-03-02T09:10:00.000Z', amount: 100, payment: 'pay_w' }])
  await deps.db.run("UPDATE payments SET stripe_payment_intent = 'pi_w' WHERE id = 'pay_w'")
  const rule = testRule('webhooks', { name: 'WebhookFailuresHigh' })
  const failing = await composeNotice(deps, inputOf({ rule }))
  expect(failing.cause).toBe('2 of 3 are charge.refunded; 2 of 3 say: no such refund')
  expect(failing.breakdown).toEqual([
    { name: 'Types', value: 'charge.refunded: 2, payout.paid: 1' },
    { name: 'Errors', value: 'no such refund: 2, deadlock: 1' },
  ])
  expect(failing.samples[0]?.id).toBe('pay_w')
  const stuck = await composeNotice(
    deps,
    inputOf({ rule: testRule('webhooks', { name: 'WebhookStuckProcessing' }) }),
  )
  expect(factOf(stuck.breakdown, 'Types')).toBe('charge.refunded: 2, payout.paid: 2')
})

test('payments without an outcome are listed with what is at stake', async () => {
  await writeAttempts(deps, [
    { at: '2026-03-02T09:40:00.000Z', amount: 100, payment: 'pay_s1' },
    { at: '2026-03-02T09:49:00.000Z', amount: 250, payment: 'pay_s2' },
    { at: '2026-03-02T09:55:00.000Z', amount: 250, payment: 'pay_s3' },
  ])
  await deps.db.run("UPDATE payments SET status = 'processing' WHERE id LIKE 'pay_s_'")
  const rule = testRule('payments', { name: 'PaymentStuckProcessing', windowMs: 600_000 })
  const notice = await composeNotice(deps, inputOf({ rule }))
  expect(factOf(notice.facts, 'At stake')).toBe('£3.50')
  expect(notice.samples.map(({ id }) => id)).toEqual(['pay_s2', 'pay_s1'])
})

test('calls to Stripe are explained by what most of them answered', async () => {
  await deps.db.run(
    "INSERT INTO service_pulses (process, at, services, counts) VALUES ('p', $1, '{gateway}', $2)",
    [AT, JSON.stringify({ stripe_requests: { ok: 20, connection_error: 15, api_error: 2 } })],
  )
  await deps.db.run(
    `INSERT INTO idempotency_keys (key, fingerprint, method, path, status, recovery_point, trace_id, created_at, role, token_id, request_body)
     VALUES ('k1', 'f', 'POST', '/payments/api/payments/pay_01h455vb4pex5vsknk084sn02q/confirm', 'started', 'x', 't', $1, 'cashier', 'tok_1', '{}')`,
    [AT],
  )
  const notice = await composeNotice(deps, inputOf({ rule: testRule('stripe', { windowMs: 300_000 }) }))
  expect(notice.cause).toBe('Stripe was not reached (connection_error): 15 of 37 calls')
  expect(notice.breakdown).toEqual([
    { name: 'Calls to Stripe', value: 'ok: 20, connection_error: 15, api_error: 2' },
    { name: 'Waiting for an answer', value: 'POST /payments/api/payments/{id}/confirm: 1' },
  ])
})

test('open exceptions are explained by their category', async () => {
  const notice = await composeNotice(deps, inputOf({ rule: testRule('reconciliation') }))
  expect(notice).toMatchObject({ cause: null, breakdown: [], samples: [] })
})

test('of several alerts the worst is told and the others are listed', async () => {
  const alert = (headline: string, value: number, finding: 'breached' | 'quiet' = 'breached') => ({
    labels: { store: headline },
    judgement: judgedAs(headline, { value, finding }),
  })
  const alerts = [alert('slightly', 0.94), alert('recovered', 0.2, 'quiet'), alert('badly', 0.5)]
  const notice = await composeNotice(deps, inputOf({ alerts, rule: testRule(null) }))
  expect(notice.alert).toMatchObject({ headline: 'badly', labels: { store: 'badly', component: 'gateway' } })
  expect(notice.others).toEqual(['slightly', 'recovered'])
})

test('a Grafana that is set up is linked with the dashboard that shows the same', async () => {
  const notify = { ...deps.notify, grafanaUrl: 'https://grafana.example' }
  const notice = await composeNotice({ ...deps, notify }, inputOf({ rule: testRule('webhooks') }))
  expect(notice.links?.at(-1)).toEqual({
    text: 'Dashboard',
    url: 'https://grafana.example/d/pipeline-oncall',
  })
})

test('a cause that cannot be looked up in two seconds is said to be not known', async () => {
  const never = new Promise<never>(() => undefined)
  const hangs = {
    ...deps,
    db: { ...deps.db, rows: async () => never },
    clickhouse: { ...clickhouse, rows: async () => never },
  }
  const composing = composeNotice(hangs as unknown as Deps, inputOf())
  await expect.poll(() => deps.env.sleepers()).toBe(2)
  await deps.env.passMachine(2_000)
  expect((await composing).cause).toBe('not known, it could not be looked up: no answer within 2 s')
})

test('a database that fails stops no notice', async () => {
  const fails = async () => Promise.reject(new Error('terminated\r\nBcc: all@example.com'))
  const broken = { ...deps, db: { ...deps.db, rows: fails }, clickhouse: { ...clickhouse, rows: fails } }
  const notice = await composeNotice(broken as unknown as Deps, inputOf())
  expect(notice.cause).toContain('not known')
  expect(notice.alert.headline).toBe('Success rate 80 % is below 95 %')
  expect(mailOf(notice).text).not.toContain('\nBcc')
})

test('what stands in payments cannot break a mail or a page', async () => {
  const nasty = 'x\r\nBcc: all@example.com\u0000\u202e<script>alert(1)</script>'
  await writeAttempts(
    deps,
    [
      {
        at: '2026-03-02T09:10:00.000Z',
        amount: 100,
        code: nasty,
        kind: nasty,
        payment: 'pay_nasty"><img src=x>',
      },
      { at: '2026-03-02T09:11:00.000Z', amount: 100, code: nasty, kind: nasty, currency: 'zzz' },
    ].map((attempt) => ({ ...attempt, till: 'till-1' })),
  )
  const notice = await composeNotice(deps, inputOf())
  const mail = mailOf(notice)
  expect(mail.subject + mail.text).not.toMatch(/[\u0000\u202e\r]|\nBcc/)
  expect(mail.html).not.toMatch(/<script|<img|\u202e|\u0000/)
  expect(JSON.stringify(notice)).not.toMatch(/\\u0000|\\r|\\n/)
  const event = JSON.stringify(pagerEventOf(notice, 'k'.repeat(32)))
  expect(event).not.toMatch(/\\r|\\u0000|\u202e/)
  expect(Buffer.byteLength(event)).toBeLessThan(512 * 1_024)
})
