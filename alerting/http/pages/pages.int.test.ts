import { afterAll, beforeAll, expect, test } from 'vitest'
import { NASTY } from '../../messages/testing/notices.ts'
import { findIncident } from '../../incidents/find-incident.ts'
import { ackTokenOf } from '../../people/ack-link.ts'
import { openAlertDeps, type AlertDeps } from '../../testing/alert-deps.ts'
import { API, openHttp } from '../../testing/open-http.ts'
import { insertIncident } from '../../testing/open-incident.ts'

let world: AlertDeps
let ask: ReturnType<typeof openHttp>
beforeAll(async () => {
  world = await openAlertDeps()
  ask = openHttp(world.deps, [])
})
afterAll(async () => world.close())

const keyFor = (id: string, hours = 24) => {
  const { env, notify } = world.deps
  return ackTokenOf(notify.linkSecret, id, new Date(env.clock.now().getTime() + hours * 3_600_000))
}
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const incidentOf = async (id: string) => (await findIncident(world.deps, id)).incident

test('opening the link takes nothing; the button does, under the name that was given', async () => {
  const id = await insertIncident(world.deps)
  const link = `/alerts/${id}/ack?key=${keyFor(id)}`
  for (const method of ['GET', 'HEAD']) expect((await ask(link, { method })).status).toBe(200)
  const page = await ask(link)
  expect(page.text).toContain('Nobody has it yet.')
  expect(page.text).toContain('21 of 240 failed')
  expect(page.text).toContain('Look at the decline codes')
  expect((await incidentOf(id)).acked_at).toBeNull()

  const taken = await ask(link, { raw: 'name=Ben+Miller&remember=yes', headers: FORM })
  expect([taken.status, taken.headers.get('location')]).toEqual([303, link])
  expect(taken.headers.get('set-cookie')).toMatch(
    /^tillwatch_name=Ben%20Miller;.*Path=\/alerts; HttpOnly; Secure; SameSite=Lax/,
  )
  expect(await incidentOf(id)).toMatchObject({ acked_by: 'Ben Miller', acked_via: 'mail' })
  const after = await ask(link)
  expect(after.text).toContain('Ben Miller has it since 2 Mar 2026, 09:00.')
  expect(after.text).toContain('Take it over')
})

test('who was remembered need not write the name again, and who was not is not', async () => {
  const id = await insertIncident(world.deps)
  const link = `/alerts/${id}/ack?key=${keyFor(id)}`
  const page = await ask(link, { headers: { cookie: 'tillwatch_name=Ben%20Miller' } })
  expect(page.text).toContain('value="Ben Miller"')
  const taken = await ask(link, { raw: 'name=Ben', headers: FORM })
  expect(taken.headers.get('set-cookie')).toBeNull()
})

test.each([
  ['no name', ''],
  ['spaces', 'name=+++'],
  ['two lines', 'name=a%0D%0Ab'],
  ['a long one', `name=${'a'.repeat(61)}`],
  ['a card number', 'name=4242+4242+4242+4242'],
])('%s is no name, and nobody has the incident then', async (_name, raw) => {
  const id = await insertIncident(world.deps)
  const answer = await ask(`/alerts/${id}/ack?key=${keyFor(id)}`, { raw, headers: FORM, method: 'POST' })
  expect(answer.status).toBe(422)
  expect(answer.text).toContain('Go back and write a name')
  expect((await incidentOf(id)).acked_at).toBeNull()
})

test('a form of another kind, or of a megabyte, takes nothing', async () => {
  const id = await insertIncident(world.deps)
  const link = `/alerts/${id}/ack?key=${keyFor(id)}`
  const json = { 'content-type': 'application/json' }
  expect((await ask(link, { raw: '{"name":"Ben"}', headers: json })).status).toBe(422)
  expect((await ask(link, { raw: `name=${'a'.repeat(1 << 20)}`, headers: FORM })).status).toBe(413)
  expect((await incidentOf(id)).acked_at).toBeNull()
})

