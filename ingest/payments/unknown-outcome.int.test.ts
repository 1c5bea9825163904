import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openGateway, type TestGateway } from '../testing/open-gateway.ts'
import { startStripeProxy, type StripeProxy } from '../testing/stripe-proxy.ts'
import { startTempSandbox } from '../testing/temp-sandbox.ts'
import { createOrphanCompleter } from './complete-orphans.ts'

let sandbox: Awaited<ReturnType<typeof startTempSandbox>>
let proxy: StripeProxy
let gateway: TestGateway

beforeAll(async () => {
  sandbox = await startTempSandbox(new Date('2026-03-02T09:00:00Z'))
  proxy = await startStripeProxy(sandbox.url)
  gateway = await openGateway(proxy.url)
})
afterAll(async () => {
  await gateway.close()
  await proxy.close()
  await sandbox.stop()
})
beforeEach(() => {
  proxy.mode = 'pass'
  proxy.keys.length = 0
})

const openSale = async (amount: number): Promise<string> => {
  const lines = [{ name: 'Loaf', quantity: 1, unit_amount: amount }]
  const sale = await gateway.post('/sales', { till_id: 'till-1', currency: 'gbp', lines })
  return sale.body.id
}

const pay = async (sale: string, key: string) =>
  gateway.post(`/sales/${sale}/tenders`, { type: 'card', payment_method: 'pm_card_visa' }, key)

/** Back-off between tries is machine time, which stands in this test until somebody sleeps. */
const whileSleepersWake = async <T>(work: Promise<T>): Promise<T> => {
  let done = false
  const ends = work.finally(() => {
    done = true
  })
  const waking = (async () => {
    while (!done) {
      if (gateway.deps.env.sleepers() > 0) await gateway.deps.env.passMachine(1_000)
      await new Promise(setImmediate)
    }
  })()
  const result = await ends
  await waking
  return result
}

const chargesOf = async (sale: string): Promise<number> => {
  const response = await fetch(`${sandbox.url}/_sandbox/charges`)
  const { by_sale: bySale } = (await response.json()) as { by_sale: Record<string, number> }
  return bySale[sale] ?? 0
}

const keyRow = async (key: string) =>
  gateway.deps.db.first<{ status: string; response_status: number | null; owner: number | null }>(
    'SELECT status, response_status, owner FROM idempotency_keys WHERE key = $1',
    [key],
  )

test('a lost reply is 202 with where to look, and the same key settles it with one charge', async () => {
  const sale = await openSale(500)
  proxy.mode = 'lose_reply'
  const unknown = await whileSleepersWake(pay(sale, 'lost'))
  expect(unknown.status, unknown.text).toBe(202)
  expect(unknown.body.status).toBe('processing')
  expect(unknown.headers.get('location')).toBe(`/payments/api/payments/${unknown.body.id}`)
  expect(await keyRow('lost')).toEqual({ status: 'started', response_status: null, owner: null })
  expect(new Set(proxy.keys).size).toBe(1)
  proxy.mode = 'pass'
  const settled = await pay(sale, 'lost')
  expect(settled.status, settled.text).toBe(201)
  expect(settled.body).toMatchObject({ id: unknown.body.id, status: 'succeeded' })
  expect(new Set(proxy.keys).size).toBe(1)
  expect(await chargesOf(sale)).toBe(1)
  expect((await pay(sale, 'lost')).text).toBe(settled.text)
})

test('the completer finishes what a client left, and the client finds the answer', async () => {
  const sale = await openSale(600)
  proxy.mode = 'lose_reply'
  const unknown = await whileSleepersWake(pay(sale, 'left'))
  proxy.mode = 'pass'
  const completer = createOrphanCompleter(gateway.deps)
  await completer.drain()
  await completer.close()
  expect(await keyRow('left')).toMatchObject({ status: 'finished', response_status: 201 })
  const payment = await gateway.get(`/payments/${unknown.body.id}`)
  expect(payment.body.status).toBe('succeeded')
  const asked = await pay(sale, 'left')
  expect(asked.headers.get('idempotent-replayed')).toBe('true')
  expect(await chargesOf(sale)).toBe(1)
})

