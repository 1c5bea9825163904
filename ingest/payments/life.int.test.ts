import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLife, type Life } from '../testing/open-life.ts'

let life: Life
beforeAll(async () => {
  life = await openLife()
})
afterAll(async () => life.close())

const DAY_MS = 86_400_000

interface TimelineRow {
  readonly source: string
  readonly type: string
  readonly id: string | null
  readonly status: string | null
  readonly detail: string | null
  readonly author: string | null
}

const read = async (id: string) => (await life.gateway.get(`/payments/${id}`)).body
const dueOf = async (sale: string): Promise<number> =>
  (await life.gateway.get(`/sales/${sale}`)).body.amount_due
const sync = async (id: string) => life.gateway.post(`/payments/${id}/sync`, {})
const authenticate = async (intent: string, outcome: 'succeed' | 'fail') =>
  life.control(`/payment_intents/${intent}/authenticate`, { outcome })
const outcomesOf = async (id: string) =>
  life.gateway.deps.db.rows(
    `SELECT body ->> 'outcome' AS outcome, (body ->> 'latency_ms')::integer AS latency FROM events
     WHERE payment_id = $1 AND type = 'payment.attempted' ORDER BY seq`,
    [id],
  )

const ask3ds = async (rest: object = {}) => {
  const asked = await life.pay({ amount: 800, payment_method: 'pm_card_authenticationRequired', ...rest })
  expect(asked.status, asked.text).toBe(201)
  expect(asked.body.status).toBe('requires_action')
  return asked.body
}

test('a customer who confirms at the bank has paid, and the time that he took is not ours', async () => {
  const asked = await ask3ds()
  expect(asked.client_secret).toMatch(/^pi_/)
  expect(asked.next_action).toMatchObject({ type: 'use_stripe_sdk' })
  const { latency_ms: ours } = await read(asked.id)
  await life.pass(120_000)
  await authenticate(asked.stripe_payment_intent, 'succeed')
  await life.heal()
  expect(await read(asked.id)).toMatchObject({
    status: 'succeeded',
    latency_ms: ours,
    sale: { amount_due: 0, status: 'closed' },
  })
  expect(await outcomesOf(asked.id)).toEqual([{ outcome: 'succeeded', latency: ours }])
})

test('a till that asks learns at once that the customer has confirmed', async () => {
  const asked = await ask3ds()
  expect((await sync(asked.id)).body).toMatchObject({
    status: 'requires_action',
    client_secret: asked.client_secret,
  })
  await authenticate(asked.stripe_payment_intent, 'succeed')
  const answer = await sync(asked.id)
  expect(answer.body, answer.text).toMatchObject({ status: 'succeeded', sale: { status: 'closed' } })
  expect(answer.body.client_secret).toBeUndefined()
})

test('a manual capture that the bank wants confirmed is authorised by it, not taken', async () => {
  const asked = await ask3ds({ capture_method: 'manual' })
  await authenticate(asked.stripe_payment_intent, 'succeed')
  const held = await sync(asked.id)
  expect(held.body, held.text).toMatchObject({ status: 'requires_capture', amount_captured: 0 })
  expect((await life.act(`/payments/${asked.id}/capture`)).body).toMatchObject({ status: 'succeeded' })
})

test('a customer who fails at the bank twice is refused twice, and another card pays', async () => {
  const asked = await ask3ds()
  for (let n = 1; n <= 2; n += 1) {
    await authenticate(asked.stripe_payment_intent, 'fail')
    const failed = await sync(asked.id)
    expect(failed.body, failed.text).toMatchObject({ status: 'payment_failed', sale: { amount_due: 800 } })
    expect(await outcomesOf(asked.id)).toHaveLength(n)
    if (n === 2) break
    const again = await life.act(`/payments/${asked.id}/confirm`, {
      payment_method: 'pm_card_authenticationRequired',
    })
    expect(again.body, again.text).toMatchObject({ status: 'requires_action' })
  }
  const paid = await life.act(`/payments/${asked.id}/confirm`, { payment_method: 'pm_card_visa' })
  expect(paid.body, paid.text).toMatchObject({ status: 'succeeded', sale: { status: 'closed' } })
})

test('a payment that waits for its customer is canceled, and the sale is due again', async () => {
  const sale = await life.sale(800)
  const asked = await life.tender(sale, { type: 'card', payment_method: 'pm_card_authenticationRequired' })
  const canceled = await life.act(`/payments/${asked.body.id}/cancel`)
  expect(canceled.body, canceled.text).toMatchObject({
    status: 'canceled',
    cancellation_reason: 'requested_by_customer',
  })
  expect((await life.tender(sale, { type: 'cash', amount: 800 })).status).toBe(201)
})

test('a payment is canceled before its money is taken, and never after', async () => {
  const refused = await life.pay({ amount: 500, payment_method: 'pm_card_chargeDeclined' })
  const held = await life.pay({ amount: 500, capture_method: 'manual' })
  const taken = await life.pay({ amount: 500 })
  const table = [
    [refused.body.error.payment.id, 200],
    [held.body.id, 200],
    [taken.body.id, 409],
    [held.body.id, 409],
  ] as const
  for (const [id, status] of table) {
    const answer = await life.act(`/payments/${id}/cancel`)
    expect(answer.status, answer.text).toBe(status)
  }
  expect(await life.postings('sale_card', held.body.stripe_charge)).toEqual([])
})

