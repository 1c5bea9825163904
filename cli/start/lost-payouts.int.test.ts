import { join } from 'node:path'
import type Stripe from 'stripe'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { businessDateOf } from '#core/business-date.ts'
import { postEntry } from '#core/ledger/post-entry.ts'
import { systemMachine } from '#core/system-env.ts'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { startStripeProxy, type StripeProxy } from '../../ingest/testing/stripe-proxy.ts'
import { openStory, tellByInbox, type StripeStory } from '../../ingest/testing/stripe-story.ts'
import { openWorkerDeps, type WorkerDeps } from '../../ingest/testing/worker-deps.ts'
import { applyInbox } from '../../ingest/webhooks/apply-inbox.ts'
import { HANDLERS } from '../../ingest/webhooks/handlers.ts'
import { look } from '../../reconciler/continuous/look.ts'
import { createNightlySchedule } from '../../reconciler/nightly.ts'
import { createRunWorker } from '../../reconciler/work-runs.ts'

const DAY_MS = 86_400_000

let story: StripeStory
let proxy: StripeProxy
let worker: WorkerDeps
let folder: Awaited<ReturnType<typeof makeTempFolder>>

const deps = () => ({
  ...worker.deps,
  env: { ...worker.deps.env, machine: systemMachine },
  chainHeadFile: join(folder.path, 'chain.head'),
})

/** A sale of 100.00 on Monday: less a fee of 1.70 it goes out on Tuesday at 00:10, and is paid at 06:00 on Wednesday. */
beforeEach(async () => {
  folder = await makeTempFolder()
  story = await openStory()
  proxy = await startStripeProxy(story.url)
  worker = await openWorkerDeps({ stripe: proxy.url })
  worker.deps.wakeups.listen('inbox', async () => applyInbox(worker.deps, HANDLERS))
  const intent = await story.stripe.paymentIntents.create({
    amount: 10_000,
    currency: 'gbp',
    payment_method: 'pm_card_bypassPending',
    allowed_payment_method_types: ['card'],
    confirm: true,
  })
  await postEntry(worker.deps.env, worker.deps.db, {
    kind: 'capture',
    sourceId: String(intent.latest_charge),
    occurredAt: story.now(),
    businessDate: businessDateOf(story.now(), 'Europe/London'),
    cause: { kind: 'call', id: 'test' },
    postings: [
      {
        account: 'clearing:card',
        object: String(intent.latest_charge),
        currency: 'gbp',
        amountMinor: 10_000n,
      },
      { account: 'revenue:sales', currency: 'gbp', amountMinor: -10_000n },
    ],
  })
})

afterEach(async () => {
  await worker.close()
  await proxy.close()
  await story.close()
  await folder.remove()
})

const pass = async (ms: number): Promise<void> => {
  await story.pass(ms)
  worker.deps.env.moveTo(story.now())
}

/** The runs of every date that is over. */
const nights = async (): Promise<void> => {
  await createNightlySchedule(deps()).enqueueDue(story.now())
  await createRunWorker(deps(), 100, new AbortController().signal).work()
  const failed = "SELECT id, status, error FROM reconciliation_runs WHERE status <> 'succeeded'"
  expect(await worker.deps.db.rows(failed)).toEqual([])
}

/** Whole days, each with its night. */
const passDays = async (days: number): Promise<void> => {
  for (let day = 0; day < days; day += 1) {
    await pass(DAY_MS)
    await nights()
  }
}

/** Deliveries of every event until now; nobody tells of what happens afterwards. */
const tellAll = async (): Promise<void> => tellByInbox(worker.deps, await story.events())

const firstPayout = async (): Promise<Stripe.Payout> => {
  const payout = (await story.stripe.payouts.list({ limit: 100 })).data.at(-1)
  if (!payout) throw new Error('there is no payout')
  return payout
}

const ourPayout = async (id: string) =>
  worker.deps.db.first('SELECT status, bank_trace_status, bank_trace_id FROM payouts WHERE id = $1', [id])

const entriesOf = async (id: string) =>
  worker.deps.db.rows(
    `SELECT e.kind, e.occurred_at, p.amount FROM journal_entries e JOIN postings p ON p.entry_id = e.id AND p.account = 'bank'
     WHERE e.source_id = $1 ORDER BY e.occurred_at`,
    [id],
  )

const openExceptions = async () =>
  worker.deps.db.rows("SELECT category, object FROM exceptions WHERE status = 'open'")

test("a payout's failure twelve days later of which nobody told is in the books after the night", async () => {
  await pass(2 * DAY_MS)
  await tellAll()
  await nights()
  const { id } = await firstPayout()
  expect(await ourPayout(id)).toMatchObject({ status: 'paid' })
  await passDays(12)
  await story.control(`/payouts/${id}`, { action: 'fail' })
  const failedAt = story.now()
  await passDays(1)
  expect(await ourPayout(id)).toMatchObject({ status: 'failed' })
  expect(await entriesOf(id)).toEqual([
    { kind: 'payout_paid', occurred_at: new Date('2026-03-04T00:00:00Z'), amount: 9_830n },
    { kind: 'payout_returned', occurred_at: failedAt, amount: -9_830n },
  ])
  expect(await openExceptions()).toEqual([])
  const told = await worker.deps.db.rows(
    "SELECT source FROM webhook_events WHERE object_id = $1 AND source = 'reconciler' AND payload LIKE '%failed%'",
    [id],
  )
  expect(told).toHaveLength(1)
  await passDays(3)
  expect(await openExceptions()).toEqual([])
})

test('a failure later than any payout is watched is healed from the row that brings its money back', async () => {
  await pass(2 * DAY_MS)
  await tellAll()
  await nights()
  const { id } = await firstPayout()
  await passDays(40)
  await story.control(`/payouts/${id}`, { action: 'fail' })
  await passDays(1)
  expect(await ourPayout(id)).toMatchObject({ status: 'failed' })
  expect((await entriesOf(id)).map((entry) => (entry as { amount: bigint }).amount)).toEqual([
    9_830n,
    -9_830n,
  ])
  expect(await openExceptions()).toEqual([])
})

test('a look between two nights heals such a failure, too', async () => {
  await pass(2 * DAY_MS)
  await tellAll()
  await nights()
  const { id } = await firstPayout()
  await passDays(12)
  const lookedAt = story.now()
  await story.control(`/payouts/${id}`, { action: 'fail' })
  await pass(300_000)
  await look(deps(), { lookedAt, wholeAt: null }, 100, new AbortController().signal)
  expect(await ourPayout(id)).toMatchObject({ status: 'failed' })
  expect(await openExceptions()).toEqual([])
})

test("the bank's reference of which nobody told is known after the night, at one list of payouts a night", async () => {
  await pass(2 * DAY_MS)
  await tellAll()
  await nights()
  const { id } = await firstPayout()
  expect(await ourPayout(id)).toMatchObject({ bank_trace_status: 'pending', bank_trace_id: null })
  await passDays(2)
  const trace = (await firstPayout()).trace_id
  expect(trace).toMatchObject({ status: 'supported', value: expect.any(String) })
  expect(await ourPayout(id)).toMatchObject({ bank_trace_status: 'supported', bank_trace_id: trace?.value })
  proxy.reads.length = 0
  await passDays(1)
  const asked = proxy.reads.filter((url) => url.includes('payout'))
  expect(asked.filter((url) => url.startsWith('/v1/payouts?'))).toHaveLength(1)
  // The old payout is watched by that list; nothing of it is read again.
  expect(asked.filter((url) => url.includes(id))).toEqual([])
})
