import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '#core/postgres/db.ts'
import { sign } from '../testing/signed-delivery.ts'
import { confirmAtStripe, storeProcessingPayment } from '../testing/stored-payment.ts'
import { startStripeProxy, type StripeProxy } from '../testing/stripe-proxy.ts'
import { startTempSandbox } from '../testing/temp-sandbox.ts'
import { openWorkerDeps, WEBHOOK_SECRETS, type WorkerDeps } from '../testing/worker-deps.ts'
import { applyInbox } from '../webhooks/apply-inbox.ts'
import { HANDLERS } from '../webhooks/handlers.ts'
import { createReceiveDelivery } from '../webhooks/receive-delivery.ts'
import { ensureCursor, pollEvents } from './poll-events.ts'

const START = '2026-03-02T09:00:00.000Z'
const EVERY_MS = 900_000
/** Events, payment intents, refunds, payouts, disputes. */
const LISTS = 5

let sandbox: Awaited<ReturnType<typeof startTempSandbox>>
let proxy: StripeProxy
let worker: WorkerDeps

beforeAll(async () => {
  sandbox = await startTempSandbox(new Date(START))
  proxy = await startStripeProxy(sandbox.url)
  worker = await openWorkerDeps({ stripe: proxy.url })
  await ensureCursor(worker.deps)
})
afterEach(() => {
  proxy.failing = undefined
})
afterAll(async () => {
  await worker.close()
  await proxy.close()
  await sandbox.stop()
})

