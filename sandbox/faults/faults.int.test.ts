import Stripe from 'stripe'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Running } from '../testing/start.ts'
import { dropFolder, newFolder, startSandbox } from '../testing/start.ts'

let dir: string
let running: Running

beforeEach(async () => {
  dir = newFolder()
  running = await startSandbox(dir)
})

afterEach(async () => {
  await running.stop()
  dropFolder(dir)
})

type Shown = {
  seed: number | null
  name: string | null
  rules: { kind: string; seen: number; hit: number }[]
}

const faults = async (rules: object[], seed = 7) => {
  const reply = await running.control('POST', '/faults', { rules, seed })
  expect(reply.status).toBe(200)
}

const shown = async () => (await running.control('GET', '/faults')).body as unknown as Shown

const once = (kind: string, more: object = {}) => faults([{ on: 'call', kind, times: 1, ...more }])

const sale = (key = 'k1') =>
  running.stripe.paymentIntents.create(
    {
      amount: 500,
      currency: 'gbp',
      payment_method: 'pm_card_visa',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    },
    { idempotencyKey: key },
  )

const failure = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Stripe.errors.StripeError)) throw new Error(`no StripeError: ${String(error)}`)
  return error
}

/** Counted behind the faults' back. */
const charged = async () => ((await running.control('GET', '/charges')).body as { count: number }).count

const journal = async (kind: string) => {
  const { data } = (await running.control('GET', '/journal?limit=1000')).body as {
    data: { kind: string }[]
  }
  return data.filter((entry) => entry.kind === kind)
}

test('answers late, in machine time, and does the call all the same', async () => {
  await once('latency', { ms: 80 })
  const from = performance.now()
  await sale()
  expect(performance.now() - from).toBeGreaterThanOrEqual(79)
  expect(await charged()).toBe(1)
})

test('severs a call that times out before anything is done', async () => {
  await faults([{ on: 'call', kind: 'timeout_before', times: 2, hold_ms: 20 }])
  const error = await failure(sale())
  expect(error.type).toBe('StripeConnectionError')
  expect(await charged()).toBe(0)
  await faults([{ on: 'call', kind: 'error_500', probability: 0 }])
  expect((await sale()).status).toBe('succeeded')
  expect(await charged()).toBe(1)
})

test('does a call that times out after success, and replays it for the same key', async () => {
  await faults([{ on: 'call', kind: 'timeout_after', times: 2, hold_ms: 20 }])
  const error = await failure(sale())
  expect(error.type).toBe('StripeConnectionError')
  expect(await charged()).toBe(1)
  const again = await sale()
  expect(again.lastResponse.headers['idempotent-replayed']).toBe('true')
  expect(await charged()).toBe(1)
})

test('holds a time-out until the caller gives up', async () => {
  await once('timeout_after', { hold_ms: 60_000 })
  const impatient = { idempotencyKey: 'k1', timeout: 60 }
  const call = running.stripe.paymentIntents.create({ amount: 500, currency: 'gbp' }, impatient)
  expect((await failure(call)).type).toBe('StripeConnectionError')
  expect((await running.stripe.paymentIntents.list()).data).toHaveLength(1)
})

test('answers 500 before anything is done and keeps nothing for the key', async () => {
  await once('error_500')
  const error = await failure(sale())
  expect([error.type, error.statusCode, error.rawType]).toEqual(['StripeAPIError', 500, 'api_error'])
  expect(await charged()).toBe(0)
  expect((await sale()).status).toBe('succeeded')
})

test('answers 500 after all is done and keeps that answer for the key', async () => {
  await once('error_500_after')
  expect((await failure(sale())).statusCode).toBe(500)
  const again = await failure(sale())
  expect([again.statusCode, again.headers?.['idempotent-replayed']]).toEqual([500, 'true'])
  expect(await charged()).toBe(1)
  expect((await running.stripe.paymentIntents.list()).data[0]?.status).toBe('succeeded')
})

test('limits the rate with a reason, and names none for a lock', async () => {
  await once('rate_limit', { reason: 'endpoint-rate' })
  const limited = await failure(sale())
  expect([limited.type, limited.statusCode, limited.code]).toEqual([
    'StripeRateLimitError',
    429,
    'rate_limit',
  ])
  expect(limited.headers?.['stripe-rate-limited-reason']).toBe('endpoint-rate')
  await once('lock_timeout')
  const locked = await failure(sale())
  expect([locked.type, locked.statusCode, locked.code]).toEqual(['StripeRateLimitError', 429, 'lock_timeout'])
  expect(locked.headers?.['stripe-rate-limited-reason']).toBeUndefined()
  expect(await charged()).toBe(0)
  expect((await sale()).status).toBe('succeeded')
})

