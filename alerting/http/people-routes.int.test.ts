import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { CONTACT_RULES } from '../catalogue/meta-contacts.ts'
import { callOutside } from '../heartbeat/call-outside.ts'
import { heartbeatMeasure } from '../measures/people/read-heartbeat.ts'
import { openAlertDeps, type AlertDeps } from '../testing/alert-deps.ts'
import { startMailServer, type MailServer } from '#core/testing/mail-server.ts'
import { API, openHttp } from '../testing/open-http.ts'
import { startReceiver, type Receiver } from '../testing/receiver.ts'

let world: AlertDeps
let pager: Receiver
let mail: MailServer
let ask: ReturnType<typeof openHttp>
beforeAll(async () => {
  ;[pager, mail] = await Promise.all([startReceiver(), startMailServer()])
  world = await openAlertDeps({
    smtpUrl: mail.url,
    mailFrom: 'tillwatch@shop.example',
    pager: { url: pager.url, routingKey: 'r'.repeat(32) },
    heartbeatUrl: pager.url,
  })
  const loud = { ...CONTACT_RULES[1], name: 'NeverSilent', canBeSilenced: false } as (typeof CONTACT_RULES)[0]
  ask = openHttp(world.deps, [...CONTACT_RULES, loud])
})
afterAll(async () => {
  await Promise.all([pager.close(), mail.close()])
  await world.close()
})
beforeEach(() => {
  pager.bodies.splice(0)
  pager.moods = []
  mail.mails.splice(0)
})

test('who would be told of what is answered step by step', async () => {
  const { body } = await ask(`${API}/alerts/on-call?severity=critical&store=bakery`, { role: 'oncall' })
  expect(body.steps).toEqual([
    {
      after_s: 0,
      tell: ['on_call'],
      addresses: [
        { channel: 'pager', contact: 'on_call' },
        { channel: 'mail', contact: 'oncall@shop.example' },
      ],
    },
    {
      after_s: 300,
      tell: ['on_call'],
      addresses: [
        { channel: 'pager', contact: 'on_call' },
        { channel: 'mail', contact: 'oncall@shop.example' },
      ],
    },
    {
      after_s: 900,
      tell: ['it_support', 'store_manager'],
      addresses: [
        { channel: 'mail', contact: 'support@shop.example' },
        { channel: 'mail', contact: 'anna@shop.example' },
      ],
    },
    { after_s: 1800, tell: ['management'], addresses: [{ channel: 'mail', contact: 'boss@shop.example' }] },
  ])
  expect(body).toMatchObject({ rounds: 3, ack_s: 3600, gaps: [] })
  expect(body.contacts).toContainEqual({
    audience: 'it_support',
    mail: ['support@shop.example'],
    phone: 'ext. 2200',
    pager: false,
  })
  const warning = (await ask(`${API}/alerts/on-call?rule=OnCallGap`, { role: 'oncall' })).body
  expect(warning.steps[0].addresses.map(({ channel }: { channel: string }) => channel)).toEqual([
    'mail',
    'mail',
  ])
})

test('a test reaches every way to an audience, says that it is one, and is over in the pager at once', async () => {
  const { body } = await ask(`${API}/alerts/test`, { role: 'oncall', body: { audience: 'on_call' } })
  expect(body).toEqual({
    audience: 'on_call',
    results: [
      { channel: 'pager', contact: 'on_call', result: 'taken', why: null },
      { channel: 'mail', contact: 'oncall@shop.example', result: 'taken', why: null },
    ],
  })
  expect(pager.bodies).toMatchObject([
    { event_action: 'trigger', payload: { severity: 'info', summary: expect.stringMatching(/^TEST: /) } },
    { event_action: 'resolve' },
  ])
  const [first, second] = pager.bodies as { dedup_key: string }[]
  expect(first?.dedup_key).toBe(second?.dedup_key)
  expect(mail.mails[0]?.parsed.subject).toContain('TEST: this is only a test')
  expect(mail.mails[0]?.parsed.text).toContain('Asked for by')
})

test('a test that is not taken says why', async () => {
  pager.moods = [400]
  const { body } = await ask(`${API}/alerts/test`, { role: 'oncall', method: 'POST' })
  expect(body.results[0]).toEqual({ channel: 'pager', contact: 'on_call', result: 'refused', why: '400: no' })
})

test('the catalogue shows how each row is set and what was seen last', async () => {
  const { env, db } = world.deps
  const result = {
    rule: 'OnCallGap',
    labels: {},
    finding: 'quiet',
    value: 0,
    line: 0,
    numerator: 0,
    denominator: 7,
  }
  await db.run('INSERT INTO alert_evaluations (at, leader, took_ms, results) VALUES ($1, $2, 5, $3)', [
    env.clock.now(),
    'me',
    JSON.stringify([{ ...result, phase: 'inactive' }]),
  ])
  const { body } = await ask(`${API}/alerts/rules`, { role: 'auditor' })
  expect(body).toMatchObject({ evaluated_at: '2026-03-02T09:00:00.000Z', took_ms: 5, page_tail: 0.001 })
  expect(body.data[1]).toMatchObject({
    name: 'OnCallGap',
    severity: 'warning',
    keep_s: 300,
    can_be_silenced: true,
    last: [{ labels: {}, finding: 'quiet', value: 0, line: 0, numerator: 0, denominator: 7 }],
  })
})

