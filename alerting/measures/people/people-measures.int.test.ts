import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAlertDeps, type AlertDeps } from '../../testing/alert-deps.ts'
import { storePayment } from '../testing/store-facts.ts'
import { gapsMeasure } from './read-gaps.ts'
import { receiptsMeasure } from './read-receipts.ts'

let world: AlertDeps
beforeAll(async () => {
  world = await openAlertDeps({ smtpUrl: 'smtp://127.0.0.1:9' })
})
afterAll(async () => world.close())

const MINUTE_MS = 60_000

const asked = async (payment: string, minutesAgo: number, status: 'pending' | 'sent' | 'failed') => {
  const { env, db } = world.deps
  const at = new Date(env.clock.now().getTime() - minutesAgo * MINUTE_MS)
  const waits = status === 'pending'
  await db.run(
    `INSERT INTO receipt_mails (id, payment_id, email, shown_email, status, next_attempt_at, asked_by, created_at, ended_at)
     VALUES ($1, $2, $3, 'c***@home.example', $4, $5, 'tok_1', $5, $6)`,
    [
      `${status} ${minutesAgo}`,
      payment,
      waits ? `${minutesAgo}@home.example` : null,
      status,
      at,
      waits ? null : at,
    ],
  )
}

test('receipts count that were given up within the hour, and that have waited a quarter of an hour', async () => {
  const { db, env } = world.deps
  const at = env.clock.now()
  const read = async () => receiptsMeasure.read(world.deps, at)
  expect(await read()).toEqual([{ labels: {}, failed: 0, waiting: 0 }])
  const payment = await storePayment(db, { at })
  for (const minutesAgo of [0, 59, 60, 61]) await asked(payment, minutesAgo, 'failed')
  for (const minutesAgo of [1, 14, 15, 90]) await asked(payment, minutesAgo, 'pending')
  await asked(payment, 5, 'sent')
  expect(await read()).toEqual([{ labels: {}, failed: 2, waiting: 2 }])
})

test('a shop with a contact behind every audience has no gap', async () => {
  const [reading] = await gapsMeasure(() => ['on_call', 'finance', 'finance']).read(world.deps, new Date())
  expect(reading).toEqual({ labels: {}, gaps: [], told: 2 })
})
