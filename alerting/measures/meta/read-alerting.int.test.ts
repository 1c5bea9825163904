import { afterEach, beforeEach, expect, test } from 'vitest'
import { openAlertDeps, type AlertDeps } from '../../testing/alert-deps.ts'
import { blindMeasure, incidentsMeasure, sendsMeasure } from './read-alerting.ts'

const AT = new Date('2026-03-02T12:00:00.000Z')
const before = (minutes: number, ms = 0): Date => new Date(AT.getTime() - minutes * 60_000 - ms)

let opened: AlertDeps
beforeEach(async () => {
  opened = await openAlertDeps()
})
afterEach(async () => opened.close())

let count = 0
const storeState = async (rule: string, failing: number, missing: number, key = '[]') =>
  opened.deps.db.run(
    `INSERT INTO alert_states (rule, labels_key, labels, phase, since, missing, failing, updated_at)
     VALUES ($1, $2, '{}', 'inactive', $3, $4, $5, $3)`,
    [rule, key, AT, missing, failing],
  )

test('blind is who failed, or found nothing, three times in a row; rules about alerting do not count', async () => {
  await storeState('A', 2, 2)
  expect(await blindMeasure.read(opened.deps, AT)).toEqual([])
  await storeState('B', 3, 0)
  await storeState('C', 0, 3, 'one')
  await storeState('C', 0, 9, 'other')
  await storeState('AlertDataMissing', 5, 5)
  expect(await blindMeasure.read(opened.deps, AT)).toEqual([
    { labels: { rule: 'B' }, failing: 3, missing: 0 },
    { labels: { rule: 'C' }, failing: 0, missing: 9 },
  ])
})

const storeDelivery = async (channel: string, change: Record<string, unknown> = {}) => {
  count += 1
  const row = { status: 'pending', attempts: 0, at: before(5), ended: null, leased: null, ...change }
  await opened.deps.db.run(
    `INSERT INTO alert_deliveries (id, incident_id, channel, contact, thread, change, notice, status, attempts, next_attempt_at,
       leased_until, created_at, ended_at)
     VALUES ($1, 'inc', $2, 'x', $1, 'fired', '{}', $3, $4, $5, $6, $5, $7)`,
    [`adl_${count}`, channel, row.status, row.attempts, row.at, row.leased, row.ended],
  )
}

test('what was sent says nothing; what was given up and what failed so far is counted per channel', async () => {
  await storeDelivery('mail', { status: 'sent', attempts: 4, ended: before(1) })
  await storeDelivery('mail', { status: 'failed', attempts: 9, ended: before(15) })
  expect(await sendsMeasure.read(opened.deps, AT)).toEqual([])
  await storeDelivery('mail', { status: 'failed', attempts: 9, ended: before(15, -1) })
  await storeDelivery('pager', { attempts: 2 })
  await storeDelivery('pager', { attempts: 1, leased: before(-1) })
  await storeDelivery('pager', { attempts: 7, at: before(15) })
  expect(await sendsMeasure.read(opened.deps, AT)).toEqual([
    { labels: { channel: 'mail' }, givenUp: 1, failedAttempts: 0 },
    { labels: { channel: 'pager' }, givenUp: 0, failedAttempts: 2 },
  ])
})

const storeIncident = async (change: Record<string, unknown> = {}) => {
  count += 1
  const row = {
    rule: 'WebhookSilence',
    severity: 'critical',
    opened: before(20),
    acked: null,
    muted: null,
    resolved: null,
    ...change,
  }
  await opened.deps.db.run(
    `INSERT INTO alert_incidents (id, key, rule, severity, labels, headline, policy, opened_at, counted_from, acked_at, acked_by,
       acked_via, muted_by, resolved_at)
     VALUES ($1, $1, $2, $3, '{}', 'x', '{}', $4, $5, $6, CASE WHEN $6::timestamptz IS NULL THEN NULL ELSE 'kim' END,
       CASE WHEN $6::timestamptz IS NULL THEN NULL ELSE 'ui' END, $7, $8)`,
    [
      `inc_${count}`,
      row.rule,
      row.severity,
      row.opened,
      change['from'] ?? row.opened,
      row.acked,
      row.muted,
      row.resolved,
    ],
  )
}
const look = async () => (await incidentsMeasure.read(opened.deps, AT))[0]

test('nobody has taken a critical incident for 15 minutes', async () => {
  expect(await look()).toEqual({
    labels: {},
    at: AT,
    unacked: 0,
    oldestUnacked: null,
    unackedRules: [],
    opened: 0,
    silencesEnding: 0,
    firstSilenceEnd: null,
  })
  await storeIncident({ opened: before(15, -1) })
  await storeIncident({ severity: 'warning' })
  await storeIncident({ acked: before(3) })
  await storeIncident({ muted: 'sil_1' })
  await storeIncident({ resolved: before(1) })
  await storeIncident({ rule: 'AlertUnacknowledged' })
  expect(await look()).toMatchObject({ unacked: 0 })
  await storeIncident({ opened: before(15) })
  // Taken, and given back when the acknowledgement ran out.
  await storeIncident({ opened: before(90), from: before(30), rule: 'LedgerImbalance' })
  expect(await look()).toMatchObject({
    unacked: 2,
    oldestUnacked: before(30),
    unackedRules: ['LedgerImbalance', 'WebhookSilence'],
  })
})

test('a storm is counted over ten minutes, whatever became of each', async () => {
  await storeIncident({ opened: before(10) })
  for (let n = 0; n < 11; n += 1) await storeIncident({ opened: before(10, -1), resolved: before(1) })
  await storeIncident({ opened: before(1), rule: 'AlertStorm' })
  expect(await look()).toMatchObject({ opened: 11 })
})

test('a silence ends soon within 15 minutes, unless somebody has ended it', async () => {
  const storeSilence = async (id: string, until: Date, ended: Date | null = null) =>
    opened.deps.db.run(
      `INSERT INTO alert_silences (id, matchers, author, reason, from_at, until_at, created_at, ended_at, ended_by)
       VALUES ($1, '[]', 'kim', 'repair', $2, $3, $2, $4, CASE WHEN $4::timestamptz IS NULL THEN NULL ELSE 'kim' END)`,
      [id, before(120), until, ended],
    )
  await storeSilence('over', AT)
  await storeSilence('later', before(-15, -1))
  await storeSilence('ended', before(-5), before(1))
  expect(await look()).toMatchObject({ silencesEnding: 0, firstSilenceEnd: null })
  await storeSilence('soon', before(-15))
  await storeSilence('sooner', before(-2))
  expect(await look()).toMatchObject({ silencesEnding: 2, firstSilenceEnd: before(-2) })
})
