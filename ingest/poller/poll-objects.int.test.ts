import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { confirmAtStripe, storeProcessingPayment } from '../testing/stored-payment.ts'
import { startStripeProxy, type StripeProxy } from '../testing/stripe-proxy.ts'
import { startTempSandbox } from '../testing/temp-sandbox.ts'
import { openWorkerDeps, type WorkerDeps } from '../testing/worker-deps.ts'
import { applyInbox } from '../webhooks/apply-inbox.ts'
import { HANDLERS } from '../webhooks/handlers.ts'
import { startDrainLoop } from '#core/drain-loop.ts'
import { ensureCursor, pollEvents } from './poll-events.ts'
import { replayEvents } from './replay-events.ts'

const EVERY_MS = 900_000
const DAY_MS = 86_400_000

let sandbox: Awaited<ReturnType<typeof startTempSandbox>>
let proxy: StripeProxy
let worker: WorkerDeps

beforeAll(async () => {
  sandbox = await startTempSandbox(new Date('2026-03-02T09:00:00Z'))
  proxy = await startStripeProxy(sandbox.url)
  worker = await openWorkerDeps({ stripe: proxy.url })
  await ensureCursor(worker.deps)
})
// Stripe tells no event here, neither by webhook nor in its list.
beforeEach(() => {
  proxy.failing = /\/v1\/events/
})
afterAll(async () => {
  await worker.close()
  await proxy.close()
  await sandbox.stop()
})

/** Moves Stripe's clock to ours. */
const moveStripe = async () => {
  const response = await fetch(`${sandbox.url}/_sandbox/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ now: worker.deps.env.clock.now().toISOString() }),
  })
  expect(response.status).toBe(200)
}
const pass = async (ms: number) => {
  worker.deps.env.pass(ms)
  await moveStripe()
}
const poll = async () => {
  await pass(EVERY_MS)
  await pollEvents(worker.deps)
  await applyInbox(worker.deps, HANDLERS)
}
const pay = async (id: string, amount: number, method?: string) => {
  await storeProcessingPayment(worker.deps, id, amount)
  return confirmAtStripe(worker.deps, id, amount, method)
}
const first = async (sql: string, ...params: unknown[]) => worker.deps.db.first(sql, params)
const payment = async (id: string) => first('SELECT status, first_writer FROM payments WHERE id = $1', id)
const cursor = async (name: string) =>
  worker.deps.db.first<{ at: Date; failure: string | null }>(
    'SELECT at, failure FROM poll_cursors WHERE name = $1',
    [name],
  )

test('without any event a sale, a refusal, a refund, a payout and a dispute become known from their lists', async () => {
  const { deps } = worker
  const intent = await pay('pay_listed', 5_000)
  await pay('pay_refused', 300, 'pm_card_chargeDeclined')
  await pay('pay_disputed', 700, 'pm_card_createDispute')
  await poll()
  expect(await payment('pay_listed')).toEqual({ status: 'succeeded', first_writer: 'poller' })
  expect(await payment('pay_refused')).toEqual({ status: 'payment_failed', first_writer: 'poller' })
  expect(await cursor('events')).toMatchObject({ failure: 'provider_unavailable' })
  expect(await cursor('payment_intents')).toEqual({ at: deps.env.clock.now(), failure: null })

  await deps.stripe.refunds.create({ payment_intent: intent.id, amount: 400 })
  await poll()
  expect(await first('SELECT amount, status, first_writer FROM refunds')).toEqual({
    amount: 400n,
    status: 'succeeded',
    first_writer: 'poller',
  })
  const dispute = "SELECT status, result FROM webhook_events WHERE object_type = 'dispute'"
  expect(await first(dispute)).toEqual({ status: 'processed', result: 'recorded' })
  await pass(7 * DAY_MS)
  await poll()
  expect(await deps.db.rows('SELECT status, first_writer FROM payouts')).toContainEqual({
    status: 'paid',
    first_writer: 'poller',
  })
})

test('what is known as it is costs no row', async () => {
  await pay('pay_quiet', 200)
  await poll()
  const size = async () => first('SELECT count(*)::integer AS n FROM webhook_events')
  const before = await size()
  await pollEvents(worker.deps)
  worker.deps.env.pass(300_000)
  await poll()
  expect(await size()).toEqual(before)
})

test('an object that its list shows nine minutes late is found by the next poll', async () => {
  await pass(EVERY_MS)
  worker.deps.env.pass(540_000)
  await pollEvents(worker.deps)
  // Stripe's clock stands behind: what it makes now carries an instant that the poll has passed.
  await pay('pay_shown_late', 250)
  await moveStripe()
  await poll()
  expect(await payment('pay_shown_late')).toMatchObject({ status: 'succeeded' })
})

test('a page that fails moves the cursor of its list alone, and the next poll gets everything', async () => {
  const intent = await pay('pay_half', 900)
  await poll()
  const before = await cursor('refunds')
  await worker.deps.stripe.refunds.create({ payment_intent: intent.id, amount: 100 })
  proxy.failing = /\/v1\/(events|refunds)/
  await poll()
  expect(await cursor('refunds')).toEqual({ at: before?.at, failure: 'provider_unavailable' })
  expect(await cursor('payouts')).toEqual({ at: worker.deps.env.clock.now(), failure: null })
  proxy.failing = /\/v1\/events/
  await poll()
  expect(await first("SELECT amount FROM refunds WHERE payment_id = 'pay_half'")).toEqual({ amount: 100n })
})

test('a payment of two months ago, whose events Stripe lists no more, comes back with a replay', async () => {
  const { deps } = worker
  const since = deps.env.clock.now()
  await pay('pay_of_old', 600)
  // The platform was away all the time: its cursors stand where nobody polls from any more.
  await pass(60 * DAY_MS)
  await deps.db.run('UPDATE poll_cursors SET at = $1, due_at = $2', [
    deps.env.clock.now(),
    new Date(deps.env.clock.now().getTime() + EVERY_MS),
  ])
  proxy.failing = undefined
  const inbox = startDrainLoop(deps, 'inbox', async () => applyInbox(deps, HANDLERS))
  const sleeper = setInterval(() => void deps.env.passMachine(50), 5)
  const done = await replayEvents(deps, since)
  clearInterval(sleeper)
  await inbox.stop()
  expect(done.objects).toBeGreaterThanOrEqual(1)
  expect(done.processed).toBe(done.fresh)
  expect(await payment('pay_of_old')).toEqual({ status: 'succeeded', first_writer: 'poller' })
})