test('a part of an authorisation is taken: the journal has that part, and the rest is due again', async () => {
  const lines = [{ name: 'Cake', quantity: 1, unit_amount: 800, tax_amount: 160 }]
  const sale = await life.sale(0, { lines, tip_amount: 40 })
  const held = await life.tender(sale, {
    type: 'card',
    payment_method: 'pm_card_visa',
    capture_method: 'manual',
  })
  expect(Date.parse(held.body.capture_before)).toBe(Date.parse(held.body.created_at) + 7 * DAY_MS)
  expect(await dueOf(sale)).toBe(1_000)
  const taken = await life.act(`/payments/${held.body.id}/capture`, { amount: 600 })
  expect(taken.body, taken.text).toMatchObject({
    status: 'succeeded',
    amount: 1_000,
    amount_captured: 600,
    sale: { amount_paid: 600, amount_due: 400, status: 'open' },
  })
  // 600 of 1000: 480 of 800; of the other 120, tax is 160/200 = 96 and the tip 24.
  expect(await life.postings('sale_card', taken.body.stripe_charge)).toEqual([
    { account: 'clearing:card', amount: 600n },
    { account: 'revenue:sales', amount: -480n },
    { account: 'liability:tax', amount: -96n },
    { account: 'liability:tips', amount: -24n },
  ])
  const rest = await life.tender(sale, { type: 'cash', amount: 400 })
  expect(rest.body.sale, rest.text).toMatchObject({ amount_due: 0, status: 'closed' })
  expect(await life.postings('sale_cash', rest.body.id)).toEqual([
    { account: 'till:till-1:cash', amount: 400n },
    { account: 'revenue:sales', amount: -320n },
    { account: 'liability:tax', amount: -64n },
    { account: 'liability:tips', amount: -16n },
  ])
})

test('more than was authorised is not taken', async () => {
  const held = await life.pay({ amount: 500, capture_method: 'manual' })
  const answer = await life.act(`/payments/${held.body.id}/capture`, { amount: 501 })
  expect(answer.body.error.code).toBe('amount_invalid')
})

test('an authorisation that nobody captures expires: a task first, then canceled and due again', async () => {
  const sale = await life.sale(700)
  const held = await life.tender(sale, {
    type: 'card',
    payment_method: 'pm_card_visa',
    capture_method: 'manual',
  })
  const tasks = async () =>
    (await life.gateway.get('/tasks?kind=authorization_expiring&limit=100')).body.data.filter(
      (task: { object: string }) => task.object === held.body.id,
    )
  await life.pass(5.9 * DAY_MS)
  expect(await tasks()).toEqual([])
  await life.pass(0.2 * DAY_MS)
  expect(await tasks()).toMatchObject([{ amount: 700, due_at: held.body.capture_before, overdue: false }])
  await life.pass(DAY_MS)
  await life.heal()
  expect(await read(held.body.id)).toMatchObject({ status: 'canceled', cancellation_reason: 'automatic' })
  expect(await tasks()).toEqual([])
  const changes = await life.gateway.deps.db.rows(
    `SELECT body ->> 'status' AS status FROM events WHERE payment_id = $1 AND type = 'payment.status_changed' ORDER BY seq`,
    [held.body.id],
  )
  expect(changes).toEqual([{ status: 'requires_capture' }, { status: 'canceled' }])
  const paid = await life.tender(sale, { type: 'card', payment_method: 'pm_card_visa' })
  expect(paid.body.sale, paid.text).toMatchObject({ amount_due: 0, status: 'closed' })
})

test('a capture of what expired unheard of is refused with the payment as it is', async () => {
  const held = await life.pay({ amount: 500, capture_method: 'manual' })
  await life.pass(7.1 * DAY_MS)
  const answer = await life.act(`/payments/${held.body.id}/capture`)
  expect(answer.status, answer.text).toBe(422)
  expect(answer.body.error).toMatchObject({ code: 'payment_refused', payment: { status: 'canceled' } })
})

test('a cancel that comes after the customer has paid leaves a payment that is paid', async () => {
  const asked = await ask3ds()
  await authenticate(asked.stripe_payment_intent, 'succeed')
  const answer = await life.act(`/payments/${asked.id}/cancel`)
  expect(answer.body.error, answer.text).toMatchObject({
    code: 'payment_refused',
    payment: { status: 'succeeded', sale: { status: 'closed' } },
  })
  expect((await read(asked.id)).postings).toHaveLength(2)
})

