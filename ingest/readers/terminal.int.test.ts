import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { HANDLERS } from '../webhooks/handlers.ts'
import type { InboxRow } from '../webhooks/inbox-event.ts'
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
  proxy.failing = undefined
  await counter.life.control('/readers/all', { next: null, status: 'online' })
  // Whatever a test left at a reader ends with its time.
  await counter.passAndSweep(120_000)
})

const attemptsOf = async (payment: string) =>
  counter.life.gateway.deps.db.rows(
    `SELECT body ->> 'outcome' AS outcome, body ->> 'failure_class' AS class FROM events
     WHERE payment_id = $1 AND type = 'payment.attempted' ORDER BY seq`,
    [payment],
  )

const openActions = async (): Promise<number> => {
  const row = await counter.life.gateway.deps.db.first<{ n: bigint }>(
    'SELECT count(*) AS n FROM reader_actions WHERE ended_at IS NULL',
  )
  return Number(row?.n)
}

test('a customer pays at a reader: 202 while it works, then the same key answers 201, with one charge', async () => {
  await counter.plan('reader-1', { outcome: 'approve' })
  const { sale, answer, again } = await counter.tender('reader-1')
  expect(answer.status, answer.text).toBe(202)
  expect(answer.headers.get('location')).toBe(`/payments/api/payments/${answer.body.id}`)
  expect(answer.body).toMatchObject({
    status: 'processing',
    reader: { id: 'reader-1', action: { status: 'in_progress', failure_code: null }, advice: null },
  })
  expect(await counter.read(answer.body.id)).toMatchObject({ reader: { action: { status: 'in_progress' } } })
  const present = await again()
  expect(present.status).toBe(202)
  expect(present.body.id).toBe(answer.body.id)
  await counter.life.pass(3_000)
  const done = await again()
  expect(done.status, done.text).toBe(201)
  expect(done.body).toMatchObject({
    id: answer.body.id,
    status: 'succeeded',
    card: { last4: '4242' },
    reader: { action: { status: 'succeeded' } },
    sale: { amount_due: 0, status: 'closed' },
  })
  // The three seconds were the customer's own.
  expect(done.body.latency_ms).toBe(0)
  const kept = await again()
  expect(kept.text).toBe(done.text)
  expect(kept.headers.get('idempotent-replayed')).toBe('true')
  expect(await counter.charges(sale)).toBe(1)
  expect(await counter.intents(answer.body.id)).toHaveLength(1)
  expect(await openActions()).toBe(0)
})

test('POST /payments takes a reader too, and what deliveries tell is the end of it', async () => {
  await counter.plan('reader-2', { outcome: 'approve' })
  const body = { amount: 700, currency: 'gbp', till_id: 'till-1', reader_id: 'reader-2' }
  const key = counter.life.key()
  const answer = await counter.life.gateway.post('/payments', body, key)
  expect(answer.status, answer.text).toBe(202)
  await counter.deliver()
  expect(await counter.read(answer.body.id)).toMatchObject({
    status: 'succeeded',
    reader: { action: { status: 'succeeded' } },
  })
  const done = await counter.life.gateway.post('/payments', body, key)
  expect(done.status).toBe(201)
  expect(done.headers.get('idempotent-replayed')).toBe('true')
  const { card_details: details } = (await counter.life.gateway.deps.db.first<{ card_details: object }>(
    'SELECT card_details FROM payments WHERE id = $1',
    [answer.body.id],
  )) ?? { card_details: {} }
  expect(details).toMatchObject({ read_method: 'contactless_emv' })
})

test('what a reader tells has its payment looked at now', async () => {
  await counter.plan('reader-1', { outcome: 'hang' })
  const { answer } = await counter.tender('reader-1')
  const { wakeups, db, env } = counter.life.gateway.deps
  const [{ stripe_reader: reader }] = (await counter.life.gateway.get('/readers')).body.data
  const lookAt = async () =>
    (
      await db.first<{ at: Date }>('SELECT look_at AS at FROM reader_actions WHERE payment_id = $1', [
        answer.body.id,
      ])
    )?.at
  expect(await lookAt()).toEqual(new Date(env.clock.now().getTime() + 5_000))
  wakeups.woken.length = 0
  const handler = HANDLERS['terminal.reader']
  const row = { id: 'evt_reader', source: 'webhook' } as InboxRow
  await db.withTransaction(async (tx) =>
    handler?.(counter.life.gateway.deps, tx, { id: reader, object: 'terminal.reader' }, row),
  )
  expect(await lookAt()).toEqual(env.clock.now())
  expect(wakeups.woken).toEqual(['readers'])
})

