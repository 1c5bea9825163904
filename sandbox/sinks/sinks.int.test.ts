import { createHmac } from 'node:crypto'
import { createTransport } from 'nodemailer'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Running } from '../testing/start.ts'
import { dropFolder, newFolder, startReceiver, startSandbox } from '../testing/start.ts'

const KEY = 'k'.repeat(32)

let dir: string
let running: Running
let smtpPort: number

const start = async (): Promise<void> => {
  running = await startSandbox(dir)
  smtpPort = await running.sandbox.sinks.mail.listen(smtpPort)
}

beforeEach(async () => {
  dir = newFolder()
  smtpPort = 0
  await start()
})

afterEach(async () => {
  await running.stop()
  dropFolder(dir)
})

const send = async (more: object = {}): Promise<void> => {
  const transport = createTransport({ host: '127.0.0.1', port: smtpPort, connectionTimeout: 2_000 })
  try {
    await transport.sendMail({
      from: 'tillwatch@localhost',
      to: 'oncall@shop.example',
      subject: 'Something <b>is</b> wrong',
      text: 'Look at it\n',
      html: '<html><head></head><body><p>Look at it</p><script>1</script></body></html>',
      ...more,
    })
  } finally {
    transport.close()
  }
}

type Listed = { data: Record<string, unknown>[]; incidents: Record<string, unknown>[] }

const list = async (what: 'mail' | 'pages'): Promise<Listed> =>
  (await running.control('GET', `/${what}`)).body as Listed

const page = async (path: string): Promise<string> => {
  const response = await fetch(`${running.base}/_sandbox${path}`, { headers: { accept: 'text/html' } })
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  return response.text()
}

const trigger = (key: string, more: object = {}) => ({
  routing_key: KEY,
  event_action: 'trigger',
  dedup_key: key,
  payload: { summary: 'Success rate is low', source: 'bakery', severity: 'critical', ...more },
})

const enqueue = async (event: unknown) => running.control('POST', '/pager/v2/enqueue', event)

const incidents = async () =>
  (await list('pages')).incidents.map(({ dedup_key: key, status, triggers }) => [key, status, triggers])

test('a mail is kept as it was sent, over a restart too', async () => {
  await send({ messageId: '<a@x>', inReplyTo: '<b@x>', references: '<b@x>', headers: { 'X-Own': 'yes' } })
  const [mail] = (await list('mail')).data
  expect(mail).toMatchObject({
    from: 'tillwatch@localhost',
    to: ['oncall@shop.example'],
    subject: 'Something <b>is</b> wrong',
    text: 'Look at it\n',
    message_id: '<a@x>',
    in_reply_to: '<b@x>',
    references: ['<b@x>'],
    at: new Date(running.sandbox.clock.now()).toISOString(),
  })
  expect(mail?.['headers']).toContainEqual({ name: 'X-Own', value: 'yes' })
  await running.stop()
  await start()
  expect((await list('mail')).data).toEqual([mail])
  const raw = await (await fetch(`${running.base}${String(mail?.['raw_url'])}`)).text()
  expect(raw).toContain('X-Own: yes')
})

test('the pages show what was sent as text and run nothing of it', async () => {
  await send()
  const [mail] = (await list('mail')).data
  const shown = await page('/mail')
  expect(shown).toContain('Something &lt;b&gt;is&lt;/b&gt; wrong')
  const one = await page(`/mail/${String(mail?.['id'])}`)
  expect(one).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"')
  expect(one).not.toContain('<script>')
  await enqueue(
    trigger('a', { summary: '<img src=x>', custom_details: { Till: '<script>', tills: ['a', 'b'] } }),
  )
  const pager = await page('/pages')
  expect(pager).toContain('&lt;img src=x&gt;')
  expect(pager).not.toContain('<script>')
})

test('mails can be forgotten', async () => {
  await send()
  await running.control('DELETE', '/mail')
  expect((await list('mail')).data).toEqual([])
  await running.stop()
  await start()
  expect((await list('mail')).data).toEqual([])
})