test('a silence has an author, a reason and an end, and can be ended before it', async () => {
  const asked = {
    matchers: [{ label: 'alertname', value: 'OnCallGap' }],
    reason: 'We know: Ben is away.',
    minutes: 90,
  }
  const made = await ask(`${API}/silences`, { role: 'oncall', body: asked })
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({
    status: 'active',
    author: 'Ann',
    matchers: [{ label: 'alertname', is: 'equal', value: 'OnCallGap' }],
    until: '2026-03-02T10:30:00.000Z',
  })
  const ended = await ask(`${API}/silences/${made.body.id}`, { role: 'oncall', method: 'DELETE' })
  expect(ended.body).toMatchObject({ status: 'ended', ended_by: 'Ann' })
  expect((await ask(`${API}/silences`, { role: 'auditor' })).body.data).toEqual([])
  expect((await ask(`${API}/silences?ended=true`, { role: 'auditor' })).body.data).toHaveLength(1)
})

test.each([
  ['what nobody may silence', { matchers: [{ label: 'alertname', value: 'NeverSilent' }], minutes: 5 }],
  ['more than a day', { matchers: [{ label: 'store', value: 'x' }], until: '2026-03-03T09:00:01Z' }],
  ['the past', { matchers: [{ label: 'store', value: 'x' }], until: '2026-03-02T08:00:00Z' }],
  ['both ends', { matchers: [{ label: 'store', value: 'x' }], minutes: 5, until: '2026-03-02T10:00:00Z' }],
])('a silence of %s is refused', async (_name, asked) => {
  const answer = await ask(`${API}/silences`, { role: 'admin', body: { reason: 'why', ...asked } })
  expect([answer.status, answer.body.error.code]).toEqual([422, 'validation_failed'])
})

const WATCHDOG = {
  version: '4',
  status: 'firing',
  alerts: [{ status: 'firing', labels: { alertname: 'Watchdog' } }],
}

test('the second path is heard, and missed after five minutes; where it never was, nobody misses it', async () => {
  const { deps } = world
  const silent = CONTACT_RULES[0]
  const judge = async () => {
    const readings = await heartbeatMeasure.read(deps, deps.env.clock.now())
    return readings.map((reading) => silent?.judge(reading, { kpis: {} as never, pageTail: 1 }).finding)
  }
  expect(await judge()).toEqual([])
  const beat = async (body: object = WATCHDOG) => ask('/internal/heartbeat', { role: 'oncall', body })
  expect((await beat()).body).toEqual({ heard_at: '2026-03-02T09:00:00.000Z' })
  expect(await judge()).toEqual(['quiet'])
  deps.env.pass(4 * 60_000 - 1)
  expect(await judge()).toEqual(['quiet'])
  deps.env.pass(1)
  // One minute of patience more makes five.
  expect([await judge(), silent?.forMs]).toEqual([['breached'], 60_000])
  await beat()
  expect(await judge()).toEqual(['quiet'])
})

test.each([
  ['a Watchdog that resolved', { ...WATCHDOG, status: 'resolved' }],
  ['another alert', { ...WATCHDOG, alerts: [{ labels: { alertname: 'AlertEngineStale' } }] }],
  ['nothing', { status: 'firing', alerts: [] }],
])('%s is no pulse', async (_name, body) => {
  const answer = await ask('/internal/heartbeat', { role: 'oncall', body })
  expect([answer.status, answer.body.error.code]).toEqual([422, 'validation_failed'])
})

test('nobody sends a pulse without a token for it', async () => {
  expect((await ask('/internal/heartbeat', { body: WATCHDOG })).status).toBe(401)
  expect((await ask('/internal/heartbeat', { role: 'finance', body: WATCHDOG })).status).toBe(403)
})

test('the outside is called while something is evaluated, and not when nothing is or all of it fails', async () => {
  const { deps } = world
  const { env, db } = deps
  const evaluate = async (...findings: string[]) =>
    db.run('INSERT INTO alert_evaluations (at, leader, took_ms, results) VALUES ($1, $2, 5, $3)', [
      env.clock.now(),
      'me',
      JSON.stringify(findings.map((finding) => ({ rule: 'X', finding }))),
    ])
  env.pass(3_600_000)
  expect(await callOutside(deps)).toBe(false)
  await evaluate('failed', 'failed')
  expect(await callOutside(deps)).toBe(false)
  env.pass(5_000)
  await evaluate('failed', 'quiet')
  expect(await callOutside(deps)).toBe(true)
  env.pass(60_000)
  expect(await callOutside(deps)).toBe(false)
})

test('the outside is not followed where it sends us on to', async () => {
  const { env, db } = world.deps
  const elsewhere = await startReceiver()
  await db.run('INSERT INTO alert_evaluations (at, leader, took_ms, results) VALUES ($1, $2, 5, $3)', [
    env.clock.now(),
    'me',
    JSON.stringify([{ rule: 'X', finding: 'quiet' }]),
  ])
  pager.moods = [{ status: 307, headers: { location: elsewhere.url } }]
  expect(await callOutside(world.deps)).toBe(false)
  expect(elsewhere.bodies).toEqual([])
  await elsewhere.close()
})