test('an authorisation at a reader is captured later', async () => {
  await counter.plan('reader-1', { outcome: 'approve' })
  const sale = await counter.life.sale(900)
  const tender = { type: 'card', reader_id: 'reader-1', capture_method: 'manual' }
  const answer = await counter.life.tender(sale, tender)
  expect(answer.status, answer.text).toBe(202)
  await counter.passAndSweep(5_000)
  expect((await counter.read(answer.body.id)).status).toBe('requires_capture')
  const captured = await counter.life.act(`/payments/${answer.body.id}/capture`)
  expect(captured.body, captured.text).toMatchObject({ status: 'succeeded', sale: { status: 'closed' } })
})

test('a sweep finds the end that no delivery told', async () => {
  await counter.plan('reader-1', { outcome: 'approve' })
  const { answer, again } = await counter.tender('reader-1')
  await counter.passAndSweep(5_000)
  expect(await counter.read(answer.body.id)).toMatchObject({ status: 'succeeded' })
  const kept = await again()
  expect(kept.status).toBe(201)
  expect(kept.headers.get('idempotent-replayed')).toBe('true')
})

test('a refused card is 402 with advice, and another one pays the same payment: one intent, one charge', async () => {
  await counter.plan('reader-1', { outcome: 'decline', decline_code: 'insufficient_funds' })
  const { sale, answer, again } = await counter.tender('reader-1')
  const id = answer.body.id
  await counter.life.pass(3_000)
  const refused = await again()
  expect(refused.status, refused.text).toBe(402)
  expect(refused.body.error).toMatchObject({
    code: 'card_declined',
    decline_code: 'insufficient_funds',
    advice: { same_card: 'later' },
    payment: { id, status: 'payment_failed', reader: { action: { status: 'failed' } } },
  })
  await counter.plan('reader-1', { outcome: 'approve' })
  const key = counter.life.key()
  const confirm = async () =>
    counter.life.gateway.post(`/payments/${id}/confirm`, { reader_id: 'reader-1' }, key)
  const second = await confirm()
  expect(second.status, second.text).toBe(202)
  // The intent still tells of the first refusal: that is no news.
  await counter.sweep()
  expect((await counter.life.gateway.post(`/payments/${id}/sync`, {})).body.status).toBe('processing')
  await counter.life.pass(3_000)
  const paid = await confirm()
  expect(paid.status, paid.text).toBe(200)
  expect(paid.body).toMatchObject({ id, status: 'succeeded', sale: { status: 'closed' } })
  expect((await confirm()).text).toBe(paid.text)
  expect((await again()).text).toBe(refused.text)
  expect(await counter.charges(sale)).toBe(1)
  expect(await counter.intents(id)).toHaveLength(1)
  expect(await attemptsOf(id)).toEqual([
    { outcome: 'failed', class: 'customer' },
    { outcome: 'succeeded', class: 'none' },
  ])
})

test('a customer who cancels is no refusal: the payment can be tried again, the sale is free', async () => {
  await counter.plan('reader-1', { outcome: 'customer_canceled' })
  const { sale, answer, again } = await counter.tender('reader-1')
  await counter.passAndSweep(5_000)
  const ended = await again()
  expect(ended.status, ended.text).toBe(201)
  expect(ended.body).toMatchObject({
    status: 'requires_payment_method',
    decline_code: null,
    reader: { action: { status: 'failed', failure_code: 'customer_canceled' }, advice: { same_card: 'yes' } },
  })
  expect(await attemptsOf(answer.body.id)).toEqual([{ outcome: 'canceled', class: 'customer' }])
  const cash = await counter.life.tender(sale, { type: 'cash', amount: 500 })
  expect(cash.status, cash.text).toBe(201)
  expect(await counter.charges(sale)).toBe(0)
})

test('the till cancels while the reader waits: the reader is stopped, then the payment is over', async () => {
  await counter.plan('reader-1', { outcome: 'hang' })
  const { sale, answer, again } = await counter.tender('reader-1')
  const canceled = await counter.life.act(`/payments/${answer.body.id}/cancel`)
  expect(canceled.status, canceled.text).toBe(200)
  expect(canceled.body.status).toBe('canceled')
  expect(await counter.read(answer.body.id)).toMatchObject({
    status: 'canceled',
    reader: { action: { status: 'canceled', failure_code: 'stopped_by_till' } },
  })
  expect((await again()).body.status).toBe('requires_payment_method')
  expect(await counter.charges(sale)).toBe(0)
  await counter.plan('reader-1', { outcome: 'approve' })
  const next = await counter.tender('reader-1')
  expect(next.answer.status, next.answer.text).toBe(202)
  await counter.passAndSweep(5_000)
  expect((await next.again()).status).toBe(201)
})

