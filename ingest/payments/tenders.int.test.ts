import { afterAll, beforeAll, expect, test } from 'vitest'
import { openGateway, type TestGateway } from '../testing/open-gateway.ts'
import { startTempSandbox } from '../testing/temp-sandbox.ts'

let sandbox: Awaited<ReturnType<typeof startTempSandbox>>
let gateway: TestGateway

beforeAll(async () => {
  sandbox = await startTempSandbox(new Date('2026-03-02T09:00:00Z'))
  gateway = await openGateway(sandbox.url)
})
afterAll(async () => {
  await gateway.close()
  await sandbox.stop()
})

const openSale = async (amount: number, rest: object = {}): Promise<string> => {
  const lines = [{ name: 'Loaf', quantity: 1, unit_amount: amount }]
  const sale = await gateway.post('/sales', { till_id: 'till-1', currency: 'gbp', lines, ...rest })
  expect(sale.status, sale.text).toBe(201)
  return sale.body.id
}

const card = (payment_method: string, rest: object = {}) => ({ type: 'card', payment_method, ...rest })

const postingsOf = async (object: string) =>
  gateway.deps.db.rows(
    `SELECT e.kind, p.account, p.object, p.amount FROM journal_entries e JOIN postings p ON p.entry_id = e.id
     WHERE e.sale_id = $1 ORDER BY e.recorded_at, e.id, p.position`,
    [object],
  )

const chargesOf = async (sale: string): Promise<number> => {
  const response = await fetch(`${sandbox.url}/_sandbox/charges`)
  const { by_sale: bySale } = (await response.json()) as { by_sale: Record<string, number> }
  return bySale[sale] ?? 0
}

test('a card tender takes the money, closes the sale and posts it once', async () => {
  const sale = await openSale(1_000, { tip_amount: 100 })
  const answer = await gateway.post(`/sales/${sale}/tenders`, card('pm_card_visa'), 'one-card')
  expect(answer.status, answer.text).toBe(201)
  expect(answer.body).toMatchObject({
    method: 'card',
    status: 'succeeded',
    amount: 1_100,
    amount_captured: 1_100,
    card: { brand: 'visa', last4: '4242' },
    sale: { id: sale, amount_due: 0, status: 'closed' },
  })
  expect(await postingsOf(sale)).toEqual([
    { kind: 'sale_card', account: 'clearing:card', object: answer.body.stripe_charge, amount: 1_100n },
    { kind: 'sale_card', account: 'revenue:sales', object: null, amount: -1_000n },
    { kind: 'sale_card', account: 'liability:tips', object: null, amount: -100n },
  ])
  const events = await gateway.deps.db.rows(
    `SELECT type, body ->> 'outcome' AS outcome FROM events WHERE body ->> 'sale_id' = $1 ORDER BY seq`,
    [sale],
  )
  expect(events).toEqual([
    { type: 'sale.opened', outcome: '' },
    { type: 'payment.created', outcome: '' },
    { type: 'payment.attempted', outcome: 'succeeded' },
    { type: 'payment.status_changed', outcome: '' },
    { type: 'sale.closed', outcome: '' },
  ])
  const full = await gateway.get(`/payments/${answer.body.id}`)
  expect(full.status, full.text).toBe(200)
  expect(full.body.timeline.map((row: { type: string }) => row.type)).toEqual([
    'payment.created',
    'payment.attempted',
    'payment.status_changed',
    'sale_card',
  ])
  expect(full.body.postings).toHaveLength(3)
})

test('a refused card is 402 with what to say, and the same key says it again byte for byte', async () => {
  const sale = await openSale(500)
  const send = async () =>
    gateway.post(`/sales/${sale}/tenders`, card('pm_card_chargeDeclinedInsufficientFunds'), 'no-funds')
  const first = await send()
  expect(first.status, first.text).toBe(402)
  expect(first.body.error).toMatchObject({
    code: 'card_declined',
    decline_code: 'insufficient_funds',
    advice: { same_card: 'later', offer: ['other_card', 'split', 'cash'] },
    payment: { status: 'payment_failed' },
  })
  const again = await send()
  expect(again.text).toBe(first.text)
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  const paid = await gateway.post(`/sales/${sale}/tenders`, card('pm_card_visa'), 'another-card')
  expect(paid.status, paid.text).toBe(201)
})

