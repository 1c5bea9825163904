import { afterAll, beforeAll, expect, test } from 'vitest'
import { sign, stripeEvent } from '../../../ingest/testing/signed-delivery.ts'
import { WEBHOOK_SECRETS } from '../../../ingest/testing/worker-deps.ts'
import { API, payment, sale } from '../testing/a-sale.ts'
import { openCuttableLine, type CuttableLine } from '../testing/cuttable-line.ts'
import { expectRefusal } from '../testing/expect-refusal.ts'
import { openDoor, type Call, type Door } from '../testing/open-door.ts'

let line: CuttableLine
let door: Door
let routes: string[]

beforeAll(async () => {
  // The address is known only when the door opens, and the door needs the line's.
  const probe = await openDoor()
  const { hostname, port } = new URL(probe.deps.db.pool.options.connectionString ?? '')
  await probe.close()
  line = await openCuttableLine(hostname, Number(port))
  const through = (url: string): string => {
    const cut = new URL(url)
    cut.host = `127.0.0.1:${line.port}`
    return cut.href
  }
  door = await openDoor({ databaseUrl: through })
  const { paths } = (await door.send({ path: '/openapi.json' })).body as { paths: Record<string, object> }
  routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  )
  // Without a secret for its signatures the pager's word is refused before anything is asked.
  routes = routes.filter((route) => route !== 'post /payments/webhooks/pagerduty')
})
afterAll(async () => {
  await line.cut()
  await door.close()
})

const delivery = (): Call => {
  const body = stripeEvent('evt_away', 'charge.succeeded', { id: 'ch_1', object: 'charge' })
  const headers = { 'stripe-signature': sign(body, WEBHOOK_SECRETS[0] ?? '', 1_772_442_000) }
  return { path: '/payments/webhooks/stripe', body, headers, token: null }
}

test('while the database is there, sales are opened and deliveries accepted', async () => {
  expect((await door.send({ path: `${API}/sales`, body: sale() })).status).toBe(201)
  expect((await door.send({ path: `${API}/tills` })).status).toBe(200)
  const body = stripeEvent('evt_there', 'charge.succeeded', { id: 'ch_1', object: 'charge' })
  const headers = { 'stripe-signature': sign(body, WEBHOOK_SECRETS[0] ?? '', 1_772_442_000) }
  expect((await door.send({ ...delivery(), body, headers })).status).toBe(200)
})

test('a database that is away is 503 storage_unavailable on every route, with Retry-After and no word about it', async () => {
  await line.cut()
  expect(routes.length).toBeGreaterThan(30)
  for (const route of routes) {
    const [method = '', template = ''] = route.split(' ')
    // The log-in's own routes are open to everybody: they read what was sent before they ask the database.
    if (/\/api\/(?:session|me|setup|invitations|demo)(?:\/|$)/.test(template)) continue
    const path = template.replaceAll(/\{\w+\}/g, 'pay_00000000000000000000000000')
    const isDelivery = path === delivery().path
    const call = isDelivery
      ? delivery()
      : { path, method: method.toUpperCase(), ...(method === 'post' ? { body: payment() } : {}) }
    const answer = await door.send(call)
    expect(answer.body?.error?.code, route).toBe('storage_unavailable')
    expectRefusal(answer, 503, 'storage_unavailable')
    expect(answer.headers.get('retry-after')).toBe('5')
    expect(answer.text).not.toContain('127.0.0.1')
  }
})

test('without the database, what never needed it is refused as ever', async () => {
  expectRefusal(await door.send({ path: '/nowhere' }), 404, 'not_found')
  expectRefusal(await door.send({ path: `${API}/tills`, token: null }), 401, 'unauthenticated')
  expect((await door.send({ path: '/healthz' })).status).toBe(200)
})
