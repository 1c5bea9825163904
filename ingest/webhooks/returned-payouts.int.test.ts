import { afterEach, beforeEach, expect, test } from 'vitest'
import { startStripeProxy, type StripeProxy } from '../testing/stripe-proxy.ts'
import { openStory, tellByInbox, type StripeStory } from '../testing/stripe-story.ts'
import { openWorkerDeps, type WorkerDeps } from '../testing/worker-deps.ts'
import { applyInbox } from './apply-inbox.ts'
import { HANDLERS } from './handlers.ts'

const DAY_MS = 86_400_000

let story: StripeStory
let proxy: StripeProxy
let worker: WorkerDeps
let id: string

/** A payout by hand, paid on Wednesday the 4th, its failure untold. */
beforeEach(async () => {
  story = await openStory()
  proxy = await startStripeProxy(story.url)
  worker = await openWorkerDeps({ stripe: proxy.url })
  await story.stripe.paymentIntents.create({
    amount: 10_000,
    currency: 'gbp',
    payment_method: 'pm_card_bypassPending',
    allowed_payment_method_types: ['card'],
    confirm: true,
  })
  id = (await story.stripe.payouts.create({ amount: 4_000, currency: 'gbp' })).id
  await story.pass(2 * DAY_MS)
  await tellByInbox(worker.deps, await story.events())
  await story.pass(3 * DAY_MS)
  await story.control(`/payouts/${id}`, { action: 'fail' })
})

afterEach(async () => {
  await worker.close()
  await proxy.close()
  await story.close()
})

const tellFailure = async (): Promise<void> => {
  worker.deps.env.moveTo(story.now())
  await tellByInbox(
    worker.deps,
    (await story.events()).filter(({ type }) => type === 'payout.failed'),
  )
}

const returnOf = async () =>
  worker.deps.db.first(
    `SELECT o.status, o.returned_at, e.occurred_at, e.business_date FROM payouts o
     LEFT JOIN journal_entries e ON e.source_id = o.id AND e.kind = 'payout_returned' WHERE o.id = $1`,
    [id],
  )

test('while Stripe cannot be asked when the money came back the event waits, and keeps its tries', async () => {
  proxy.failing = /balance_transactions/
  await tellFailure()
  expect(await returnOf()).toMatchObject({ status: 'paid', returned_at: null, occurred_at: null })
  const event = "SELECT attempts, postponed FROM webhook_events WHERE type = 'payout.failed'"
  expect(await worker.deps.db.rows(event)).toEqual([{ attempts: 0, postponed: 1 }])
  proxy.failing = undefined
  // Days later: what is booked is when it happened.
  await story.pass(2 * DAY_MS)
  worker.deps.env.moveTo(story.now())
  await applyInbox(worker.deps, HANDLERS)
  const failedAt = new Date('2026-03-07T09:00:00Z')
  expect(await returnOf()).toEqual({
    status: 'failed',
    returned_at: failedAt,
    occurred_at: failedAt,
    business_date: '2026-03-07',
  })
})

test('without the row that brought it back the money came back on the arrival date, whoever tells it', async () => {
  const row = (await story.stripe.payouts.retrieve(id)).failure_balance_transaction
  await story.control('/edits', { op: 'remove', id: row })
  await tellFailure()
  const arrival = new Date('2026-03-04T00:00:00Z')
  expect(await returnOf()).toMatchObject({ status: 'failed', returned_at: arrival, occurred_at: arrival })
})