test('a stolen card is an ordinary refusal to a cashier, and stolen to finance', async () => {
  const sale = await openSale(500)
  const refused = await gateway.post(
    `/sales/${sale}/tenders`,
    card('pm_card_chargeDeclinedStolenCard'),
    'stolen',
  )
  expect(refused.body.error.decline_code).toBe('generic_decline')
  expect(refused.text).not.toContain('stolen_card')
  const id = refused.body.error.payment.id
  expect((await gateway.get(`/payments/${id}`)).text).not.toContain('stolen_card')
  expect((await gateway.get(`/payments/${id}`, await gateway.token('finance'))).body.decline_code).toBe(
    'stolen_card',
  )
})

test('the same key replays the stored answer; with another body it is refused', async () => {
  const sale = await openSale(700)
  const first = await gateway.post(`/sales/${sale}/tenders`, card('pm_card_visa'), 'replayed')
  const again = await gateway.post(`/sales/${sale}/tenders`, card('pm_card_visa'), 'replayed')
  expect(again.text).toBe(first.text)
  const other = await gateway.post(`/sales/${sale}/tenders`, card('pm_card_mastercard'), 'replayed')
  expect(other.body.error.code).toBe('idempotency_key_reused')
  expect(await chargesOf(sale)).toBe(1)
})

test('the same key sent ten times at once charges once', async () => {
  const sale = await openSale(900)
  const answers = await Promise.all(
    Array.from({ length: 10 }, async () =>
      gateway.post(`/sales/${sale}/tenders`, card('pm_card_visa'), 'at-once'),
    ),
  )
  const paid = answers.filter(({ status }) => status === 201)
  const isReplay = ({ headers }: { headers: Headers }) => headers.get('idempotent-replayed') === 'true'
  expect(paid.filter((answer) => !isReplay(answer))).toHaveLength(1)
  expect(new Set(paid.map(({ text }) => text)).size).toBe(1)
  for (const other of answers.filter(({ status }) => status !== 201)) {
    expect(other.body.error.code).toBe('operation_in_progress')
    expect(other.headers.get('retry-after')).toBe('1')
  }
  expect(await chargesOf(sale)).toBe(1)
})

test('tenders under other keys at once never take more than the sale', async () => {
  const sale = await openSale(1_000)
  const answers = await Promise.all(
    Array.from({ length: 6 }, async (_, n) =>
      gateway.post(`/sales/${sale}/tenders`, card('pm_card_visa', { amount: 400 }), `split-${n}`),
    ),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(2)
  const refused = answers.filter(({ status }) => status === 409).map(({ body }) => body.error.code)
  expect(refused).toEqual(Array.from({ length: 4 }, () => 'amount_exceeds_due'))
})

test('a refusal before Stripe was called is not kept: the same key may be used again', async () => {
  const sale = await openSale(300)
  const tooMuch = await gateway.post(`/sales/${sale}/tenders`, { type: 'cash', amount: 301 }, 'cash-again')
  expect(tooMuch.body.error.code).toBe('amount_exceeds_due')
  const right = await gateway.post(`/sales/${sale}/tenders`, { type: 'cash', amount: 300 }, 'cash-again')
  expect(right.status, right.text).toBe(201)
})

test('cash pays at once, tells the change and is in the drawer', async () => {
  const sale = await openSale(450)
  const tender = { type: 'cash', amount: 450, received: 500 }
  const answer = await gateway.post(`/sales/${sale}/tenders`, tender, 'cash')
  expect(answer.status, answer.text).toBe(201)
  expect(answer.body).toMatchObject({
    method: 'cash',
    status: 'succeeded',
    change: 50,
    sale: { status: 'closed' },
  })
  expect(await postingsOf(sale)).toEqual([
    { kind: 'sale_cash', account: 'till:till-1:cash', object: null, amount: 450n },
    { kind: 'sale_cash', account: 'revenue:sales', object: null, amount: -450n },
  ])
  const again = await gateway.post(`/sales/${sale}/tenders`, tender, 'cash')
  expect(again.text).toBe(answer.text)
})

test('a sale split over cash, card and check posts its tax and tip to the penny', async () => {
  const lines = [{ name: 'Cake', quantity: 1, unit_amount: 1_000, tax_amount: 200 }]
  const sale = await openSale(0, { lines, tip_amount: 101 })
  // 1301 in three tenders: 433 + 433 + 435.
  await gateway.post(`/sales/${sale}/tenders`, { type: 'cash', amount: 433 }, 'three-1')
  await gateway.post(`/sales/${sale}/tenders`, card('pm_card_visa', { amount: 433 }), 'three-2')
  const last = await gateway.post(
    `/sales/${sale}/tenders`,
    { type: 'check', amount: 435, reference: 'check 17' },
    'three-3',
  )
  expect(last.body.sale, last.text).toMatchObject({ amount_due: 0, status: 'closed' })
  const sums = await gateway.deps.db.rows(
    `SELECT p.account, sum(p.amount)::bigint AS amount FROM journal_entries e JOIN postings p ON p.entry_id = e.id
     WHERE e.sale_id = $1 AND p.account NOT LIKE 'clearing:%' GROUP BY p.account ORDER BY p.account`,
    [sale],
  )
  expect(sums).toEqual([
    { account: 'liability:tax', amount: -200n },
    { account: 'liability:tips', amount: -101n },
    { account: 'revenue:sales', amount: -1_000n },
    { account: 'till:till-1:cash', amount: 433n },
    { account: 'till:till-1:checks', amount: 435n },
  ])
})

test('a card that needs its customer is 201 with the next step', async () => {
  const sale = await openSale(800)
  const answer = await gateway.post(`/sales/${sale}/tenders`, card('pm_card_authenticationRequired'), '3ds')
  expect(answer.status, answer.text).toBe(201)
  expect(answer.body).toMatchObject({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } })
  expect(answer.body.client_secret).toMatch(/^pi_/)
})