test('says that a key is in use, only where there are keys', async () => {
  await once('conflict')
  await running.stripe.paymentIntents.list()
  const error = await failure(sale())
  expect([error.type, error.statusCode, error.code]).toEqual([
    'StripeAPIError',
    409,
    'idempotency_key_in_use',
  ])
  expect(error.headers?.['stripe-should-retry']).toBe('true')
  expect(await charged()).toBe(0)
})

test('resets the connection before or after the call is done', async () => {
  await faults([{ on: 'call', kind: 'reset', times: 2 }])
  expect((await failure(sale())).type).toBe('StripeConnectionError')
  expect(await charged()).toBe(0)
  await faults([{ on: 'call', kind: 'reset', when: 'after', times: 2 }])
  expect((await failure(sale())).type).toBe('StripeConnectionError')
  expect(await charged()).toBe(1)
})

test('breaks an answer off half way after success', async () => {
  await once('truncated')
  expect((await failure(sale())).type).toBe('StripeConnectionError')
  expect(await charged()).toBe(1)
  expect((await sale()).status).toBe('succeeded')
})

test('lets the official client get through by its own retries', async () => {
  const { port, hostname } = new URL(running.base)
  const patient = new Stripe('sk_test_sandbox', { host: hostname, port, protocol: 'http', telemetry: false })
  await faults([{ on: 'call', kind: 'error_500', times: 1 }])
  expect((await patient.paymentIntents.create({ amount: 500, currency: 'gbp' })).amount).toBe(500)
})

test('strikes only what the rule is about, and counts what it saw and hit', async () => {
  await faults([
    { on: 'call', kind: 'error_500', probability: 1, match: { method: 'POST', path: '/v1/refunds' } },
    { on: 'call', kind: 'lock_timeout', probability: 1, match: { path: '/v1/payment_intents/*/cancel' } },
  ])
  const { id } = await running.stripe.paymentIntents.create({ amount: 500, currency: 'gbp' })
  await running.stripe.refunds.list()
  expect((await failure(running.stripe.paymentIntents.cancel(id))).code).toBe('lock_timeout')
  expect((await failure(running.stripe.refunds.create({ payment_intent: id }))).statusCode).toBe(500)
  expect((await shown()).rules.map(({ seen, hit }) => [seen, hit])).toEqual([
    [1, 1],
    [1, 1],
  ])
  const hits = await journal('fault')
  expect(hits).toMatchObject([
    { rule: 1, on: 'call', fault: 'lock_timeout', method: 'POST', path: `/v1/payment_intents/${id}/cancel` },
    { rule: 0, on: 'call', fault: 'error_500', path: '/v1/refunds' },
  ])
})

test('never breaks its own control plane', async () => {
  await faults([{ on: 'call', kind: 'reset', probability: 1 }])
  for (const path of ['/faults', '/clock', '/charges', '/state', '/journal']) {
    expect((await running.control('GET', path)).status).toBe(200)
  }
  expect((await running.control('DELETE', '/faults')).body).toMatchObject({ ended: true })
  expect((await shown()).rules).toEqual([])
  expect((await sale()).status).toBe('succeeded')
})

test('leaves young objects out of lists until they are old enough, and pages past them', async () => {
  await faults([{ on: 'list', kind: 'late_visibility', s: 60, match: { path: '/v1/charges' } }])
  await sale('k1')
  await running.control('POST', '/clock', { now: running.sandbox.clock.now() + 40_000 })
  await sale('k2')
  const ids = async () => (await running.stripe.charges.list({ limit: 1 })).data.map(({ id }) => id)
  expect(await ids()).toEqual([])
  expect((await running.stripe.paymentIntents.list()).data).toHaveLength(2)
  await running.control('POST', '/clock', { now: running.sandbox.clock.now() + 20_000 })
  const [old] = await ids()
  expect(await ids()).toEqual([old])
  await running.control('POST', '/clock', { now: running.sandbox.clock.now() + 40_000 })
  expect(await ids()).not.toEqual([old])
  expect((await journal('fault'))[0]).toMatchObject({ on: 'list', fault: 'late_visibility' })
})

