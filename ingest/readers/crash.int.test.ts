import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createOrphanCompleter } from '../payments/complete-orphans.ts'
import { startWorker } from '../worker.ts'
import { openCounter, type Counter } from './testing/open-counter.ts'

let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
})
afterAll(async () => counter.close())
afterEach(async () => {
  const { proxy } = counter.life
  proxy.mode = 'pass'
  proxy.only = undefined
  await counter.life.control('/readers/all', { next: null, status: 'online' })
  await counter.passAndSweep(120_000)
})

const CREATE = /payment_intents$/
const PROCESS = /process_payment_intent$/

/** Stripe is asked several times; the pauses between are machine time, which stands until somebody wakes the sleepers. */
const awake = async <T>(work: Promise<T>): Promise<T> => {
  let done = false
  const ends = work.finally(() => {
    done = true
  })
  while (!done) {
    if (counter.life.gateway.deps.env.sleepers() > 0) await counter.life.gateway.deps.env.passMachine(1_000)
    await new Promise(setImmediate)
  }
  return ends
}

const tenderWhile = async (mode: 'fail' | 'lose_reply', only: RegExp) => {
  const { proxy } = counter.life
  proxy.mode = mode
  proxy.only = only
  const tender = await awake(counter.tender('reader-1'))
  expect(tender.answer.status, tender.answer.text).toBe(202)
  expect(tender.answer.body).toMatchObject({
    status: 'processing',
    reader: { action: { status: 'starting' } },
  })
  proxy.mode = 'pass'
  // As a killed process leaves it: an owner whose lock nobody holds.
  await counter.life.gateway.deps.db.run('UPDATE idempotency_keys SET owner = 77 WHERE key = $1', [
    tender.key,
  ])
  return tender
}

const handOvers = async () => (await counter.commands()).filter((url) => PROCESS.test(url)).length

const journalOf = async (payment: string) =>
  counter.life.gateway.deps.db.rows('SELECT kind FROM journal_entries WHERE payment_id = $1', [payment])

test('a till that comes back after a crash between the two calls gets its reader: one intent, one charge', async () => {
  await counter.plan('reader-1', { outcome: 'approve' })
  const { sale, answer, again } = await tenderWhile('fail', PROCESS)
  const resumed = await again()
  expect(resumed.body, resumed.text).toMatchObject({
    id: answer.body.id,
    reader: { action: { status: 'in_progress' } },
  })
  await counter.life.pass(5_000)
  expect((await again()).status).toBe(201)
  expect(await counter.intents(answer.body.id)).toHaveLength(1)
  expect(await counter.charges(sale)).toBe(1)
})

test('with nobody at the till no reader is started: after its time the intent is ended, so that nobody pays it twice', async () => {
  await counter.plan('reader-1', { outcome: 'approve' })
  const { sale, answer, again } = await tenderWhile('fail', PROCESS)
  const before = await handOvers()
  const completer = createOrphanCompleter(counter.life.gateway.deps)
  await completer.drain()
  await completer.close()
  await counter.passAndSweep(5_000)
  await counter.passAndSweep(114_000)
  expect(await counter.read(answer.body.id)).toMatchObject({ status: 'processing' })
  await counter.passAndSweep(1_000)
  expect(await handOvers()).toBe(before)
  const ended = await again()
  expect(ended.status, ended.text).toBe(201)
  expect(ended.body).toMatchObject({
    status: 'canceled',
    reader: {
      action: { status: 'canceled', failure_code: 'never_handed_over' },
      advice: { same_card: 'yes' },
    },
  })
  const [intent] = await counter.intents(answer.body.id)
  const late = counter.life.gateway.deps.stripe.terminal.readers.processPaymentIntent(
    (await counter.life.gateway.get('/readers')).body.data[0].stripe_reader,
    { payment_intent: intent ?? '' },
  )
  await expect(late).rejects.toMatchObject({ code: 'intent_invalid_state' })
  const cash = await counter.life.tender(sale, { type: 'cash', amount: 500 })
  expect(cash.body.sale.status, cash.text).toBe('closed')
  expect(await counter.charges(sale)).toBe(0)
})

test('a reader that works though its answer was lost is found at work, and its payment is booked once', async () => {
  await counter.plan('reader-1', { outcome: 'approve', after_ms: 8_000 })
  const { sale, answer, again } = await tenderWhile('lose_reply', PROCESS)
  await counter.passAndSweep(5_000)
  expect(await counter.read(answer.body.id)).toMatchObject({ reader: { action: { status: 'in_progress' } } })
  await counter.life.pass(5_000)
  await Promise.all([1, 2, 3, 4, 5].map(async () => counter.sweep()))
  const paid = await again()
  expect(paid.status, paid.text).toBe(201)
  expect(await journalOf(answer.body.id)).toEqual([{ kind: 'sale_card' }])
  expect(await counter.charges(sale)).toBe(1)
})

test('the same key after a lost answer starts the reader once', async () => {
  await counter.plan('reader-1', { outcome: 'approve' })
  const before = counter.keysOf(PROCESS).length
  const { sale, again } = await tenderWhile('lose_reply', PROCESS)
  expect((await again()).status).toBe(202)
  expect(new Set(counter.keysOf(PROCESS).slice(before)).size).toBe(1)
  await counter.life.pass(5_000)
  expect((await again()).status).toBe(201)
  expect(await counter.charges(sale)).toBe(1)
})

test('an intent whose making was not heard of is found by what names it, never made twice', async () => {
  await counter.plan('reader-1', { outcome: 'approve' })
  const { answer, again } = await tenderWhile('lose_reply', CREATE)
  await counter.passAndSweep(5_000)
  const resumed = await again()
  expect(resumed.body.reader.action.status, resumed.text).toBe('in_progress')
  await counter.life.pass(5_000)
  expect((await again()).status).toBe(201)
  expect(await counter.intents(answer.body.id)).toHaveLength(1)
})

test('a payment that Stripe never heard of is over after its time, and its key begins afresh', async () => {
  await counter.plan('reader-1', { outcome: 'approve' })
  const { sale, answer, again } = await tenderWhile('fail', CREATE)
  await counter.passAndSweep(119_000)
  expect(await counter.read(answer.body.id)).toMatchObject({ status: 'processing' })
  await counter.passAndSweep(1_000)
  expect(await counter.read(answer.body.id)).toMatchObject({ status: 'canceled' })
  const fresh = await again()
  expect(fresh.status, fresh.text).toBe(202)
  expect(fresh.body.id).not.toBe(answer.body.id)
  await counter.life.pass(5_000)
  expect((await again()).status).toBe(201)
  expect(await counter.charges(sale)).toBe(1)
})

test('fast time stops where a reader is looked at, and does not wait for its customer', async () => {
  await counter.plan('reader-1', { outcome: 'hang' })
  const { deps } = counter.life.gateway
  const worker = await startWorker(deps)
  const before = await worker.open()
  const { answer } = await counter.tender('reader-1')
  expect(answer.status, answer.text).toBe(202)
  const now = deps.env.clock.now()
  // What the worker found of earlier readers may have it look at once first.
  await expect.poll(async () => worker.nextDue(now)).toEqual(new Date(now.getTime() + 5_000))
  const relay = await deps.db.first<{ n: number }>(
    'SELECT count(*)::integer AS n FROM events WHERE batch_id IS NULL',
  )
  expect((await worker.open()) - before).toBeLessThanOrEqual(relay?.n ?? 0)
  await worker.stop()
})