test('a link that is too old, wrong or without its key says so in words and takes nothing', async () => {
  const id = await insertIncident(world.deps)
  const other = await insertIncident(world.deps)
  const closed = [
    [`?key=${keyFor(id, 0)}`, 410, 'This link is too old'],
    [`?key=${keyFor(other)}`, 403, 'This link does not fit'],
    ['?key=abc', 403, 'This link does not fit'],
    ['', 401, 'This page needs the link of a message'],
  ] as const
  for (const [query, status, words] of closed)
    for (const [path, method] of [
      [`/alerts/${id}/ack`, 'GET'],
      [`/alerts/${id}/ack`, 'POST'],
      [`/alerts/${id}`, 'GET'],
    ] as const) {
      const answer = await ask(path + query, {
        method,
        ...(method === 'POST' ? { raw: 'name=Ben', headers: FORM } : {}),
      })
      expect([path, method, answer.status]).toEqual([path, method, status])
      expect(answer.text).toContain(words)
      expect(answer.text).not.toContain('21 of 240')
    }
  expect((await incidentOf(id)).acked_at).toBeNull()
})

test('a link of an incident that is over says who closed it and offers no button', async () => {
  const id = await insertIncident(world.deps)
  await ask(`${API}/alerts/${id}/resolve`, { method: 'POST', role: 'oncall' })
  const link = `/alerts/${id}/ack?key=${keyFor(id)}`
  const page = await ask(link)
  expect(page.text).toContain('Ann closed it: 2 Mar 2026, 09:00.')
  expect(page.text).not.toContain('<form')
  expect((await ask(link, { raw: 'name=Ben', headers: FORM })).status).toBe(303)
  expect((await incidentOf(id)).acked_at).toBeNull()
})

test('a link of a test message opens a page that says so', async () => {
  const page = await ask(`/alerts/inc_test/ack?key=${keyFor('inc_test')}`)
  expect(page.status).toBe(404)
  expect(page.text).toContain('If this link came with a test message: it works')
})

test('the incident page opens with the link of a message, or with the token of somebody who may read alerts', async () => {
  const id = await insertIncident(world.deps)
  await ask(`${API}/alerts/${id}/notes`, { role: 'oncall', body: { text: 'It is <b>them</b>.' } })
  const byLink = await ask(`/alerts/${id}?key=${keyFor(id)}`)
  expect(byLink.status).toBe(200)
  expect(byLink.text).toContain('note by Ann: It is &lt;b&gt;them&lt;/b&gt;.')
  expect(byLink.text).toContain(`href="/alerts/${id}/ack?key=`)
  const byToken = await ask(`/alerts/${id}`, { role: 'auditor' })
  expect(byToken.status).toBe(200)
  expect(byToken.text).not.toContain('/ack?key=')
  expect((await ask(`/alerts/${id}`, { role: 'cashier' })).status).toBe(401)
})

test('the incident page draws what was measured', async () => {
  const { env, db } = world.deps
  const id = await insertIncident(world.deps, { rule: 'Drawn' })
  for (const value of [0.99, 0.95, 0.91]) {
    env.pass(5_000)
    const result = { rule: 'Drawn', labels: {}, finding: 'breached', value, line: 0.95 }
    await db.run('INSERT INTO alert_evaluations (at, leader, took_ms, results) VALUES ($1, $2, 5, $3)', [
      env.clock.now(),
      'me',
      JSON.stringify([result]),
    ])
  }
  // 600 wide and 120 high with 4 at each edge: 0.99 at the top, 0.95 in the middle, 0.91 at the bottom.
  expect((await ask(`/alerts/${id}?key=${keyFor(id)}`)).text).toContain(
    'points="4.0,4.0 300.0,60.0 596.0,116.0"',
  )
})

test('nothing that stands in an incident becomes a part of the page', async () => {
  const id = await insertIncident(world.deps, { headline: NASTY.alert.headline })
  for (const path of [`/alerts/${id}`, `/alerts/${id}/ack`]) {
    const { text, headers } = await ask(`${path}?key=${keyFor(id)}`)
    expect(text).toContain('&lt;b&gt;&quot;hour&quot;&lt;/b&gt;')
    expect(text).not.toMatch(/<b>|\u202e/)
    expect(headers.get('content-security-policy')).toContain("script-src 'self'")
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cache-control')).toBe('no-store')
  }
})

test('the style of the pages is served', async () => {
  expect((await ask('/alerts/page.css')).headers.get('content-type')).toBe('text/css; charset=utf-8')
})
