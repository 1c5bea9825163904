import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseShop } from '#core/shop.ts'
import { openAlertDeps, type AlertDeps } from '../../testing/alert-deps.ts'
import { storePayment } from '../testing/store-facts.ts'
import { disputeRateMeasure, storeDisputesMeasure } from './read-disputes.ts'

const AT = new Date('2026-03-02T12:00:00.000Z')
const before = (hours: number, ms = 0): Date => new Date(AT.getTime() - hours * 3_600_000 - ms)

const SHOP = parseShop(`
account: { zone: Europe/London, currency: gbp }
stores: [{ id: bakery, name: Bakery, zone: Europe/London }, { id: cafe, name: Cafe, zone: Europe/London }]
tills: [{ id: till-1, store: bakery, name: Till 1 }, { id: till-2, store: cafe, name: Till 2 }]
`)

let opened: AlertDeps
beforeEach(async () => {
  opened = await openAlertDeps({}, SHOP)
})
afterEach(async () => opened.close())

let count = 0
const storeDispute = async (change: Record<string, unknown> = {}, store = 'bakery') => {
  count += 1
  const { db } = opened.deps
  const payment = await storePayment(db, {
    at: before(24 * 40),
    store,
    till: store === 'bakery' ? 'till-1' : 'till-2',
  })
  const row = {
    status: 'needs_response',
    due: before(-500),
    evidence: false,
    known: before(5),
    opened: before(5),
    ...change,
  }
  await db.run(
    `INSERT INTO disputes (id, payment_id, stripe_charge, currency, amount, status, reason, due_by, is_charge_refundable, has_evidence,
       opened_at, rows_seen, as_of, first_writer, trace_id, created_at, updated_at)
     VALUES ($1, $2, $1, 'gbp', 100, $3, 'fraudulent', $4, false, $5, $6, 0, $6, 'webhook', 't', $7, $7)`,
    [`du_${count}`, payment, row.status, row.due, row.evidence, row.opened, row.known],
  )
}
const storeWarning = async (known: Date, actionable = true) => {
  count += 1
  const payment = await storePayment(opened.deps.db, { at: before(24 * 40) })
  await opened.deps.db.run(
    "INSERT INTO fraud_warnings (id, payment_id, stripe_charge, fraud_type, actionable, warned_at, created_at, updated_at) VALUES ($1, $2, $1, 'x', $3, $4, $4, $4)",
    [`issfr_${count}`, payment, actionable, known],
  )
}
const look = async () =>
  Object.fromEntries(
    (await storeDisputesMeasure.read(opened.deps, AT)).map(
      ({ labels, opened: fresh, warnings, dueSoon, firstDue }) => [
        labels['store'],
        { fresh, warnings, dueSoon, firstDue },
      ],
    ),
  )
const NONE = { fresh: 0, warnings: 0, dueSoon: 0, firstDue: null }

test('every store is measured, also without disputes', async () => {
  expect(await look()).toEqual({ bakery: NONE, cafe: NONE })
})

test('new is what we have known for less than an hour, however old it is at Stripe', async () => {
  await storeDispute({ known: before(1) })
  await storeDispute({ known: before(1, -1), opened: before(300) })
  await storeDispute({ known: AT }, 'cafe')
  await storeDispute({ known: before(0, -1) }, 'cafe')
  expect(await look()).toEqual({ bakery: { ...NONE, fresh: 1 }, cafe: { ...NONE, fresh: 1 } })
})

test('an answer is due soon within 48 hours, while there is something to answer and no evidence', async () => {
  await storeDispute({ due: before(-48) })
  await storeDispute({ due: AT })
  await storeDispute({ due: before(-5), evidence: true })
  await storeDispute({ due: before(-5), status: 'under_review' })
  expect(await look()).toEqual({ bakery: NONE, cafe: NONE })
  await storeDispute({ due: before(-48, 1) })
  await storeDispute({ due: before(-9), status: 'warning_needs_response' })
  expect((await look())['bakery']).toEqual({ ...NONE, dueSoon: 2, firstDue: before(-9) })
})

test('a warning of fraud counts for an hour, while something can be done', async () => {
  await storeWarning(before(1))
  await storeWarning(before(0.5))
  await storeWarning(before(0.5), false)
  expect(await look()).toEqual({ bakery: { ...NONE, warnings: 1 }, cafe: NONE })
})

test('the rate counts a month of card payments and of disputes that are more than inquiries', async () => {
  const { db } = opened.deps
  await storePayment(db, { at: before(24 * 30) })
  await storePayment(db, { at: before(24 * 30, -1) })
  await storePayment(db, { at: before(1) })
  await storePayment(db, { at: before(1), method: 'cash' })
  await storePayment(db, { at: before(1), status: 'payment_failed' })
  await storeDispute({ opened: before(24 * 30, -1) })
  await storeDispute({ opened: before(24 * 30) })
  await storeDispute({ opened: before(3), status: 'warning_needs_response' })
  await storeDispute({ opened: before(3), status: 'lost' })
  expect(await disputeRateMeasure.read(opened.deps, AT)).toEqual([{ labels: {}, disputes: 2, payments: 2 }])
})
