import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '#core/postgres/db.ts'
import { createMetrics } from '#core/metrics/create-metrics.ts'
import { createKeyForgetter } from './forget-keys.ts'
import { createOrphanCompleter } from './complete-orphans.ts'
import { openLife, type Life } from '../testing/open-life.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

let life: Life
beforeAll(async () => {
  life = await openLife()
})
afterAll(async () => life.close())
beforeEach(() => {
  life.proxy.mode = 'pass'
  life.proxy.only = undefined
  life.proxy.keys.length = 0
})

const PAYMENT = { amount: 900, currency: 'gbp', till_id: 'till-1', payment_method: 'pm_card_visa' }
const pay = async (key: string, rest: object = {}) =>
  life.gateway.post('/payments', { ...PAYMENT, ...rest }, key)
const { passMachine } = { passMachine: async (ms: number) => life.gateway.deps.env.passMachine(ms) }

/** Back-off between tries is machine time, which stands here until somebody lets it go. */
const inTime = async <T>(work: Promise<T>): Promise<T> => {
  let done = false
  const ends = work.finally(() => {
    done = true
  })
  while (!done) {
    await passMachine(100)
    await new Promise(setImmediate)
  }
  return ends
}
const complete = async () => {
  const completer = createOrphanCompleter(life.gateway.deps)
  await inTime(completer.drain())
  await completer.close()
}
const row = async (key: string) =>
  life.gateway.deps.db.first('SELECT status, response_status FROM idempotency_keys WHERE key = $1', [key])
const chargeCount = async () => {
  const answer = await fetch(`${life.sandboxUrl}/_sandbox/charges`)
  return ((await answer.json()) as { count: number }).count
}

test('an answer is the same to the byte for seven days; then the key is new', async () => {
  const first = await pay('of-a-week')
  await life.pass(7 * DAY_MS - 1)
  const late = await pay('of-a-week')
  expect([late.status, late.text, late.headers.get('idempotent-replayed')]).toEqual([201, first.text, 'true'])
  expect((await pay('of-a-week', { amount: 901 })).body.error.code).toBe('idempotency_key_reused')
  await life.pass(1)
  const fresh = await pay('of-a-week', { amount: 901 })
  expect(fresh.status, fresh.text).toBe(201)
  expect(fresh.body.id).not.toBe(first.body.id)
})

test('the sweep forgets what is older than seven days, and keeps what is not, not settled, or not finished', async () => {
  const { deps } = life.gateway
  const old = await pay('old')
  const unsettled = await pay('old-and-unsettled')
  await deps.db.run("UPDATE payments SET status = 'processing' WHERE id = $1", [unsettled.body.id])
  life.proxy.mode = 'fail'
  await inTime(pay('old-and-open'))
  life.proxy.mode = 'pass'
  await life.pass(7 * DAY_MS)
  await pay('young')
  const forget = createKeyForgetter(deps)
  await forget()
  const kept = await deps.db.rows<{ key: string }>(
    "SELECT key FROM idempotency_keys WHERE key LIKE 'old%' OR key = 'young' ORDER BY key",
  )
  expect(kept.map(({ key }) => key)).toEqual(['old-and-open', 'old-and-unsettled', 'young'])
  expect((await life.gateway.get(`/payments/${old.body.id}`)).body.status).toBe('succeeded')
  await deps.db.run("UPDATE payments SET status = 'succeeded' WHERE id = $1", [unsettled.body.id])
  // Once an hour is enough.
  await forget()
  expect(await row('old-and-unsettled')).toBeDefined()
  await life.pass(HOUR_MS)
  await forget()
  expect(await row('old-and-unsettled')).toBeUndefined()
  await complete()
  expect(await row('old-and-open')).toBeUndefined()
})

test('a 500 that Stripe keeps, for work that it did not do, is no charge and no failure until an hour proves it', async () => {
  const before = await chargeCount()
  life.proxy.mode = 'fail'
  const unknown = await inTime(pay('kept-500'))
  expect(unknown.status).toBe(202)
  await life.pass(HOUR_MS - 1)
  await complete()
  expect((await life.gateway.get(`/payments/${unknown.body.id}`)).body.status).toBe('processing')
  expect(await row('kept-500')).toMatchObject({ status: 'started' })
  // The till, an hour after the call: proven absent, and the key is free for a call of its own to Stripe.
  await life.pass(1)
  const proven = await inTime(pay('kept-500'))
  expect(proven.status, proven.text).toBe(503)
  const payment = await life.gateway.get(`/payments/${unknown.body.id}`)
  expect(payment.body).toMatchObject({ status: 'canceled', failure_code: 'never_arrived' })
  const underOld = new Set(life.proxy.keys)
  life.proxy.mode = 'pass'
  life.proxy.keys.length = 0
  const again = await pay('kept-500')
  expect(again.status, again.text).toBe(201)
  expect(underOld.has(life.proxy.keys[0] ?? '')).toBe(false)
  expect(await chargeCount()).toBe(before + 1)
})

