import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createRoot, type Api } from '#core/http/root.ts'
import { sign, stripeEvent } from '../testing/signed-delivery.ts'
import { openWorkerDeps, WEBHOOK_SECRETS, type WorkerDeps } from '../testing/worker-deps.ts'
import { deliveryRoute } from './routes.ts'

// 2026-03-02T09:00:00Z, where the manual clock stands.
const NOW_S = 1_772_442_000
const [FIRST = '', SECOND = ''] = WEBHOOK_SECRETS

let worker: WorkerDeps
let app: Api

beforeAll(async () => {
  worker = await openWorkerDeps()
  app = createRoot(worker.deps)
  app.route('/', deliveryRoute(worker.deps))
})
afterAll(async () => worker.close())
beforeEach(() => {
  worker.deps.wakeups.woken.length = 0
})

const deliver = async (body: string, signature?: string) => {
  const headers = signature === undefined ? {} : { 'stripe-signature': signature }
  const response = await app.request('/payments/webhooks/stripe', { method: 'POST', body, headers })
  return {
    status: response.status,
    body: (await response.json()) as { error?: { code: string }; result?: string },
  }
}

const stored = async (id: string) =>
  worker.deps.db.rows(
    'SELECT id, type, object_type, object_id, source, status, payload FROM webhook_events WHERE id = $1',
    [id],
  )

const event = (id: string, over: Record<string, unknown> = {}) =>
  stripeEvent(id, 'charge.succeeded', { id: 'ch_1', object: 'charge', description: 'caffè €' }, over)

test('a delivery is stored with its exact text before it is answered, and the inbox is woken', async () => {
  const payload = event('evt_1')
  expect(await deliver(payload, sign(payload, FIRST, NOW_S))).toEqual({
    status: 200,
    body: { id: 'evt_1', result: 'accepted' },
  })
  expect(await stored('evt_1')).toEqual([
    {
      id: 'evt_1',
      type: 'charge.succeeded',
      object_type: 'charge',
      object_id: 'ch_1',
      source: 'webhook',
      status: 'received',
      payload,
    },
  ])
  expect(worker.deps.wakeups.woken).toEqual(['inbox'])
})

test('a delivery that comes twice, or twice at once, is stored once', async () => {
  const payload = event('evt_2')
  const twice = await Promise.all(
    [NOW_S, NOW_S + 1].map(async (at) => deliver(payload, sign(payload, FIRST, at))),
  )
  const again = await deliver(payload, sign(payload, FIRST, NOW_S + 2))
  expect([...twice, again].map(({ status }) => status)).toEqual([200, 200, 200])
  expect([...twice, again].map(({ body }) => body.result)).toEqual(['accepted', 'duplicate', 'duplicate'])
  expect(await stored('evt_2')).toHaveLength(1)
})

test('many deliveries at once are all stored', async () => {
  const payloads = Array.from({ length: 60 }, (_, n) => event(`evt_many${n}`))
  const answers = await Promise.all(
    payloads.map(async (payload) => deliver(payload, sign(payload, FIRST, NOW_S))),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  const [row] = await worker.deps.db.rows<{ n: bigint }>(
    "SELECT count(*) AS n FROM webhook_events WHERE id LIKE 'evt_many%'",
  )
  expect(row?.n).toBe(60n)
})

test('while a secret is rotated both sign', async () => {
  const payload = event('evt_rotated')
  expect((await deliver(payload, sign(payload, SECOND, NOW_S))).status).toBe(200)
})

test('a type nobody knows, of an object without id, is stored like any other', async () => {
  const payload = stripeEvent('evt_unknown', 'tomorrow.invented', { object: 'novelty' })
  expect((await deliver(payload, sign(payload, FIRST, NOW_S))).status).toBe(200)
  expect(await stored('evt_unknown')).toMatchObject([
    { object_type: 'novelty', object_id: '', status: 'received' },
  ])
})

describe('is refused without detail and not stored:', () => {
  const good = event('evt_refused')
  const v0 = sign(good, FIRST, NOW_S).replace('v1=', 'v0=')
  const other = sign(event('evt_other'), FIRST, NOW_S)
  const foreign = event('evt_refused', { account: 'acct_other' })
  const live = event('evt_refused', { livemode: true })
  const thin = JSON.stringify({ id: 'evt_refused', object: 'v2.core.event', type: 'v1.charge.succeeded' })
  const rows: [string, string, string | undefined, string][] = [
    ['no signature', good, undefined, 'signature_invalid'],
    ['an empty signature', good, '', 'signature_invalid'],
    ['a signature by another secret', good, sign(good, 'whsec_forged00', NOW_S), 'signature_invalid'],
    ['a signature by an empty secret', good, `t=${NOW_S},v1=${'0'.repeat(64)}`, 'signature_invalid'],
    ['a signature of another body', good, other, 'signature_invalid'],
    [
      'a body written again with other spaces',
      good.replaceAll(':', ': '),
      sign(good, FIRST, NOW_S),
      'signature_invalid',
    ],
    ['the scheme v0 alone', good, v0, 'signature_invalid'],
    ['a signature 301 s old', good, sign(good, FIRST, NOW_S - 301), 'signature_invalid'],
    ['a signature 301 s in the future', good, sign(good, FIRST, NOW_S + 301), 'signature_invalid'],
    ['a signed body that is no JSON', 'evt_refused', sign('evt_refused', FIRST, NOW_S), 'signature_invalid'],
    ['a signed thin event', thin, sign(thin, FIRST, NOW_S), 'signature_invalid'],
    ['an event of another account', foreign, sign(foreign, FIRST, NOW_S), 'wrong_account'],
    ['an event of the other mode', live, sign(live, FIRST, NOW_S), 'wrong_account'],
  ]
  test.each(rows)('%s', async (_name, body, signature, code) => {
    const answer = await deliver(body, signature)
    expect(answer.status).toBe(400)
    expect(answer.body.error).toMatchObject({ code })
    expect(Object.keys(answer.body.error ?? {}).sort()).toEqual(['code', 'message', 'request_id'])
    expect(await stored('evt_refused')).toEqual([])
  })
  test('a body above 1 MB', async () => {
    const payload = event('evt_refused', { padding: 'x'.repeat(1024 * 1024) })
    expect(await deliver(payload, sign(payload, FIRST, NOW_S))).toMatchObject({ status: 413 })
    expect(await stored('evt_refused')).toEqual([])
  })
})

test('what is refused is counted: forged or out of time, and of another account or mode', async () => {
  const { webhookSignatureFailures: forged, webhookEvents } = worker.deps.metrics
  const count = async () => {
    const [{ value } = { value: 0 }] = (await forged.get()).values
    const { values } = await webhookEvents.get()
    const strange = values.filter(({ labels }) => labels.result === 'wrong_account')
    return [value, strange.reduce((sum, one) => sum + one.value, 0)]
  }
  const [before = 0, strangers = 0] = await count()
  const payload = stripeEvent('evt_counted', 'charge.succeeded', { id: 'ch_counted', object: 'charge' })
  const send = async (body: string, signature: string) =>
    app.request('/payments/webhooks/stripe', {
      method: 'POST',
      body,
      headers: { 'stripe-signature': signature },
    })
  const secret = WEBHOOK_SECRETS[0] ?? ''
  await send(payload, sign(payload, 'whsec_somebodys', NOW_S))
  await send(payload, sign(payload, secret, NOW_S - 301))
  const other = JSON.stringify({ ...(JSON.parse(payload) as object), account: 'acct_other' })
  await send(other, sign(other, secret, NOW_S))
  expect(await count()).toEqual([before + 2, strangers + 1])
})