test('the timeline tells attempts, changes, postings, refunds, notes and what Stripe told by its events', async () => {
  const paid = await life.pay({ amount: 900, external_ref: 'ticket timeline' })
  const back = await life.act(`/payments/${paid.body.id}/refunds`, { amount: 300 })
  await life.heal()
  const oncall = await life.gateway.token('oncall')
  const text = 'Customer called; loaf was burnt.'
  const note = await life.gateway.post(`/payments/${paid.body.id}/notes`, { text }, undefined, oncall)
  expect(note.body, note.text).toMatchObject({ text, author: 'oncall', role: 'oncall' })
  const { timeline } = (await read(paid.body.id)) as { timeline: TimelineRow[] }
  const of = (source: string) => timeline.filter((row) => row.source === source)
  expect(of('tillwatch').map(({ type }) => type)).toEqual([
    'payment.created',
    'payment.attempted',
    'payment.status_changed',
    'refund.created',
    'refund.status_changed',
  ])
  expect(
    of('ledger')
      .map(({ type }) => type)
      .sort(),
  ).toEqual(['refund', 'sale_card'])
  expect(of('poller').map(({ type }) => type)).toEqual(
    expect.arrayContaining(['charge.succeeded', 'payment_intent.succeeded', 'refund.created']),
  )
  expect(of('poller').every(({ id }) => id?.startsWith('evt_') === true)).toBe(true)
  expect(of('note')).toEqual([
    {
      at: note.body.at,
      source: 'note',
      type: 'note.added',
      id: note.body.id,
      status: null,
      detail: text,
      author: 'oncall',
    },
  ])
  expect(timeline.map((row) => (row as unknown as { at: string }).at)).toEqual(
    timeline.map((row) => (row as unknown as { at: string }).at).sort(),
  )
  expect(back.status).toBe(201)
})

test('a note is checked like any text, and never changed', async () => {
  const paid = await life.pay({ amount: 300 })
  const path = `/payments/${paid.body.id}/notes`
  const card = await life.gateway.post(path, { text: 'card 4242 4242 4242 4242' })
  expect(card.body.error.code).toBe('pan_detected')
  expect((await life.gateway.post(path, { text: '' })).body.error.code).toBe('validation_failed')
  expect((await life.gateway.post(path, { text: 'x'.repeat(1_001) })).body.error.code).toBe(
    'metadata_invalid',
  )
  await life.gateway.post(path, { text: 'first' })
  await expect(life.gateway.asOwner("UPDATE payment_notes SET text = 'other'")).rejects.toThrow(
    'never change',
  )
})

test('an unfinished money call stands in the timeline', async () => {
  const paid = await life.pay({ amount: 300 })
  const { env, db } = life.gateway.deps
  await db.run(
    `INSERT INTO idempotency_keys (key, fingerprint, method, path, status, recovery_point, object_id, trace_id, created_at, role,
                                   token_id, request_body)
     VALUES ('left', 'f', 'POST', '/', 'started', 'capture_payment', $1, 't', $2, 'cashier', 't', '{}')`,
    [paid.body.id, env.clock.now()],
  )
  const { timeline } = (await read(paid.body.id)) as { timeline: TimelineRow[] }
  expect(timeline.filter(({ source }) => source === 'call')).toMatchObject([
    { type: 'capture_payment', status: 'started', id: paid.body.id },
  ])
  await db.run("DELETE FROM idempotency_keys WHERE key = 'left'")
})

const searched = { amount: 777, customer_ref: 'customer search', external_ref: 'ticket search' }

test.each([
  ['its id', 'id'],
  ['its sale', 'sale_id'],
  ['its intent', 'stripe_payment_intent'],
  ['its charge', 'stripe_charge'],
  ["the till's ref", 'external_ref'],
  ["the customer's ref", 'customer_ref'],
])('a payment is found by %s', async (_, field) => {
  // Sent once: the ref of the till refuses the others, which then look for the first.
  await life.pay(searched)
  const known = (await life.gateway.get('/payments?customer_ref=customer%20search')).body.data[0]
  const found = await life.gateway.get(`/payments?q=${encodeURIComponent(known[field] ?? 'ticket search')}`)
  expect(found.body.data, found.text).toMatchObject([{ id: known.id }])
})

test("payments are found by the card's last four digits", async () => {
  const paid = await life.pay({ amount: 778, payment_method: 'pm_card_amex' })
  const { last4 } = paid.body.card
  expect((await life.gateway.get(`/payments?q=${last4}`)).body.data).toMatchObject([{ id: paid.body.id }])
})

test.each(['colour=red', 'status=nice', 'amount_min=5&amount_max=4', 'limit=0', 'cursor=abc', 'q='])(
  'the filter %s is wrong, not ignored',
  async (query) => {
    expect((await life.gateway.get(`/payments?${query}`)).body.error.code).toBe('query_invalid')
  },
)

test('a decline code finds its payments, but not for a cashier who must not know it', async () => {
  const refused = await life.pay({ amount: 611, payment_method: 'pm_card_chargeDeclinedStolenCard' })
  const { id } = refused.body.error.payment
  const finance = await life.gateway.token('finance')
  const path = '/payments?decline_code=stolen_card'
  expect((await life.gateway.get(path, finance)).body.data).toMatchObject([{ id }])
  expect((await life.gateway.get(path)).body.data).toEqual([])
})