/** Lets time pass in the sandbox, here, or in both. */
const passAtStripe = async (ms: number) => {
  const { now_ms: nowMs } = (await (await fetch(`${sandbox.url}/_sandbox/clock`)).json()) as {
    now_ms: number
  }
  const response = await fetch(`${sandbox.url}/_sandbox/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ now: new Date(nowMs + ms).toISOString() }),
  })
  expect(response.status).toBe(200)
}
const pass = async (ms: number) => {
  await passAtStripe(ms)
  worker.deps.env.pass(ms)
}
/** Waits for the next due poll, polls and applies. */
const poll = async () => {
  await pass(EVERY_MS)
  await pollEvents(worker.deps)
  await applyInbox(worker.deps, HANDLERS)
}
const pay = async (id: string, amount = 500) => {
  await storeProcessingPayment(worker.deps, id, amount)
  return confirmAtStripe(worker.deps, id, amount)
}

interface CursorRow {
  readonly at: Date
  readonly due_at: Date
  readonly failure: string | null
}
const cursor = async () =>
  worker.deps.db.first<CursorRow>("SELECT at, due_at, failure FROM poll_cursors WHERE name = 'events'")
const statusOf = async (id: string) =>
  (await worker.deps.db.first<{ status: string }>('SELECT status FROM payments WHERE id = $1', [id]))?.status
const inboxSize = async () =>
  (await worker.deps.db.first<{ n: number }>('SELECT count(*)::integer AS n FROM webhook_events'))?.n
const sequence = async () =>
  worker.deps.db.first("SELECT last_value FROM pg_sequences WHERE sequencename = 'webhook_events_seq_seq'")
const firstWriters = async (writer: string, kind: string) => {
  const { values } = await worker.deps.metrics.factsFirstWriter.get()
  return values.find(({ labels }) => labels.writer === writer && labels.kind === kind)?.value
}
const eventOf = async (object: string, type: string) => {
  const { data } = await worker.deps.stripe.events.list({ type, limit: 100 })
  const event = data.find((one) => (one.data.object as { id?: string }).id === object)
  if (!event) throw new Error(`no ${type} of ${object}`)
  return event
}

test('without any webhook endpoint a sale, a refund and a payout become known', async () => {
  const { deps } = worker
  const intent = await pay('pay_known', 1_000)
  await poll()
  expect(await deps.db.first('SELECT status, amount_captured, first_writer FROM payments')).toEqual({
    status: 'succeeded',
    amount_captured: 1000n,
    first_writer: 'poller',
  })
  expect(await firstWriters('poller', 'payment')).toBe(1)

  await deps.stripe.refunds.create({ payment_intent: intent.id, amount: 400 })
  await poll()
  expect(await deps.db.first('SELECT amount, first_writer FROM refunds')).toEqual({
    amount: 400n,
    first_writer: 'poller',
  })
  expect(await firstWriters('poller', 'refund')).toBe(1)

  // Payouts come days later; a poll after an outage of days reads them all.
  await pass(7 * 86_400_000)
  await poll()
  const payouts = await deps.db.rows<{ status: string }>('SELECT status FROM payouts')
  expect(payouts).toEqual([{ status: 'paid' }])
  expect(await firstWriters('poller', 'payout')).toBe(1)
  expect(await firstWriters('webhook', 'payment')).toBe(0)
})

test('an event that was delivered and polled is one row, whichever came first, and its payload is the same', async () => {
  const { deps } = worker
  const receive = createReceiveDelivery(deps)
  const deliver = async (event: object) => {
    const payload = JSON.stringify(event)
    const seconds = Math.floor(deps.env.clock.now().getTime() / 1000)
    return receive(Buffer.from(payload), sign(payload, WEBHOOK_SECRETS[0] ?? '', seconds))
  }
  const intent = await pay('pay_both')
  const succeeded = await eventOf(intent.id, 'payment_intent.succeeded')
  const charged = await eventOf(String(intent.latest_charge), 'charge.succeeded')
  expect(await deliver(succeeded)).toEqual({ id: succeeded.id, result: 'accepted' })
  await poll()
  expect(await deliver(charged)).toEqual({ id: charged.id, result: 'duplicate' })
  const rows = await deps.db.rows<{ id: string; source: string; payload: string }>(
    'SELECT id, source, payload FROM webhook_events WHERE id = ANY ($1) ORDER BY source',
    [[succeeded.id, charged.id]],
  )
  expect(rows.map(({ id, source }) => [id, source])).toEqual([
    [charged.id, 'poller'],
    [succeeded.id, 'webhook'],
  ])
  expect(JSON.parse(rows[0]?.payload ?? '')).toEqual(JSON.parse(JSON.stringify(charged)))
  const entries = await deps.db.rows("SELECT kind FROM journal_entries WHERE payment_id = 'pay_both'")
  expect(entries).toEqual([{ kind: 'sale_card' }])
})

test('nothing new writes nothing but the cursors, with one call to Stripe for each list', async () => {
  const { deps } = worker
  // The overlap still sees the events of the test before.
  const before = { inbox: await inboxSize(), sequence: await sequence() }
  proxy.reads.length = 0
  deps.wakeups.woken.length = 0
  await pass(EVERY_MS)
  await pollEvents(deps)
  expect(proxy.reads).toHaveLength(LISTS)
  expect({ inbox: await inboxSize(), sequence: await sequence() }).toEqual(before)
  expect(deps.wakeups.woken).toEqual([])
  const now = deps.env.clock.now()
  expect(await cursor()).toEqual({ at: now, due_at: new Date(now.getTime() + EVERY_MS), failure: null })
  await pollEvents(deps)
  expect(proxy.reads).toHaveLength(LISTS)
})

test('an event made in the second of the cursor, after the poll, is found by the next one', async () => {
  await poll()
  await pay('pay_same_second')
  await poll()
  expect(await statusOf('pay_same_second')).toBe('succeeded')
})

test('an event that appears nine minutes behind the cursor is found by the next poll', async () => {
  const { deps } = worker
  // Stripe's clock stands nine minutes back: what it makes now carries an instant that the poll has passed.
  deps.env.pass(540_000)
  await pass(EVERY_MS)
  await pollEvents(deps)
  await pay('pay_visible_late')
  await poll()
  expect(await statusOf('pay_visible_late')).toBe('succeeded')
  await passAtStripe(540_000)
})

test('a page that fails moves no cursor, and the next poll gets everything', async () => {
  const { deps } = worker
  const ids = Array.from({ length: 40 }, (_, n) => `pay_paged_${n}`)
  for (const id of ids) await pay(id, 100)
  const before = await cursor()
  proxy.failing = /starting_after/
  await pass(EVERY_MS)
  await pollEvents(deps)
  const now = deps.env.clock.now()
  expect(await cursor()).toEqual({
    at: before?.at,
    due_at: new Date(now.getTime() + EVERY_MS),
    failure: 'provider_unavailable',
  })
  proxy.failing = undefined
  await poll()
  expect((await cursor())?.failure).toBeNull()
  const paid = await deps.db.first<{ n: number }>(
    "SELECT count(*)::integer AS n FROM payments WHERE id = ANY ($1) AND status = 'succeeded'",
    [ids],
  )
  expect(paid?.n).toBe(40)
})

test('a database that fails while events are stored moves no cursor', async () => {
  const { deps } = worker
  await pay('pay_unstored')
  await pass(EVERY_MS)
  const before = await cursor()
  const failing = {
    ...deps,
    db: {
      ...deps.db,
      rows: async () => Promise.reject(new Error('Connection terminated')),
    },
  }
  await expect(pollEvents(failing)).rejects.toThrow('Connection terminated')
  expect(await cursor()).toEqual(before)
  await pollEvents(deps)
  await applyInbox(deps, HANDLERS)
  expect(await statusOf('pay_unstored')).toBe('succeeded')
})

test('two pollers at once poll once', async () => {
  const { deps } = worker
  await pay('pay_raced')
  await pass(EVERY_MS)
  const other = openDatabase(deps.db.pool.options.connectionString ?? '', 2)
  proxy.reads.length = 0
  await Promise.all([pollEvents(deps), pollEvents({ ...deps, db: other })])
  await other.close()
  expect(proxy.reads).toHaveLength(LISTS)
  await applyInbox(deps, HANDLERS)
  expect(await statusOf('pay_raced')).toBe('succeeded')
  const rows = await deps.db.rows('SELECT id FROM webhook_events GROUP BY id HAVING count(*) > 1')
  expect(rows).toEqual([])
})

test('while another poller is at it, none begins', async () => {
  const { deps } = worker
  await pass(EVERY_MS)
  const session = await deps.db.pool.connect()
  await session.query('SELECT pg_advisory_lock(7305011)')
  proxy.reads.length = 0
  await pollEvents(deps)
  expect(proxy.reads).toEqual([])
  await session.query('SELECT pg_advisory_unlock(7305011)')
  session.release()
  await pollEvents(deps)
  expect(proxy.reads).toHaveLength(LISTS)
})