test.each([
  ['tempfail', 451],
  ['reject', 550],
] as const)('a mail server in mode %s answers %d once and then takes mail', async (mode, responseCode) => {
  await running.control('POST', '/sinks', { mail: { mode, times: 1 } })
  await expect(send()).rejects.toMatchObject({ responseCode })
  expect((await list('mail')).data).toEqual([])
  await send()
  expect((await list('mail')).data).toHaveLength(1)
})

test('a mail server that is down does not listen, and comes back on its port', async () => {
  await running.control('POST', '/sinks', { mail: { mode: 'down' } })
  await expect(send()).rejects.toMatchObject({ code: 'ESOCKET' })
  await running.control('POST', '/sinks', { mail: { mode: 'ok' } })
  await send()
  expect((await list('mail')).data).toHaveLength(1)
})

test('triggers of one key are one incident until it is resolved; a late one opens a new incident', async () => {
  expect(await enqueue(trigger('a'))).toMatchObject({
    status: 202,
    body: { status: 'success', message: 'Event processed', dedup_key: 'a' },
  })
  await enqueue(trigger('a'))
  await enqueue(trigger('b'))
  expect(await incidents()).toEqual([
    ['b', 'triggered', 1],
    ['a', 'triggered', 2],
  ])
  await enqueue({ routing_key: KEY, event_action: 'acknowledge', dedup_key: 'a' })
  await enqueue(trigger('a'))
  expect(await incidents()).toContainEqual(['a', 'acknowledged', 3])
  await enqueue({ routing_key: KEY, event_action: 'resolve', dedup_key: 'a' })
  await enqueue(trigger('a'))
  const after = [
    ['a', 'triggered', 1],
    ['b', 'triggered', 1],
    ['a', 'resolved', 3],
  ]
  expect(await incidents()).toEqual(after)
  await running.stop()
  await start()
  expect(await incidents()).toEqual(after)
})

test('a resolve without an open incident is taken and dropped; another key belongs to another service', async () => {
  await enqueue(trigger('a'))
  const other = { routing_key: 'o'.repeat(32), event_action: 'resolve', dedup_key: 'a' }
  expect((await enqueue(other)).status).toBe(202)
  expect(await incidents()).toEqual([['a', 'triggered', 1]])
  expect((await list('pages')).data[0]).toMatchObject({ effect: 'dropped' })
  expect(JSON.stringify(await list('pages'))).not.toContain(KEY)
})

test.each([
  ['no routing key', { ...trigger('a'), routing_key: '' }, "'routing_key' is missing or blank"],
  ['a routing key of another length', { ...trigger('a'), routing_key: 'k' }, 'should be 32 characters'],
  ['an unknown action', { ...trigger('a'), event_action: 'shout' }, "'event_action' is invalid"],
  ['no summary', trigger('a', { summary: undefined }), "'payload.summary' is missing"],
  ['no source', trigger('a', { source: ' ' }), "'payload.source' is missing"],
  ['no severity', trigger('a', { severity: undefined }), "'payload.severity' is missing"],
  ['an unknown severity', trigger('a', { severity: 'P1' }), "'payload.severity' is invalid"],
  [
    'a summary of 1,025 characters',
    trigger('a', { summary: 'x'.repeat(1_025) }),
    "'payload.summary' is longer",
  ],
  ['a key of 256 characters', trigger('k'.repeat(256)), "'dedup_key' is longer"],
  ['a resolve without key', { routing_key: KEY, event_action: 'resolve' }, "'dedup_key' is missing"],
  ['more than 512 KB', trigger('a', { custom_details: 'x'.repeat(512 * 1_024) }), 'larger than'],
  ['links that are no list', { ...trigger('a'), links: 'x' }, "'links' is not an array"],
  ['no object', ['trigger'], 'not an object'],
])('the pager answers 400 to %s', async (_name, event, error) => {
  const answer = await enqueue(event)
  expect(answer).toMatchObject({ status: 400, body: { status: 'invalid event' } })
  expect(String(answer.body['errors'])).toContain(error)
  expect(await incidents()).toEqual([])
})

