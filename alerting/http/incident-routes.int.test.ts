import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDeliveries } from '../deliveries/add-deliveries.ts'
import { BAD_HOUR } from '../messages/testing/notices.ts'
import { openAlertDeps, type AlertDeps } from '../testing/alert-deps.ts'
import { API, openHttp } from '../testing/open-http.ts'
import { insertIncident } from '../testing/open-incident.ts'

let world: AlertDeps
let ask: ReturnType<typeof openHttp>
beforeAll(async () => {
  world = await openAlertDeps()
  ask = openHttp(world.deps, [])
})
afterAll(async () => world.close())

const ALERTS = `${API}/alerts`
const codeOf = ({ body }: { body: { error?: { code: string } } }) => body.error?.code

test('one incident shows all that is known of it', async () => {
  const { env, db } = world.deps
  const id = await insertIncident(world.deps)
  const notice = { ...BAD_HOUR, incident: { ...BAD_HOUR.incident, id } }
  await addDeliveries(env, db, notice, [{ channel: 'mail', contact: 'oncall@shop.example' }])
  const result = {
    rule: BAD_HOUR.alert.name,
    labels: { store: 'bakery' },
    finding: 'breached',
    value: 0.912,
    line: 0.95,
    numerator: 219,
    denominator: 240,
    phase: 'firing',
  }
  await db.run('INSERT INTO alert_evaluations (at, leader, took_ms, results) VALUES ($1, $2, 5, $3)', [
    env.clock.now(),
    'me',
    JSON.stringify([result]),
  ])
  const { status, body } = await ask(`${ALERTS}/${id}`, { role: 'auditor' })
  expect(status).toBe(200)
  expect(body).toMatchObject({
    id,
    status: 'firing',
    severity: 'critical',
    cause: '18 of 21 were refused by the issuer: insufficient_funds',
    acknowledged: null,
    // Five minutes after it opened, to on-call again.
    next_step: { at: '2026-03-02T09:05:00.000Z', tell: ['on_call'] },
    deliveries: [{ channel: 'mail', contact: 'oncall@shop.example', status: 'pending' }],
    timeline: [{ what: 'opened', by: 'auto' }],
    evaluations: [{ finding: 'breached', value: 0.912, line: 0.95, numerator: 219, denominator: 240 }],
  })
})

test('somebody takes it, gives it back, says something and closes it, each under their own name', async () => {
  const id = await insertIncident(world.deps)
  const act = async (verb: string, body?: object) =>
    ask(`${ALERTS}/${id}/${verb}`, { method: 'POST', role: 'oncall', body })
  expect((await act('ack')).body).toMatchObject({
    status: 'acknowledged',
    // The shop's 60 minutes.
    acknowledged: { by: 'Ann', via: 'api', until: '2026-03-02T10:00:00.000Z' },
    next_step: null,
  })
  expect((await act('unack')).body.status).toBe('firing')
  await act('notes', { text: 'Stripe says it is them.' })
  const { body } = await act('resolve', { why: 'It was them.' })
  expect(body).toMatchObject({ status: 'resolved', resolved_by: 'Ann' })
  expect(body.timeline.map(({ what, by }: { what: string; by: string }) => `${what} ${by}`)).toEqual([
    'opened auto',
    'acked Ann',
    'unacked Ann',
    'noted Ann',
    'resolved Ann',
  ])
  const again = await act('ack')
  expect([again.status, codeOf(again)]).toEqual([409, 'invalid_state'])
})

test('whoever was told hears that a person closed it', async () => {
  const { env, db, wakeups } = world.deps
  const id = await insertIncident(world.deps)
  const notice = { ...BAD_HOUR, incident: { ...BAD_HOUR.incident, id } }
  await addDeliveries(env, db, notice, [{ channel: 'pager', contact: 'on_call' }])
  wakeups.woken.splice(0)
  await ask(`${ALERTS}/${id}/resolve`, { method: 'POST', role: 'manager' })
  const rows = await db.rows<{ change: string }>(
    'SELECT change FROM alert_deliveries WHERE incident_id = $1 ORDER BY seq',
    [id],
  )
  expect(rows.map(({ change }) => change)).toEqual(['fired', 'resolved'])
  expect(wakeups.woken).toContain('alerts')
})

test('a pager that called hears that somebody took it, and nobody else is told', async () => {
  const { env, db } = world.deps
  const id = await insertIncident(world.deps)
  const notice = { ...BAD_HOUR, incident: { ...BAD_HOUR.incident, id } }
  await addDeliveries(env, db, notice, [
    { channel: 'pager', contact: 'on_call' },
    { channel: 'mail', contact: 'oncall@shop.example' },
  ])
  for (const _time of [1, 2]) await ask(`${ALERTS}/${id}/ack`, { method: 'POST', role: 'oncall' })
  const rows = await db.rows<{ channel: string; change: string }>(
    'SELECT channel, change FROM alert_deliveries WHERE incident_id = $1 ORDER BY seq',
    [id],
  )
  expect(rows.map(({ channel, change }) => `${channel} ${change}`)).toEqual([
    'pager fired',
    'mail fired',
    'pager taken',
    'pager taken',
  ])
})