test('a reader in the middle of a charge cannot be stopped: 409 with advice, and the payment ends as the bank says', async () => {
  await counter.plan('reader-1', { outcome: 'approve', after_ms: 1_000, authorize_ms: 10_000 })
  const { sale, answer, again } = await counter.tender('reader-1')
  await counter.life.pass(2_000)
  const key = counter.life.key()
  const cancel = async () => counter.life.gateway.post(`/payments/${answer.body.id}/cancel`, {}, key)
  const refused = await cancel()
  expect(refused.status, refused.text).toBe(409)
  expect(refused.body.error).toMatchObject({ code: 'invalid_state', advice: { offer: [] } })
  await counter.life.pass(10_000)
  expect((await cancel()).body.error).toMatchObject({ code: 'invalid_state', status: 'succeeded' })
  expect((await again()).status).toBe(201)
  expect(await counter.charges(sale)).toBe(1)
})

test('a reader that is away charges nothing, and the same key may be used again', async () => {
  await counter.plan('reader-1', { outcome: 'approve' }, 'offline')
  const { sale, answer, again } = await counter.tender('reader-1')
  expect(answer.status, answer.text).toBe(503)
  expect(answer.body.error).toMatchObject({
    code: 'reader_offline',
    advice: { offer: ['other_reader', 'cash'] },
  })
  expect(await openActions()).toBe(0)
  const { data } = (await counter.life.gateway.get(`/payments?q=${sale}`)).body
  expect(data.map(({ status }: { status: string }) => status)).toEqual(['canceled'])
  await counter.plan('reader-1', { outcome: 'approve' }, 'online')
  expect((await again()).status).toBe(202)
  await counter.passAndSweep(5_000)
  const paid = await again()
  expect(paid.status, paid.text).toBe(201)
  expect(await counter.charges(sale)).toBe(1)
})

test('a retry at a reader that is away leaves the payment as it was, and its key works when the reader is back', async () => {
  await counter.plan('reader-1', { outcome: 'decline' })
  const { sale, answer } = await counter.tender('reader-1')
  await counter.passAndSweep(5_000)
  await counter.plan('reader-1', { outcome: 'approve' }, 'offline')
  const key = counter.life.key()
  const confirm = async () =>
    counter.life.gateway.post(`/payments/${answer.body.id}/confirm`, { reader_id: 'reader-1' }, key)
  expect((await confirm()).body.error.code).toBe('reader_offline')
  expect((await counter.read(answer.body.id)).status).toBe('requires_payment_method')
  await counter.plan('reader-1', { outcome: 'approve' }, 'online')
  expect((await confirm()).status).toBe(202)
  await counter.passAndSweep(5_000)
  expect((await confirm()).body.status).toBe('succeeded')
  expect(await counter.charges(sale)).toBe(1)
})

test('of two payments at one reader at once one gets it, and Stripe hears of one', async () => {
  await counter.plan('reader-1', { outcome: 'approve' })
  const before = (await counter.commands()).length
  const both = await Promise.all([counter.tender('reader-1'), counter.tender('reader-1')])
  const statuses = both.map(({ answer }) => answer.status).sort()
  expect(statuses).toEqual([202, 409])
  const [busy] = both.filter(({ answer }) => answer.status === 409)
  expect(busy?.answer.body.error).toMatchObject({
    code: 'reader_busy',
    reader_id: 'reader-1',
    advice: { offer: ['other_reader', 'cash'] },
  })
  expect((await counter.commands()).length - before).toBe(1)
  await counter.passAndSweep(5_000)
  await counter.plan('reader-1', { outcome: 'approve' })
  expect((await busy?.again())?.status).toBe(202)
  await counter.passAndSweep(5_000)
  expect((await busy?.again())?.status).toBe(201)
  for (const { sale } of both) expect(await counter.charges(sale)).toBe(1)
})

test('a reader that Stripe calls busy is told so, and the key is free', async () => {
  await counter.plan('reader-2', { outcome: 'busy' })
  const { sale, answer, again } = await counter.tender('reader-2')
  expect(answer.status, answer.text).toBe(409)
  expect(answer.body.error.code).toBe('reader_busy')
  await counter.plan('reader-2', { outcome: 'approve' })
  expect((await again()).status).toBe(202)
  await counter.passAndSweep(5_000)
  expect((await again()).status).toBe(201)
  expect(await counter.charges(sale)).toBe(1)
})