test('the longest that PagerDuty takes is taken', async () => {
  const event = trigger('k'.repeat(255), { summary: '😀'.repeat(1_024) })
  expect((await enqueue(event)).status).toBe(202)
})

test.each([
  ['429', 429, 0],
  ['500', 500, 0],
  ['400', 400, 0],
] as const)('a pager in mode %s answers %d and takes nothing', async (mode, status, taken) => {
  await running.control('POST', '/sinks', { pager: { mode, times: 1, retry_after_s: 7 } })
  const answer = await enqueue(trigger('a'))
  expect(answer.status).toBe(status)
  expect(answer.headers.get('retry-after')).toBe(mode === '429' ? '7' : null)
  expect(await incidents()).toHaveLength(taken)
  expect((await enqueue(trigger('a'))).status).toBe(202)
})

test('a pager that loses its answer has taken the event', async () => {
  await running.control('POST', '/sinks', { pager: { mode: 'lost', times: 1 } })
  await expect(enqueue(trigger('a'))).rejects.toThrow()
  expect(await incidents()).toEqual([['a', 'triggered', 1]])
})

test('whoever acknowledges in the pager is told to the webhook, signed as PagerDuty signs', async () => {
  const receiver = await startReceiver()
  const secret = 's'.repeat(32)
  await running.control('POST', '/sinks', { pager_webhook: { url: receiver.url, secret } })
  await enqueue(trigger('tillwatch:a/b c'))
  const path = `/pages/${encodeURIComponent('tillwatch:a/b c')}`
  const done = await running.control('POST', `${path}/acknowledge`, { by: 'Anna' })
  expect(done.body).toMatchObject({
    incident: { status: 'acknowledged', acknowledged_by: 'Anna' },
    webhook: { status: 200 },
  })
  const types = receiver.received.map(
    ({ raw }) => (JSON.parse(raw) as { event: { event_type: string } }).event,
  )
  expect(types).toMatchObject([
    { event_type: 'incident.triggered', agent: null },
    {
      event_type: 'incident.acknowledged',
      resource_type: 'incident',
      agent: { type: 'user_reference', summary: 'Anna' },
      data: { type: 'incident', incident_key: 'tillwatch:a/b c', status: 'acknowledged' },
    },
  ])
  const [, last] = receiver.headers
  const digest = createHmac('sha256', secret)
    .update(receiver.received[1]?.raw ?? '')
    .digest('hex')
  expect(last?.['x-pagerduty-signature']).toBe(`v1=${digest}`)
  await running.control('POST', `${path}/resolve`)
  expect(await running.control('POST', `${path}/acknowledge`)).toMatchObject({ status: 404 })
  expect(JSON.stringify((await running.control('GET', '/sinks')).body)).not.toContain(secret)
  await receiver.stop()
})

test('neither moves the clock nor counts as a call of the API; the journal names them', async () => {
  const before = running.sandbox.clock.version
  await send()
  await enqueue(trigger('a'))
  expect(running.sandbox.clock.version).toBe(before)
  const { body } = await running.control('GET', '/journal?after=0&limit=100')
  const entries = body['data'] as { kind: string }[]
  expect(entries.filter(({ kind }) => kind === 'mail' || kind === 'page')).toMatchObject([
    { kind: 'mail', recipients: 1 },
    { kind: 'page', action: 'trigger', dedup_key: 'a', effect: 'opened' },
  ])
  expect(entries.filter(({ kind }) => kind === 'call')).toEqual([])
})

test.each([
  [{ mail: { mode: 'broken' } }],
  [{ pager: { mode: 'ok', times: 0 } }],
  [{ pager_webhook: { url: 'ftp://x', secret: 's'.repeat(16) } }],
  [{ other: 1 }],
])('switches that there are not are refused: %j', async (wanted) => {
  expect(await running.control('POST', '/sinks', wanted)).toMatchObject({
    status: 400,
    body: { error: { code: 'invalid_body' } },
  })
})