test('incidents are listed by status, severity, rule and store, page by page', async () => {
  const rule = 'OnlyHere'
  const loud = await insertIncident(world.deps, { rule })
  world.deps.env.pass(1_000)
  const silent = await insertIncident(world.deps, {
    rule,
    muted_by: 'silence sil_1',
    labels: { store: 'station' },
  })
  world.deps.env.pass(1_000)
  const taken = await insertIncident(world.deps, { rule, severity: 'warning' })
  await ask(`${ALERTS}/${taken}/ack`, { method: 'POST', role: 'admin' })
  const list = async (query: string) =>
    (await ask(`${ALERTS}?rule=${rule}&${query}`, { role: 'manager' })).body.data.map(
      ({ id }: { id: string }) => id,
    )
  expect(await list('status=open')).toEqual([taken, silent, loud])
  expect(await list('status=firing')).toEqual([loud])
  expect(await list('status=silenced')).toEqual([silent])
  expect(await list('status=acknowledged')).toEqual([taken])
  expect(await list('status=resolved')).toEqual([])
  expect(await list('severity=warning')).toEqual([taken])
  expect(await list('store=station')).toEqual([silent])
  const first = (await ask(`${ALERTS}?rule=${rule}&limit=2`, { role: 'manager' })).body
  const second = (
    await ask(`${ALERTS}?rule=${rule}&limit=2&cursor=${first.next_cursor}`, { role: 'manager' })
  ).body
  expect([...first.data, ...second.data].map(({ id }: { id: string }) => id)).toEqual([taken, silent, loud])
  expect(second.next_cursor).toBeNull()
})

test.each(['cashier', 'finance'] as const)('a %s sees nothing of alerts', async (role) => {
  const id = await insertIncident(world.deps)
  for (const path of [
    'alerts',
    `alerts/${id}`,
    'alerts/rules',
    'alerts/deliveries',
    'alerts/on-call',
    'silences',
  ]) {
    const answer = await ask(`${API}/${path}`, { role })
    expect([path, answer.status, codeOf(answer)]).toEqual([path, 403, 'forbidden'])
  }
})

test('an auditor reads and changes nothing; nobody without a token does either', async () => {
  const id = await insertIncident(world.deps)
  const silence = { matchers: [{ label: 'alertname', value: 'X' }], reason: 'why', minutes: 5 }
  const acts: [string, string, object | undefined][] = [
    ['POST', `alerts/${id}/ack`, undefined],
    ['POST', `alerts/${id}/unack`, undefined],
    ['POST', `alerts/${id}/resolve`, undefined],
    ['POST', `alerts/${id}/notes`, { text: 'x' }],
    ['POST', 'alerts/test', {}],
    ['POST', 'silences', silence],
    ['DELETE', 'silences/sil_1', undefined],
  ]
  for (const [method, path, body] of acts) {
    expect((await ask(`${API}/${path}`, { method, role: 'auditor', body })).status).toBe(403)
    expect((await ask(`${API}/${path}`, { method, body })).status).toBe(401)
  }
  expect((await ask(`${ALERTS}/${id}`, { role: 'auditor' })).body.status).toBe('firing')
})

test.each([
  ['GET', 'alerts?status=loud', undefined, 422, 'query_invalid'],
  ['GET', 'alerts?state=open', undefined, 422, 'query_invalid'],
  ['GET', 'alerts?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z', undefined, 422, 'query_invalid'],
  ['GET', 'alerts?cursor=abc', undefined, 422, 'query_invalid'],
  ['GET', 'alerts/inc_unknown', undefined, 404, 'not_found'],
  ['GET', 'alerts/nonsense', undefined, 404, 'not_found'],
  ['GET', 'alerts/on-call?store=nowhere', undefined, 422, 'query_invalid'],
  ['GET', 'alerts/on-call?rule=Nothing', undefined, 404, 'not_found'],
  ['GET', 'alerts/deliveries?status=lost', undefined, 422, 'query_invalid'],
  ['POST', 'alerts/inc_unknown/ack', undefined, 404, 'not_found'],
  ['POST', 'alerts/inc_unknown/ack', { who: 'me' }, 422, 'validation_failed'],
  ['POST', 'alerts/inc_unknown/notes', {}, 422, 'validation_failed'],
  ['POST', 'alerts/inc_unknown/notes', { text: '4242 4242 4242 4242' }, 422, 'pan_detected'],
  ['POST', 'alerts/test', { audience: 'boss' }, 422, 'validation_failed'],
  ['POST', 'silences', { matchers: [], reason: 'x', minutes: 5 }, 422, 'validation_failed'],
  ['POST', 'silences', { matchers: [{ label: 'store', value: 'x' }], reason: 'x' }, 422, 'validation_failed'],
  ['DELETE', 'silences/sil_unknown', undefined, 404, 'not_found'],
] as const)('%s %s %j is refused', async (method, path, body, status, code) => {
  const answer = await ask(`${API}/${path}`, { method, role: 'admin', body })
  expect([answer.status, codeOf(answer)]).toEqual([status, code])
})
