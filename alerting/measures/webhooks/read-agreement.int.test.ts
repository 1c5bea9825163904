import { afterEach, beforeEach, expect, test } from 'vitest'
import { openAlertDeps, type AlertDeps } from '../../testing/alert-deps.ts'
import { storeEvent, storePayment } from '../testing/store-facts.ts'
import { mismatchMeasure, unheardMeasure } from './read-agreement.ts'

const AT = new Date('2026-03-02T12:00:00.000Z')
const before = (minutes: number, ms = 0): Date => new Date(AT.getTime() - minutes * 60_000 - ms)

let opened: AlertDeps
beforeEach(async () => {
  opened = await openAlertDeps()
})
afterEach(async () => opened.close())

test('a payment has 15 minutes to be told of, and is looked at for 15 more', async () => {
  const { db } = opened.deps
  await storePayment(db, { at: before(30) })
  await storePayment(db, { at: before(29) })
  await storePayment(db, { at: before(15) })
  await storePayment(db, { at: before(15, -1) })
  await storePayment(db, { at: before(20), status: 'payment_failed' })
  await storePayment(db, { at: before(20), method: 'cash' })
  await storePayment(db, { at: before(40), finishedAt: before(20) })
  expect(await unheardMeasure.read(opened.deps, AT)).toEqual([{ labels: {}, payments: 3, unheard: 3 }])
})

test('a delivery of the intent or of the charge tells of it; the poller does not', async () => {
  const { db } = opened.deps
  for (const id of ['one', 'two', 'three', 'four']) await storePayment(db, { id, at: before(20) })
  await storeEvent(db, { object: 'pi_one', receivedAt: before(19) })
  await storeEvent(db, { object: 'ch_two', receivedAt: before(19) })
  await storeEvent(db, { object: 'ch_two', receivedAt: before(18) })
  await storeEvent(db, { object: 'pi_three', receivedAt: before(19), source: 'poller' })
  expect(await unheardMeasure.read(opened.deps, AT)).toEqual([{ labels: {}, payments: 4, unheard: 2 }])
})

test('nothing of another state is zero; a payment held for a person is one', async () => {
  const { db } = opened.deps
  expect(await mismatchMeasure.read(opened.deps, AT)).toEqual([{ labels: {}, waiting: 0, exceptions: 0 }])
  const id = await storePayment(db, { at: before(1) })
  await db.run("UPDATE payments SET attention = 'provider_mismatch', attention_at = $2 WHERE id = $1", [
    id,
    AT,
  ])
  expect(await mismatchMeasure.read(opened.deps, AT)).toEqual([{ labels: {}, waiting: 1, exceptions: 0 }])
})
