import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import { createRoot, type Api } from '#core/http/root.ts'
import type { Service } from '#core/service.ts'
import { startTempClickHouse, type TempClickHouse } from '#core/testing/temp-clickhouse.ts'
import { sign, stripeEvent } from './testing/signed-delivery.ts'
import { confirmAtStripe, storeProcessingPayment } from './testing/stored-payment.ts'
import { startTempSandbox } from './testing/temp-sandbox.ts'
import { openWorkerDeps, WEBHOOK_SECRETS, type WorkerDeps } from './testing/worker-deps.ts'
import { startWorker, webhookRoute } from './worker.ts'

let sandbox: Awaited<ReturnType<typeof startTempSandbox>>
let engine: TempClickHouse
let worker: WorkerDeps
let service: Service
let app: Api

beforeAll(async () => {
  const at = new Date('2026-03-02T09:00:00Z')
  ;[sandbox, engine] = await Promise.all([startTempSandbox(at), startTempClickHouse()])
  worker = await openWorkerDeps({ stripe: sandbox.url, clickhouse: engine.url })
  await migrateClickHouse(worker.deps.clickhouse, at)
  service = await startWorker(worker.deps)
  app = createRoot(worker.deps).route('/', webhookRoute(worker.deps))
})
afterAll(async () => {
  await service.stop()
  await worker.close()
  await engine.stop()
  await sandbox.stop()
})

const deliver = async (id: string, type: string, object: { object: string }) => {
  const payload = stripeEvent(id, type, { ...object })
  const response = await app.request('/payments/webhooks/stripe', {
    method: 'POST',
    body: payload,
    headers: { 'stripe-signature': sign(payload, WEBHOOK_SECRETS[0] ?? '', 1_772_442_000) },
  })
  expect(response.status).toBe(200)
}

const quiet = async () => expect.poll(async () => service.open(), { timeout: 10_000, interval: 5 }).toBe(0)

const resultOf = async (id: string) =>
  (await worker.deps.db.first<{ result: string }>('SELECT result FROM webhook_events WHERE id = $1', [id]))
    ?.result

test('a refund that is told before its charge brings the charge along; later tellings change nothing', async () => {
  const { deps } = worker
  await storeProcessingPayment(deps, 'pay_late', 1_000)
  const intent = await confirmAtStripe(deps, 'pay_late', 1_000)
  const charge = await deps.stripe.charges.retrieve(String(intent.latest_charge))
  const refund = await deps.stripe.refunds.create({ charge: charge.id, amount: 400 })

  await deliver('evt_refund', 'refund.created', refund)
  await quiet()
  expect(await resultOf('evt_refund')).toBe('recorded')
  const state = 'SELECT status, amount_captured, amount_refunded, first_writer FROM payments WHERE id = $1'
  const refunded = {
    status: 'succeeded',
    amount_captured: 1000n,
    amount_refunded: 400n,
    first_writer: 'webhook',
  }
  expect(await deps.db.first(state, ['pay_late'])).toEqual(refunded)

  await Promise.all([
    deliver('evt_charge', 'charge.succeeded', charge),
    deliver('evt_intent', 'payment_intent.succeeded', intent),
    deliver('evt_refund_again', 'refund.updated', refund),
  ])
  await quiet()
  expect(await resultOf('evt_charge')).toBe('unchanged')
  expect(await resultOf('evt_refund_again')).toBe('unchanged')
  expect(await deps.db.first(state, ['pay_late'])).toEqual(refunded)
  const journal = await deps.db.rows('SELECT kind, source_id FROM journal_entries ORDER BY kind')
  expect(journal).toEqual([
    { kind: 'refund', source_id: refund.id },
    { kind: 'sale_card', source_id: charge.id },
  ])
})

test('a charge that names no payment of ours is applied as unknown and left to the reconciler', async () => {
  const { deps } = worker
  const intent = await confirmAtStripe(deps, 'pay_of_nobody', 700)
  await deliver(
    'evt_orphan',
    'charge.succeeded',
    await deps.stripe.charges.retrieve(String(intent.latest_charge)),
  )
  await quiet()
  expect(await resultOf('evt_orphan')).toBe('unknown_object')
})

test('every event that was written is in ClickHouse, each once', async () => {
  const stored = await worker.deps.db.rows<{ id: string }>('SELECT id FROM events ORDER BY id')
  const relayed = await worker.deps.clickhouse.rows<{ id: string }>(
    'SELECT event_id AS id FROM payment_events_raw_v1 FINAL ORDER BY event_id',
  )
  expect(stored.length).toBeGreaterThan(3)
  expect(relayed).toEqual(stored)
})

test('an event that failed is due later, and is open once it is due', async () => {
  const { db, env } = worker.deps
  const at = new Date('2026-03-02T09:00:05.000Z')
  await db.run(
    `INSERT INTO webhook_events (id, type, object_type, object_id, source, payload, stripe_created, received_at, next_attempt_at, status, attempts)
     VALUES ('evt_later', 'a.b', 'novelty', '', 'webhook', '{"data":{"object":{"object":"novelty"}}}', $1, $1, $1, 'failed', 1)`,
    [at],
  )
  expect(await service.open()).toBe(0)
  expect(await service.nextDue(env.clock.now())).toEqual(at)
  env.moveTo(at)
  expect(await service.open()).toBe(1)
  await service.enqueueDue(env.clock.now())
  await quiet()
  expect(await resultOf('evt_later')).toBe('ignored')
  // Nothing but the next poll.
  expect(await service.nextDue(env.clock.now())).toEqual(new Date('2026-03-02T09:15:00.000Z'))
})