test('a payment method that Stripe does not know is refused for good and charges nothing', async () => {
  const sale = await openSale(800)
  const answer = await gateway.post(`/sales/${sale}/tenders`, card('pm_card_nobody'), 'unknown-card')
  expect(answer.status, answer.text).toBe(422)
  expect(answer.body.error).toMatchObject({ code: 'payment_refused', payment: { status: 'canceled' } })
  expect((await gateway.post(`/sales/${sale}/tenders`, card('pm_card_visa'), 'known-card')).status).toBe(201)
})

test('an authorised payment is captured in part, another is canceled', async () => {
  const body = {
    amount: 1_000,
    currency: 'gbp',
    till_id: 'till-1',
    payment_method: 'pm_card_visa',
    capture_method: 'manual',
  }
  const held = await gateway.post('/payments', body, 'held')
  expect(held.body.status, held.text).toBe('requires_capture')
  const taken = await gateway.post(`/payments/${held.body.id}/capture`, { amount: 600 }, 'capture')
  expect(taken.body, taken.text).toMatchObject({ status: 'succeeded', amount_captured: 600 })
  const other = await gateway.post('/payments', body, 'held-too')
  const canceled = await gateway.post(`/payments/${other.body.id}/cancel`, {}, 'cancel')
  expect(canceled.body.status, canceled.text).toBe('canceled')
  const late = await gateway.post(`/payments/${other.body.id}/capture`, {}, 'too-late')
  expect(late.body.error.code).toBe('invalid_state')
})

test('a refused payment is confirmed again with another card', async () => {
  const body = { amount: 1_000, currency: 'gbp', till_id: 'till-1', payment_method: 'pm_card_chargeDeclined' }
  const refused = await gateway.post('/payments', body, 'first-attempt')
  expect(refused.status).toBe(402)
  const { id } = refused.body.error.payment
  const paid = await gateway.post(
    `/payments/${id}/confirm`,
    { payment_method: 'pm_card_visa' },
    'second-attempt',
  )
  expect(paid.status, paid.text).toBe(200)
  expect(paid.body.status).toBe('succeeded')
  const outcomes = await gateway.deps.db.rows(
    `SELECT body ->> 'outcome' AS outcome FROM events WHERE payment_id = $1 AND type = 'payment.attempted' ORDER BY seq`,
    [id],
  )
  expect(outcomes).toEqual([{ outcome: 'failed' }, { outcome: 'succeeded' }])
})