test('a list that cannot be read proves nothing, however long ago the call was', async () => {
  life.proxy.mode = 'fail'
  const unknown = await inTime(pay('unprovable'))
  life.proxy.failing = /payment_intents/
  await life.pass(2 * DAY_MS)
  await complete()
  expect((await life.gateway.get(`/payments/${unknown.body.id}`)).body.status).toBe('processing')
  life.proxy.failing = undefined
  life.proxy.keys.length = 0
  await life.pass(HOUR_MS)
  await complete()
  expect((await life.gateway.get(`/payments/${unknown.body.id}`)).body).toMatchObject({
    status: 'canceled',
    failure_code: 'never_arrived',
  })
  // After Stripe's memory of a key nothing is sent under it.
  expect(life.proxy.keys).toEqual([])
})

test('a capture that Stripe failed and did not do is free again, under another key at Stripe', async () => {
  const held = await pay('to-capture', { capture_method: 'manual' })
  const capture = async () => life.gateway.post(`/payments/${held.body.id}/capture`, {}, 'the-capture')
  life.proxy.only = /capture/
  life.proxy.mode = 'fail'
  expect((await inTime(capture())).status).toBe(202)
  await life.pass(1_000)
  await complete()
  expect(await row('the-capture')).toBeUndefined()
  const failed = new Set(life.proxy.keys)
  life.proxy.mode = 'pass'
  life.proxy.keys.length = 0
  const done = await capture()
  expect([done.status, done.body.status]).toEqual([200, 'succeeded'])
  expect(failed.has(life.proxy.keys[0] ?? '')).toBe(false)
})

/** A network between the gateway and PostgreSQL that loses the answer to a COMMIT, once, when it is told to. */
const startLossyPostgres = async (target: URL) => {
  const sockets = new Set<Socket>()
  const state = { losesCommit: false, lost: 0 }
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname)
    let cut = false
    sockets.add(client)
    client.on('data', (chunk: Buffer) => {
      if (state.losesCommit && chunk.includes('COMMIT')) {
        state.losesCommit = false
        cut = true
      }
      upstream.write(chunk)
    })
    upstream.on('data', (chunk: Buffer) => {
      if (!cut) return void client.write(chunk)
      // PostgreSQL has committed; nobody hears of it.
      state.lost += 1
      client.resetAndDestroy()
      upstream.destroy()
    })
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    state,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

test('a COMMIT whose answer is lost has happened: the same key finds what it did, with one charge', async () => {
  const { openSecondGateway } = await import('../testing/second-gateway.ts')
  const { gateway } = life
  const lossy = await startLossyPostgres(new URL(gateway.deps.db.pool.options.connectionString ?? ''))
  const db = openDatabase(lossy.url, 4)
  const deps = { ...gateway.deps, db, metrics: createMetrics() }
  const other = await openSecondGateway({ ...gateway, deps })
  const token = await gateway.token('cashier')
  const before = await chargeCount()
  const call = async (key: string) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    }
    const answer = await fetch(`${other.url}/payments`, {
      method: 'POST',
      headers,
      body: JSON.stringify(PAYMENT),
    })
    return { status: answer.status, text: await answer.text() }
  }
  // The first COMMIT is that of the claim, the second that of the record.
  for (const [key, nth] of [
    ['claim-lost', 1],
    ['record-lost', 2],
  ] as const) {
    if (nth === 1) lossy.state.losesCommit = true
    else
      life.proxy.rewrite = (answer) => {
        lossy.state.losesCommit = true
        return answer
      }
    const cut = await call(key)
    life.proxy.rewrite = undefined
    expect(cut.status, cut.text).toBe(503)
    const done = await call(key)
    expect(done.status, done.text).toBe(201)
    expect((await call(key)).text).toBe(done.text)
  }
  expect(lossy.state.lost).toBe(2)
  expect(await chargeCount()).toBe(before + 2)
  await other.close()
  await db.close()
  lossy.close()
})