test('a reader that hangs is stopped after its time, not before, and nothing is shown as failed', async () => {
  await counter.plan('reader-1', { outcome: 'hang' })
  const { sale, answer, again } = await counter.tender('reader-1')
  const before = (await counter.commands()).length
  await counter.passAndSweep(119_000)
  expect((await again()).status).toBe(202)
  expect(await counter.commands()).toHaveLength(before)
  await counter.passAndSweep(1_000)
  const ended = await again()
  expect(ended.status, ended.text).toBe(201)
  expect(ended.body).toMatchObject({
    status: 'requires_payment_method',
    reader: { action: { status: 'canceled', failure_code: 'reader_hung' } },
  })
  expect((await counter.commands()).slice(before)).toEqual([expect.stringMatching(/cancel_action$/)])
  expect(await attemptsOf(answer.body.id)).toEqual([{ outcome: 'canceled', class: 'system' }])
  expect(await counter.charges(sale)).toBe(0)
  expect(await openActions()).toBe(0)
})

test('a reader that hangs and cannot be told to stop: the intent is ended, so that nobody pays it later', async () => {
  await counter.plan('reader-1', { outcome: 'hang' })
  const { sale, answer, again } = await counter.tender('reader-1')
  await counter.plan('reader-1', null, 'offline')
  await counter.passAndSweep(120_000)
  expect((await again()).body).toMatchObject({ id: answer.body.id, status: 'canceled' })
  await counter.plan('reader-1', null, 'online')
  expect(await counter.charges(sale)).toBe(0)
})

test('a reader that times out and pays all the same: Stripe is asked, and it is shown paid', async () => {
  await counter.plan('reader-1', { outcome: 'timeout', reached: true })
  const { sale, answer, again } = await counter.tender('reader-1')
  expect(answer.status, answer.text).toBe(202)
  await counter.life.pass(5_000)
  const paid = await again()
  expect(paid.status, paid.text).toBe(201)
  expect(paid.body.status).toBe('succeeded')
  expect(await counter.charges(sale)).toBe(1)
})

test('a command that timed out on its way is handed over again by the same key, for the same intent', async () => {
  await counter.plan('reader-1', { outcome: 'timeout', reached: false })
  const { sale, answer, again } = await counter.tender('reader-1')
  expect(answer.status, answer.text).toBe(202)
  expect(answer.body.reader.action.status).toBe('starting')
  await counter.plan('reader-1', { outcome: 'approve' })
  const handed = await again()
  expect(handed.body.reader.action.status, handed.text).toBe('in_progress')
  await counter.passAndSweep(5_000)
  expect((await again()).status).toBe(201)
  expect(await counter.intents(answer.body.id)).toHaveLength(1)
  expect(await counter.charges(sale)).toBe(1)
})

test('the readers of the shop are shown with their till and what they do; unknown, not offline, when Stripe is away', async () => {
  await counter.plan('reader-1', { outcome: 'hang' })
  const { answer } = await counter.tender('reader-1')
  const shown = (await counter.life.gateway.get('/readers')).body.data
  expect(shown).toMatchObject([
    { id: 'reader-1', till_id: 'till-1', status: 'online', action: { payment_id: answer.body.id } },
    { id: 'reader-2', till_id: null, status: 'online', action: null },
  ])
  counter.life.proxy.failing = /terminal/
  const away = (await counter.life.gateway.get('/readers')).body.data
  expect(away.map(({ status }: { status: string }) => status)).toEqual(['unknown', 'unknown'])
  counter.life.proxy.failing = undefined
  await counter.life.act(`/payments/${answer.body.id}/cancel`)
})

test('a reader of no shop, and a reader together with a card, are refused before anything is done', async () => {
  const unknown = await counter.tender('nobody')
  expect(unknown.answer.status).toBe(422)
  expect(unknown.answer.body.error.issues).toEqual([
    { path: 'reader_id', message: 'is not a reader of this shop' },
  ])
  const sale = await counter.life.sale(500)
  const both = await counter.life.tender(sale, {
    type: 'card',
    reader_id: 'reader-1',
    payment_method: 'pm_card_visa',
  })
  expect(both.body.error.code).toBe('validation_failed')
  expect((await counter.life.tender(sale, { type: 'card' })).body.error.code).toBe('validation_failed')
})
