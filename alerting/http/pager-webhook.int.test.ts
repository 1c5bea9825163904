import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findIncident } from '../incidents/find-incident.ts'
import { isSignedByPager } from '../pager/verify-signature.ts'
import { openAlertDeps, type AlertDeps } from '../testing/alert-deps.ts'
import { API, openHttp } from '../testing/open-http.ts'
import { insertIncident } from '../testing/open-incident.ts'

const SECRETS = ['first-secret-0000', 'second-secret-000']

let world: AlertDeps
let ask: ReturnType<typeof openHttp>
let events = 0
beforeAll(async () => {
  world = await openAlertDeps({ pagerWebhookSecrets: SECRETS })
  ask = openHttp(world.deps, [])
})
afterAll(async () => world.close())

const sign = (body: string, secret: string) => `v1=${createHmac('sha256', secret).update(body).digest('hex')}`

interface Happened {
  readonly id?: string
  readonly at?: Date
  readonly agent?: string
}

const eventOf = (type: string, key: string, { id, at, agent = 'user_reference' }: Happened = {}) =>
  JSON.stringify({
    event: {
      id: id ?? `01EVENT${(events += 1)}`,
      event_type: `incident.${type}`,
      resource_type: 'incident',
      occurred_at: (at ?? world.deps.env.clock.now()).toISOString(),
      agent: { id: 'PLH1HKV', type: agent, summary: 'Tenex Engineer' },
      data: { id: 'PGR0VU2', type: 'incident', incident_key: key, status: type },
    },
  })

const deliver = async (raw: string, signature = sign(raw, SECRETS[0] ?? '')) =>
  ask('/payments/webhooks/pagerduty', {
    raw,
    headers: { 'x-pagerduty-signature': signature, 'content-type': 'application/json' },
  })

const incidentOf = async (id: string) => (await findIncident(world.deps, id)).incident
const keyOf = async (id: string) => (await incidentOf(id)).key

test('what a person does in the pager happens to the incident', async () => {
  const id = await insertIncident(world.deps)
  const key = await keyOf(id)
  expect((await deliver(eventOf('acknowledged', key))).body).toEqual({ result: 'done' })
  expect(await incidentOf(id)).toMatchObject({ acked_by: 'Tenex Engineer (pager)', acked_via: 'pager' })
  await deliver(eventOf('unacknowledged', key))
  expect((await incidentOf(id)).acked_at).toBeNull()
  await deliver(eventOf('resolved', key))
  expect(await incidentOf(id)).toMatchObject({ resolved_by: 'Tenex Engineer (pager)' })
})

test('an event counts once, also when it comes again after what undid it', async () => {
  const id = await insertIncident(world.deps)
  const key = await keyOf(id)
  const taken = eventOf('acknowledged', key)
  await deliver(taken)
  expect((await deliver(taken)).body).toEqual({ result: 'duplicate' })
  await ask(`${API}/alerts/${id}/unack`, { method: 'POST', role: 'oncall' })
  expect((await deliver(taken)).body).toEqual({ result: 'duplicate' })
  expect((await incidentOf(id)).acked_at).toBeNull()
})

test('a word about an incident before this one under the same key changes nothing', async () => {
  const id = await insertIncident(world.deps)
  const before = new Date(world.deps.env.clock.now().getTime() - 1_000)
  const answer = await deliver(eventOf('resolved', await keyOf(id), { at: before }))
  expect(answer.body).toEqual({ result: 'ignored' })
  expect((await incidentOf(id)).resolved_at).toBeNull()
})

test('our own resolve that comes back, a key of others and another kind of event are ignored', async () => {
  const id = await insertIncident(world.deps)
  const key = await keyOf(id)
  expect((await deliver(eventOf('resolved', key, { agent: 'service_reference' }))).body).toEqual({
    result: 'ignored',
  })
  expect((await deliver(eventOf('acknowledged', 'of somebody else'))).body).toEqual({ result: 'ignored' })
  expect((await deliver(eventOf('priority_updated', key))).body).toEqual({ result: 'ignored' })
  expect((await incidentOf(id)).resolved_at).toBeNull()
})

test("the pager's own time-out gives an incident back", async () => {
  const id = await insertIncident(world.deps)
  const key = await keyOf(id)
  await deliver(eventOf('acknowledged', key))
  await deliver(eventOf('unacknowledged', key, { agent: 'service_reference' }))
  expect((await incidentOf(id)).acked_at).toBeNull()
})

test('a delivery that is not signed for us changes nothing and is counted', async () => {
  const id = await insertIncident(world.deps)
  const body = eventOf('acknowledged', await keyOf(id))
  const good = sign(body, SECRETS[0] ?? '')
  const counted = async () =>
    /^webhook_signature_failures_total(?:\{[^}]*pagerduty[^}]*\})? (\d+)/m.exec(
      await world.deps.metrics.registry.metrics(),
    )?.[1]
  const before = Number((await counted()) ?? 0)
  const wrong = [
    '',
    'v1=',
    good.slice(3),
    `v2=${good.slice(3)}`,
    sign(body, 'other-secret-0000'),
    `v1=${'0'.repeat(64)}`,
  ]
  for (const signature of wrong) {
    const answer = await deliver(body, signature)
    expect([answer.status, answer.body.error.code]).toEqual([400, 'signature_invalid'])
  }
  expect((await deliver(`${body} `, good)).status).toBe(400)
  expect(Number(await counted()) - before).toBe(wrong.length + 1)
  expect((await incidentOf(id)).acked_at).toBeNull()
})

test('any of several signatures by any of several secrets is enough', () => {
  const body = Buffer.from('{}')
  const by = (secret: string) => sign('{}', secret)
  expect(isSignedByPager(body, `${by('x'.repeat(16))},${by(SECRETS[1] ?? '')}`, SECRETS)).toBe(true)
  expect(isSignedByPager(body, by('x'.repeat(16)), SECRETS)).toBe(false)
  expect(isSignedByPager(body, by(SECRETS[0] ?? ''), [])).toBe(false)
})

test.each([
  ['no JSON', 'x', 400, 'malformed_json'],
  ['another form', '{"event":{}}', 422, 'validation_failed'],
  ['another time', '{"event":{"id":"1","event_type":"x","occurred_at":"soon"}}', 422, 'validation_failed'],
])('a signed body of %s is refused', async (_name, raw, status, code) => {
  const answer = await deliver(raw)
  expect([answer.status, answer.body.error.code]).toEqual([status, code])
})
