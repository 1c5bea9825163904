import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAlertDeps, type AlertDeps } from '../../testing/alert-deps.ts'
import { storeEvent, storePayment } from '../testing/store-facts.ts'
import { inboxMeasure } from './read-inbox.ts'

const AT = new Date('2026-03-02T12:00:00.000Z')
const before = (minutes: number, ms = 0): Date => new Date(AT.getTime() - minutes * 60_000 - ms)

let opened: AlertDeps
beforeAll(async () => {
  opened = await openAlertDeps()
})
afterAll(async () => opened.close())

const fresh = async () => {
  await opened.close()
  opened = await openAlertDeps()
  return opened.deps.db
}
const look = async () => {
  const [reading, ...rest] = await inboxMeasure.read(opened.deps, AT)
  if (reading === undefined || rest.length > 0) throw new Error('not one reading')
  return reading
}

test('an empty inbox is measured and holds nothing', async () => {
  await fresh()
  expect(await look()).toEqual({
    labels: {},
    at: AT,
    failed: 0,
    unprocessed: 0,
    stuck: 0,
    parked: 0,
    oldestWaiting: null,
    lastDelivery: null,
    succeeded: 0,
    deliveries: 0,
    late: 0,
    p95Ms: null,
  })
})

test('failures count within the hour, each event once however often it was tried', async () => {
  const db = await fresh()
  await storeEvent(db, { status: 'failed', receivedAt: before(70), failedAt: before(60), dueAt: AT })
  await storeEvent(db, { status: 'failed', receivedAt: before(70), failedAt: before(60, -1), dueAt: AT })
  await storeEvent(db, { status: 'parked', receivedAt: before(70), failedAt: AT })
  await storeEvent(db, { status: 'processed', receivedAt: before(5), failedAt: before(4) })
  const tried = await storeEvent(db, {
    status: 'failed',
    receivedAt: before(9),
    failedAt: before(8),
    dueAt: AT,
  })
  await db.run('UPDATE webhook_events SET attempts = 4, failed_at = $2 WHERE id = $1', [tried, before(1)])
  // Put off because Stripe was away: no failure of its own.
  await storeEvent(db, { status: 'failed', receivedAt: before(9), dueAt: AT })
  expect(await look()).toMatchObject({ failed: 3, parked: 1, unprocessed: 5 })
})

test('what is accepted has a minute, to the millisecond', async () => {
  const db = await fresh()
  await storeEvent(db, { receivedAt: before(1) })
  expect(await look()).toMatchObject({ unprocessed: 0, oldestWaiting: before(1) })
  await storeEvent(db, { receivedAt: before(1, 1) })
  await storeEvent(db, { receivedAt: before(90), status: 'processed' })
  expect(await look()).toMatchObject({ unprocessed: 1, oldestWaiting: before(1, 1) })
})

test('stuck is what is due for more than five minutes, not what waits for its next try', async () => {
  const db = await fresh()
  await storeEvent(db, { receivedAt: before(5) })
  await storeEvent(db, { receivedAt: before(40), status: 'failed', failedAt: before(6), dueAt: before(-4) })
  await storeEvent(db, { receivedAt: before(40), status: 'parked', failedAt: before(30), dueAt: before(30) })
  expect(await look()).toMatchObject({ stuck: 0 })
  await storeEvent(db, { receivedAt: before(5, 1), status: 'processing' })
  await storeEvent(db, { receivedAt: before(5, 1) })
  await storeEvent(db, {
    receivedAt: before(40),
    status: 'failed',
    failedAt: before(20),
    dueAt: before(5, 1),
  })
  expect(await look()).toMatchObject({ stuck: 3, parked: 1 })
})

test('what is parked is no waiting, but it is unprocessed', async () => {
  const db = await fresh()
  await storeEvent(db, { receivedAt: before(500), status: 'parked', failedAt: before(400) })
  expect(await look()).toMatchObject({ parked: 1, unprocessed: 1, oldestWaiting: null, failed: 0 })
})

test('the last delivery is one by Stripe, of the last day; what the poller brings is none', async () => {
  const db = await fresh()
  await storeEvent(db, { receivedAt: before(24 * 60), status: 'processed' })
  await storeEvent(db, { receivedAt: before(1), status: 'processed', source: 'poller' })
  expect((await look()).lastDelivery).toBeNull()
  await storeEvent(db, { receivedAt: before(16), status: 'processed' })
  expect((await look()).lastDelivery).toEqual(before(16))
})

test('payments count when a card was charged within 30 minutes', async () => {
  const db = await fresh()
  await storePayment(db, { at: before(30) })
  await storePayment(db, { at: before(29) })
  await storePayment(db, { at: AT })
  await storePayment(db, { at: before(2), method: 'cash' })
  await storePayment(db, { at: before(2), status: 'payment_failed' })
  expect((await look()).succeeded).toBe(2)
})

test('a delivery is late when it took more than five minutes; 95 % of twenty are nineteen', async () => {
  const db = await fresh()
  for (let n = 0; n < 18; n += 1)
    await storeEvent(db, { receivedAt: before(10), createdAt: before(11), status: 'processed' })
  await storeEvent(db, { receivedAt: before(10), createdAt: before(15), status: 'processed' })
  await storeEvent(db, { receivedAt: before(10), createdAt: before(15, 1), status: 'processed' })
  // Outside the window, and not by delivery.
  await storeEvent(db, { receivedAt: before(30), createdAt: before(90), status: 'processed' })
  await storeEvent(db, {
    receivedAt: before(9),
    createdAt: before(90),
    status: 'processed',
    source: 'poller',
  })
  expect(await look()).toMatchObject({ deliveries: 20, late: 1, p95Ms: 300_000 })
})

test('what comes after the instant that is asked for does not count', async () => {
  const db = await fresh()
  await storeEvent(db, { receivedAt: before(-1), failedAt: before(-1), status: 'failed', dueAt: before(-2) })
  await storePayment(db, { at: before(-1) })
  expect(await look()).toMatchObject({ failed: 0, succeeded: 0, deliveries: 0, lastDelivery: null })
})
