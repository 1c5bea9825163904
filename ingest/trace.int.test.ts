import { serve } from '@hono/node-server'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createToken } from '#core/access/tokens.ts'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import { createRoot } from '#core/http/root.ts'
import { createLogger } from '#core/log.ts'
import { startTempClickHouse, type TempClickHouse } from '#core/testing/temp-clickhouse.ts'
import { ingestRoutes } from './main.ts'
import { relayEvents } from './relay/relay-events.ts'
import { sign, stripeEvent } from './testing/signed-delivery.ts'
import { startTempSandbox } from './testing/temp-sandbox.ts'
import { openWorkerDeps, WEBHOOK_SECRETS, type WorkerDeps } from './testing/worker-deps.ts'
import { applyInbox } from './webhooks/apply-inbox.ts'
import { HANDLERS } from './webhooks/handlers.ts'
import { webhookRoute } from './worker.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const AT = new Date('2026-03-02T09:00:00Z')
const AT_S = AT.getTime() / 1000

type Line = Readonly<Record<string, unknown>>

let engine: TempClickHouse
let sandbox: Awaited<ReturnType<typeof startTempSandbox>>
let worker: WorkerDeps
let deps: WorkerDeps['deps']
let server: ReturnType<typeof serve>
let base: string
const lines: Line[] = []

beforeAll(async () => {
  ;[engine, sandbox] = await Promise.all([startTempClickHouse(), startTempSandbox(AT)])
  worker = await openWorkerDeps({ clickhouse: engine.url, stripe: sandbox.url })
  const log = createLogger('info', { write: (text) => void lines.push(JSON.parse(text) as Line) })
  deps = { ...worker.deps, log }
  await migrateClickHouse(deps.clickhouse, AT)
  const root = createRoot(deps)
  root.route('/payments/api', ingestRoutes(deps))
  root.route('/', webhookRoute(deps))
  server = serve({ fetch: root.fetch, port: 0, hostname: '127.0.0.1' }) as typeof server
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.close()
  await worker.close()
  await sandbox.stop()
  await engine.stop()
})

const post = async (path: string, body: object, key: string, traceId: string) => {
  const { token } = await createToken(deps.env, deps.db, { name: key, role: 'manager', tillId: null })
  const response = await fetch(`${base}/payments/api${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': key,
      traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
    },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(201)
  return (await response.json()) as { id: string; stripe_charge: string; stripe_payment_intent: string }
}

/** Stripe tells of an object, and the inbox applies it. */
const deliver = async (id: string, type: string, object: object): Promise<void> => {
  const payload = stripeEvent(id, type, object as Record<string, unknown>)
  const response = await fetch(`${base}/payments/webhooks/stripe`, {
    method: 'POST',
    headers: { 'stripe-signature': sign(payload, WEBHOOK_SECRETS[0] ?? '', AT_S) },
    body: payload,
  })
  expect(response.status, await response.text()).toBe(200)
  await applyInbox(deps, HANDLERS)
}

const lineOf = (key: string, value: string): Line | undefined => lines.find((line) => line[key] === value)

const traceOfEntry = async (kind: string, source: string) =>
  deps.db.first('SELECT trace_id, payment_id FROM journal_entries WHERE kind = $1 AND source_id = $2', [
    kind,
    source,
  ])

test("one trace leads from the till's request over its log line, Stripe and the webhook to posting and event", async () => {
  const body = { amount: 1_250, currency: 'gbp', till_id: 'till-1', payment_method: 'pm_card_visa' }
  const payment = await post('/payments', body, 'trace-pay', TRACE)
  expect(lineOf('object_id', payment.id)).toMatchObject({ msg: 'request', status: 201, trace_id: TRACE })

  const intent = await deps.stripe.paymentIntents.retrieve(payment.stripe_payment_intent, {
    expand: ['latest_charge'],
  })
  expect(intent.metadata).toMatchObject({ tillwatch_trace: TRACE, tillwatch_payment: payment.id })

  await deliver('evt_intent', 'payment_intent.succeeded', intent)
  await deliver('evt_charge', 'charge.succeeded', intent.latest_charge as object)
  const applied = lines.filter(({ msg }) => msg === 'event applied')
  expect(applied.map(({ event, trace_id: trace }) => [event, trace])).toEqual([
    ['evt_intent', TRACE],
    ['evt_charge', TRACE],
  ])

  expect(await traceOfEntry('sale_card', payment.stripe_charge)).toEqual({
    trace_id: TRACE,
    payment_id: payment.id,
  })

  await relayEvents(deps)
  const events = await deps.clickhouse.rows<{ type: string; trace_id: string }>(
    'SELECT type, trace_id FROM payment_events_raw_v1 FINAL WHERE payment_id = {id:String} ORDER BY type',
    { id: payment.id },
  )
  expect(events).toEqual([
    { type: 'payment.attempted', trace_id: TRACE },
    { type: 'payment.created', trace_id: TRACE },
    { type: 'payment.status_changed', trace_id: TRACE },
  ])
})

test('a refund has the trace of its own request, and a dispute the one of its payment', async () => {
  const ofRefund = 'a'.repeat(32)
  const payment = await post(
    '/payments',
    { amount: 900, currency: 'gbp', till_id: 'till-1', payment_method: 'pm_card_visa' },
    'trace-pay-2',
    TRACE,
  )
  const refund = await post(
    `/payments/${payment.id}/refunds`,
    { amount: 300, reason: 'requested_by_customer' },
    'trace-refund',
    ofRefund,
  )
  const { data } = await deps.stripe.refunds.list({ charge: payment.stripe_charge })
  expect(data.map(({ metadata }) => metadata)).toMatchObject([
    { tillwatch_trace: ofRefund, tillwatch_refund: refund.id },
  ])
  expect(await traceOfEntry('refund', data[0]?.id ?? '')).toMatchObject({ trace_id: ofRefund })

  const dispute = {
    id: 'du_trace',
    object: 'dispute',
    charge: payment.stripe_charge,
    payment_intent: payment.stripe_payment_intent,
    amount: 600,
    currency: 'gbp',
    status: 'needs_response',
    reason: 'fraudulent',
    created: AT_S,
    balance_transactions: [],
    evidence_details: { due_by: AT_S + 604_800, has_evidence: false, past_due: false, submission_count: 0 },
    is_charge_refundable: false,
    metadata: {},
  }
  await deliver('evt_dispute', 'charge.dispute.created', dispute)
  const applied = lines.filter(({ msg, event }) => msg === 'event applied' && event === 'evt_dispute')
  expect(applied).toMatchObject([{ result: 'recorded', trace_id: TRACE }])
})
