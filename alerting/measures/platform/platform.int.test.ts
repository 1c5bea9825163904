import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ClickHouse } from '#core/clickhouse/client.ts'
import { openAlertDeps, type AlertDeps } from '../../testing/alert-deps.ts'
import { storePulse } from '../testing/store-facts.ts'
import { diskMeasure } from './read-disk.ts'
import { pulseMeasure } from './read-pulses.ts'
import { queueMeasure } from './read-queues.ts'
import { ingestMeasure, outboxMeasure } from './read-relay.ts'

const AT = new Date('2026-03-02T12:00:00.000Z')
const before = (minutes: number, ms = 0): Date => new Date(AT.getTime() - minutes * 60_000 - ms)

let opened: AlertDeps
beforeEach(async () => {
  opened = await openAlertDeps()
})
afterEach(async () => opened.close())

const pulses = async () => {
  const [reading] = await pulseMeasure.read(opened.deps, AT)
  return reading
}

test('nobody gives a sign of life: that is no zero of calls, it is nobody', async () => {
  expect(await pulses()).toMatchObject({ anyAt: null, gatewayAt: null, answers: 0, stripeCalls: 0 })
})

test('counts of all processes are summed over five minutes, signatures over fifteen', async () => {
  const { db } = opened.deps
  await storePulse(db, before(15), { webhook_signature_failures: { stripe: 100 } })
  await storePulse(db, before(15, -1), { webhook_signature_failures: { stripe: 4, pagerduty: 70 } })
  await storePulse(db, before(5), { http_requests: { '5xx': 100 }, stripe_requests: { ok: 100 } })
  await storePulse(db, before(5, -1), {
    http_requests: { '2xx': 18, '5xx': 1 },
    webhook_signature_failures: { stripe: 1 },
  })
  await storePulse(
    db,
    AT,
    { http_requests: { '4xx': 2 }, stripe_requests: { ok: 7, api_error: 3 } },
    ['worker'],
    'two',
  )
  await storePulse(db, AT, { stripe_requests: { api_error: 1, auth_error: 2 } }, ['reconciler'], 'three')
  expect(await pulses()).toMatchObject({
    answers: 21,
    serverErrors: 1,
    stripeCalls: 13,
    stripeOutcomes: { ok: 7, api_error: 4, auth_error: 2 },
    signatureFailures: 5,
    anyAt: AT,
    gatewayAt: before(5, -1),
  })
})

test('a process without counts is a sign of life', async () => {
  await storePulse(opened.deps.db, before(1), {}, ['alerting'])
  expect(await pulses()).toMatchObject({ anyAt: before(1), gatewayAt: null, answers: 0 })
})

const storeEventOf = async (id: string, recordedAt: Date, batch: bigint | null = null) =>
  opened.deps.db.run(
    `INSERT INTO events (id, type, occurred_at, recorded_at, body, batch_id) VALUES ($1, 'payment.attempted', $2, $2, '{}', $3)`,
    [id, recordedAt, batch],
  )
const storeBatch = async (relayedAt: Date | null) => {
  const row = await opened.deps.db.first<{ id: bigint }>(
    'INSERT INTO relay_batches (frozen_at, relayed_at) VALUES ($1, $2) RETURNING id',
    [before(30), relayedAt],
  )
  return row?.id ?? null
}

test('what waits for ClickHouse is what is in no batch, and what is in one that was not acknowledged', async () => {
  expect(await outboxMeasure.read(opened.deps, AT)).toEqual([{ labels: {}, pending: 0, oldestMs: 0 }])
  await storeEventOf('evn_1', before(9), await storeBatch(before(8)))
  await storeEventOf('evn_2', before(3), await storeBatch(null))
  await storeEventOf('evn_3', before(1))
  expect(await outboxMeasure.read(opened.deps, AT)).toEqual([{ labels: {}, pending: 2, oldestMs: 180_000 }])
})

test('ClickHouse is asked for the newest event that is older than five minutes', async () => {
  const asked: unknown[] = []
  let found = '1'
  const clickhouse = {
    rows: async (_query: string, params: object) => {
      asked.push(params)
      return [{ found }]
    },
  } as unknown as ClickHouse
  const look = async () => ingestMeasure.read({ ...opened.deps, clickhouse }, AT)
  await storeEventOf('evn_3', before(5))
  expect(await look()).toEqual([{ labels: {}, ageMs: null, hasArrived: true }])
  expect(asked).toEqual([])
  await storeEventOf('evn_1', before(7))
  await storeEventOf('evn_2', before(6))
  expect(await look()).toEqual([{ labels: {}, ageMs: 360_000, hasArrived: true }])
  expect(asked).toMatchObject([{ id: 'evn_2', type: 'payment.attempted' }])
  found = '0'
  expect(await look()).toEqual([{ labels: {}, ageMs: 360_000, hasArrived: false }])
})

test('when ClickHouse is away that is a failure, and no zero', async () => {
  await storeEventOf('evn_1', before(7))
  await expect(ingestMeasure.read(opened.deps, AT)).rejects.toThrow()
})

test('every queue is measured, and waits for as long as its oldest work is due', async () => {
  const { db } = opened.deps
  const look = async () =>
    Object.fromEntries(
      (await queueMeasure.read(opened.deps, AT)).map(({ labels, overdueMs }) => [labels['queue'], overdueMs]),
    )
  const none = { completer: 0, poller: 0, readers: 0, reconcile: 0, looks: 0, notifications: 0 }
  expect(await look()).toEqual(none)
  await db.run(
    "INSERT INTO poll_cursors (name, at, due_at, updated_at) VALUES ('events', $1, $1, $1), ('next', $2, $2, $2)",
    [before(6), before(-1)],
  )
  await db.run(
    `INSERT INTO idempotency_keys (key, fingerprint, method, path, status, recovery_point, trace_id, created_at, role, token_id,
                                   request_body, look_at)
     VALUES ('a', 'f', 'POST', '/', 'started', 'call', 't', $1, 'cashier', 'tok', '{}', DEFAULT),
            ('b', 'f', 'POST', '/', 'started', 'call', 't', $1, 'cashier', 'tok', '{}', $2)`,
    [before(4), before(-9)],
  )
  await db.run(
    "INSERT INTO reconciliation_runs (id, kind, from_date, to_date, status, requested_by, requested_at) VALUES ('run_1', 'manual', '2026-03-01', '2026-03-01', 'pending', 'x', $1)",
    [before(7)],
  )
  expect(await look()).toEqual({ ...none, poller: 360_000, completer: 240_000, reconcile: 420_000 })
})

test('the disk is that of the data folder; without one there is no reading', async () => {
  expect(await diskMeasure.read(opened.deps, AT)).toEqual([])
  const folder = await mkdtemp(join(tmpdir(), 'tillwatch-disk-'))
  const other = await openAlertDeps()
  const deps = { ...other.deps, chainHeadFile: join(folder, 'chain.txt') }
  const [reading] = await diskMeasure.read(deps, AT)
  await other.close()
  await rm(folder, { recursive: true })
  expect(reading?.fullInMs).toBeNull()
  expect(reading?.freeBytes).toBeGreaterThan(0)
  expect(reading?.sizeBytes).toBeGreaterThanOrEqual(reading?.freeBytes ?? Infinity)
})