test('hides the same share of young objects in every list, also after a restart', async () => {
  await faults([{ on: 'list', kind: 'late_visibility', s: 60, probability: 0.5 }])
  for (let at = 0; at < 40; at += 1)
    await running.stripe.paymentIntents.create({ amount: 500, currency: 'gbp' })
  const ids = async () => (await running.stripe.paymentIntents.list({ limit: 100 })).data.map(({ id }) => id)
  const first = await ids()
  // Forty fair coins: fewer than 6 or more than 34 heads come once in a million.
  expect(first.length).toBeGreaterThan(5)
  expect(first.length).toBeLessThan(35)
  expect(await ids()).toEqual(first)
  await running.stop()
  running = await startSandbox(dir)
  expect(await ids()).toEqual(first)
})

test('goes on over a restart behind what was drawn', async () => {
  await faults([
    { on: 'call', kind: 'error_500', times: 3 },
    { on: 'call', kind: 'lock_timeout', probability: 0.5 },
  ])
  const outcomes = async (count: number) => {
    const codes: (number | undefined)[] = []
    for (let at = 0; at < count; at += 1) {
      const call = running.stripe.balance.retrieve()
      codes.push(
        await call.then(
          () => 200,
          (error: unknown) => (error instanceof Stripe.errors.StripeError ? error.statusCode : 0),
        ),
      )
    }
    return codes
  }
  expect(await outcomes(2)).toEqual([500, 500])
  await running.stop()
  running = await startSandbox(dir)
  const more = await outcomes(33)
  expect(more.filter((code) => code === 500)).toHaveLength(1)
  expect(more[0]).toBe(500)
  await running.stop()
  running = await startSandbox(dir)
  // The same draws again would give the same thirty-two answers: one in four milliards by chance.
  expect((await outcomes(33)).slice(1)).not.toEqual(more.slice(1))
  const { seed, rules } = await shown()
  expect([seed, rules[0]?.hit]).toEqual([7, 3])
})

test('draws the same for the same seed and something else for another', async () => {
  const run = async (seed: number) => {
    await faults([{ on: 'call', kind: 'lock_timeout', probability: 0.5 }], seed)
    const codes: number[] = []
    for (let at = 0; at < 32; at += 1) codes.push((await running.form('GET', '/v1/balance')).status)
    return codes
  }
  const first = await run(1)
  expect(await run(1)).toEqual(first)
  expect(await run(2)).not.toEqual(first)
})

const bad: [string, unknown, string][] = [
  ['nothing', {}, 'name'],
  ['both', { name: 'default', rules: [{ on: 'call', kind: 'error_500', probability: 1 }] }, 'name'],
  ['a set nobody knows', { name: 'nice' }, 'name'],
  ['a field nobody knows', { name: 'default', sed: 1 }, 'sed'],
  ['a kind nobody knows', { rules: [{ on: 'call', kind: 'fire', probability: 1 }] }, 'rules.0.kind'],
  ['a kind in the wrong place', { rules: [{ on: 'call', kind: 'drop', probability: 1 }] }, 'rules.0.on'],
  ['no share', { rules: [{ on: 'call', kind: 'error_500' }] }, 'rules.0.probability'],
  [
    'a share beyond one',
    { rules: [{ on: 'call', kind: 'error_500', probability: 1.1 }] },
    'rules.0.probability',
  ],
  ['times of zero', { rules: [{ on: 'call', kind: 'error_500', times: 0 }] }, 'rules.0.times'],
  ['a parameter of another kind', { rules: [{ on: 'call', kind: 'error_500', times: 1, ms: 5 }] }, 'ms'],
  ['no milliseconds', { rules: [{ on: 'call', kind: 'latency', times: 1 }] }, 'rules.0.ms'],
  [
    'an unknown match',
    { rules: [{ on: 'call', kind: 'error_500', times: 1, match: { type: 'x' } }] },
    'type',
  ],
  ['a small skew', { rules: [{ on: 'delivery', kind: 'skew', times: 1, s: 300 }] }, 'rules.0.s'],
  [
    'more than six hours',
    { rules: [{ on: 'delivery', kind: 'delay', times: 1, max_s: 21_601 }] },
    'rules.0.max_s',
  ],
  ['a seed that is none', { name: 'default', seed: -1 }, 'seed'],
]

test.each(bad)('refuses %s and names the field', async (_what, body, field) => {
  const reply = await running.control('POST', '/faults', body)
  expect([reply.status, reply.body]).toMatchObject([400, { error: { code: 'invalid_body' } }])
  expect((reply.body.error as { message: string }).message).toContain(field)
  expect((await shown()).rules).toEqual([])
})