test('a 500 of Stripe is unknown, never failed, and is asked again under the same key', async () => {
  const sale = await openSale(700)
  proxy.mode = 'fail'
  const unknown = await whileSleepersWake(pay(sale, 'five-hundred'))
  expect(unknown.status, unknown.text).toBe(202)
  const completer = createOrphanCompleter(gateway.deps)
  await whileSleepersWake(completer.drain())
  expect(await keyRow('five-hundred')).toMatchObject({ status: 'started', owner: null })
  proxy.mode = 'pass'
  // Its first look brought nothing: the next is due a second later by the business clock.
  await completer.drain()
  expect(await keyRow('five-hundred')).toMatchObject({ status: 'started' })
  gateway.deps.env.pass(1_000)
  await completer.drain()
  await completer.close()
  expect(await keyRow('five-hundred')).toMatchObject({ status: 'finished', response_status: 201 })
  expect(new Set(proxy.keys).size).toBe(1)
  expect(await chargesOf(sale)).toBe(1)
})

test('a key that Stripe does not take is 503, charges nothing and leaves the key free', async () => {
  const sale = await openSale(800)
  proxy.mode = 'no_key'
  const away = await whileSleepersWake(pay(sale, 'away'))
  expect(away.status, away.text).toBe(503)
  expect(away.body.error.code).toBe('provider_unavailable')
  expect(away.headers.get('retry-after')).toBe('5')
  expect(await keyRow('away')).toBeUndefined()
  const failed = await gateway.deps.db.rows(
    `SELECT body ->> 'failure_class' AS class FROM events WHERE body ->> 'sale_id' = $1 AND type = 'payment.attempted'`,
    [sale],
  )
  expect(failed).toEqual([{ class: 'config' }])
  proxy.mode = 'pass'
  expect((await pay(sale, 'away')).status).toBe(201)
  expect(await chargesOf(sale)).toBe(1)
})

test('a call that died between its claim and Stripe is taken up by the same key', async () => {
  const sale = await openSale(900)
  proxy.mode = 'fail'
  const unknown = await whileSleepersWake(pay(sale, 'died'))
  // As a killed process leaves it: an owner whose lock nobody holds.
  await gateway.deps.db.run('UPDATE idempotency_keys SET owner = 77 WHERE key = $1', ['died'])
  proxy.mode = 'pass'
  const resumed = await pay(sale, 'died')
  expect(resumed.status, resumed.text).toBe(201)
  expect(resumed.body.id).toBe(unknown.body.id)
  expect(await chargesOf(sale)).toBe(1)
})

test('a key that another living process is at is in flight', async () => {
  const sale = await openSale(950)
  proxy.mode = 'fail'
  await whileSleepersWake(pay(sale, 'theirs'))
  const { pool } = gateway.deps.db
  const other = await pool.connect()
  await other.query('SELECT pg_advisory_lock(7305002, 78)')
  await other.query("UPDATE idempotency_keys SET owner = 78 WHERE key = 'theirs'")
  proxy.mode = 'pass'
  expect((await pay(sale, 'theirs')).body.error.code).toBe('operation_in_progress')
  await other.query('SELECT pg_advisory_unlock(7305002, 78)')
  other.release()
  expect((await pay(sale, 'theirs')).status).toBe(201)
})

test('a day later nothing is sent again: Stripe is asked whether it has it', async () => {
  const sale = await openSale(990)
  proxy.mode = 'fail'
  const unknown = await whileSleepersWake(pay(sale, 'yesterday'))
  proxy.mode = 'pass'
  proxy.keys.length = 0
  gateway.deps.env.pass(24 * 3_600_000)
  const late = await pay(sale, 'yesterday')
  expect(late.status, late.text).toBe(503)
  expect(proxy.keys).toEqual([])
  const payment = await gateway.get(`/payments/${unknown.body.id}`)
  expect(payment.body).toMatchObject({ status: 'canceled', failure_code: 'never_arrived' })
})

test('an answer that could not be recorded leaves the key to the next call, and the charge is one', async () => {
  const sale = await openSale(980)
  const { db } = gateway.deps
  const trigger = `CREATE FUNCTION refuse_journal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'disk full' USING ERRCODE = '53100'; END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON journal_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal()`
  await gateway.asOwner(trigger)
  const broken = await pay(sale, 'unrecorded')
  expect(broken.status, broken.text).toBe(503)
  expect(broken.body.error.code).toBe('storage_unavailable')
  expect(await keyRow('unrecorded')).toMatchObject({ status: 'started', owner: null })
  const payment = await db.first<{ status: string }>('SELECT status FROM payments WHERE sale_id = $1', [sale])
  expect(payment).toEqual({ status: 'processing' })
  await gateway.asOwner('DROP TRIGGER full_disk ON journal_entries; DROP FUNCTION refuse_journal')
  const paid = await pay(sale, 'unrecorded')
  expect(paid.status, paid.text).toBe(201)
  expect(await chargesOf(sale)).toBe(1)
})
