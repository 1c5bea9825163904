import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openLife, type Life } from '../testing/open-life.ts'

let life: Life
beforeAll(async () => {
  life = await openLife()
})
afterAll(async () => life.close())

const read = async (id: string) => (await life.gateway.get(`/payments/${id}`)).body

const refundAtStripe = async () => {
  const charges = await life.gateway.deps.stripe.charges.list({ limit: 100 })
  return charges.data
}

const tasksOf = async (payment: string) =>
  (await life.gateway.get('/tasks?kind=refund_failed&limit=100')).body.data.filter(
    (task: { payment_id: string }) => task.payment_id === payment,
  )

test('fifty refunds of mixed amounts at once never give back more than was captured', async () => {
  const paid = await life.pay({ amount: 10_000 })
  const amounts = Array.from({ length: 50 }, (_, n) => 100 + ((n * 37) % 9) * 90)
  const answers = await Promise.all(
    amounts.map(async (amount) => life.act(`/payments/${paid.body.id}/refunds`, { amount })),
  )
  const codes = new Set(answers.map(({ status, body }) => (status === 201 ? 'given' : body.error.code)))
  expect(codes).toEqual(new Set(['given', 'refund_exceeds_capture']))
  const given = answers
    .filter(({ status }) => status === 201)
    .reduce((sum, { body }) => sum + (body.amount as number), 0)
  const left = 10_000 - given
  // Whatever was refused did not fit any more: the smallest refused amount is more than what is left.
  const refused = amounts.filter((_, n) => answers[n]?.status !== 201)
  expect(left).toBeGreaterThanOrEqual(0)
  expect(Math.min(...refused)).toBeGreaterThan(left)
  expect((await read(paid.body.id)).amount_refunded).toBe(given)
  const atStripe = (await refundAtStripe()).find(({ id }) => id === paid.body.stripe_charge)
  expect(atStripe?.amount_refunded).toBe(given)
  const posted = await life.gateway.deps.db.first(
    `SELECT sum(p.amount)::bigint AS amount FROM journal_entries e JOIN postings p ON p.entry_id = e.id
     WHERE e.payment_id = $1 AND p.account = 'revenue:refunds'`,
    [paid.body.id],
  )
  expect(posted).toEqual({ amount: BigInt(given) })
})

test("the journal has a sale and its refund at Stripe's own moments, though the till waited for them", async () => {
  // The till's clock goes a minute and a half before Stripe's.
  const { clock } = life.gateway.deps.env
  const now = clock.now.bind(clock)
  vi.spyOn(clock, 'now').mockImplementation(() => new Date(now().getTime() + 90_000))
  const paid = await life.pay({ amount: 700 })
  const back = await life.act(`/payments/${paid.body.id}/refunds`, { amount: 300 })
  const { stripe, db } = life.gateway.deps
  const charge = await stripe.charges.retrieve(paid.body.stripe_charge)
  const refund = await stripe.refunds.retrieve(back.body.stripe_refund)
  vi.restoreAllMocks()
  const entries = await db.rows<{ source_id: string; occurred_at: Date }>(
    'SELECT source_id, occurred_at FROM journal_entries WHERE source_id = ANY ($1)',
    [[charge.id, refund.id]],
  )
  expect(Object.fromEntries(entries.map(({ source_id, occurred_at }) => [source_id, occurred_at]))).toEqual({
    [charge.id]: new Date(charge.created * 1000),
    [refund.id]: new Date(refund.created * 1000),
  })
})

test('the store itself refuses more than was captured, whatever the code does', async () => {
  const paid = await life.pay({ amount: 500 })
  await expect(
    life.gateway.deps.db.run('UPDATE payments SET amount_refunded = amount_captured + 1 WHERE id = $1', [
      paid.body.id,
    ]),
  ).rejects.toThrow('payments_check')
})

test('a refund that is pending or unknown is not there to be given back again', async () => {
  const paid = await life.pay({ amount: 1_000, payment_method: 'pm_card_pendingRefund' })
  const back = await life.act(`/payments/${paid.body.id}/refunds`, { amount: 700 })
  expect(back.body, back.text).toMatchObject({ status: 'pending' })
  const more = await life.act(`/payments/${paid.body.id}/refunds`, { amount: 301 })
  expect(more.body.error).toMatchObject({ code: 'refund_exceeds_capture', amount_refundable: 300 })
  await life.pass(120_000)
  await life.heal()
  expect((await life.gateway.get(`/refunds/${back.body.id}`)).body.status).toBe('succeeded')
})

test.each([
  ['duplicate', 'duplicate'],
  ['fraudulent', 'fraudulent'],
  ['requested_by_customer', 'requested_by_customer'],
  // Stripe has no word for it.
  ['other', null],
])('the reason %s is %s to Stripe', async (reason, stripes) => {
  const paid = await life.pay({ amount: 400 })
  const back = await life.act(`/payments/${paid.body.id}/refunds`, { reason })
  const refund = await life.gateway.deps.stripe.refunds.retrieve(back.body.stripe_refund)
  expect({ ours: back.body.reason, stripes: refund.reason }).toEqual({ ours: reason, stripes })
})

/** The customer's bank sends a refund back that Stripe had taken on. */
const sendBack = async (stripeRefund: string): Promise<void> =>
  life.control(`/refunds/${stripeRefund}`, { action: 'fail' })

const failRefund = async (amount: number) => {
  const paid = await life.pay({ amount })
  const back = await life.act(`/payments/${paid.body.id}/refunds`)
  expect(back.body, back.text).toMatchObject({ status: 'succeeded' })
  await sendBack(back.body.stripe_refund)
  await life.heal()
  return { id: paid.body.id as string, refund: back.body.id as string }
}

test('a refund that fails after its success is owed: a task until another card refund, paid from what is owed', async () => {
  const { id, refund } = await failRefund(900)
  expect((await life.gateway.get(`/refunds/${refund}`)).body).toMatchObject({ status: 'failed' })
  expect(await read(id)).toMatchObject({ amount_refunded: 0 })
  expect(await tasksOf(id)).toMatchObject([{ object: refund, amount: 900, overdue: true }])
  const again = await life.act(`/payments/${id}/refunds`, { amount: 600 })
  expect(await life.postings('refund', again.body.stripe_refund)).toEqual([
    { account: 'liability:refunds_owed', amount: 600n },
    { account: 'clearing:refund', amount: -600n },
  ])
  expect(await tasksOf(id)).toMatchObject([{ amount: 300 }])
  const rest = await life.act(`/payments/${id}/refunds`, { amount: 300 })
  expect(await tasksOf(id)).toEqual([])
  for (const { body } of [again, rest]) await sendBack(body.stripe_refund)
  // These came back as well: all of it is owed again, once.
  await life.heal()
  expect(await tasksOf(id)).toMatchObject([{ amount: 900 }])
  const owed = await life.gateway.deps.db.first(
    `SELECT sum(p.amount)::bigint AS amount FROM journal_entries e JOIN postings p ON p.entry_id = e.id
     WHERE e.payment_id = $1 AND p.account IN ('revenue:refunds', 'liability:refunds_owed')`,
    [id],
  )
  expect(owed).toEqual({ amount: 1_800n })
})

test('what a failed refund owes may be given in cash, and no more than that', async () => {
  const { id } = await failRefund(900)
  const tooMuch = await life.act(`/payments/${id}/refunds`, { method: 'cash', amount: 901 })
  expect(tooMuch.body.error).toMatchObject({ code: 'invalid_state', amount_owed: 900 })
  const cash = await life.act(`/payments/${id}/refunds`, { method: 'cash' })
  expect(cash.body, cash.text).toMatchObject({ method: 'cash', amount: 900, status: 'succeeded' })
  expect(await life.postings('refund_cash', cash.body.id)).toEqual([
    { account: 'liability:refunds_owed', amount: 900n },
    { account: 'till:till-1:cash', amount: -900n },
  ])
  expect(await tasksOf(id)).toEqual([])
  const none = await life.act(`/payments/${id}/refunds`, { method: 'cash' })
  expect(none.body.error).toMatchObject({ code: 'invalid_state', amount_owed: 0 })
})

test('a card payment whose refunds did not fail is not given back in cash', async () => {
  const paid = await life.pay({ amount: 500 })
  const answer = await life.act(`/payments/${paid.body.id}/refunds`, { method: 'cash', amount: 100 })
  expect(answer.body.error).toMatchObject({ code: 'invalid_state', amount_owed: 0 })
})

test('a check is given back out of the drawer', async () => {
  const sale = await life.sale(300)
  const paid = await life.tender(sale, { type: 'check', amount: 300, reference: 'check 9' })
  const back = await life.act(`/payments/${paid.body.id}/refunds`, { amount: 100 })
  expect(back.body, back.text).toMatchObject({ method: 'cash', status: 'succeeded', amount: 100 })
  expect(await life.postings('refund_cash', back.body.id)).toEqual([
    { account: 'revenue:refunds', amount: 100n },
    { account: 'till:till-1:cash', amount: -100n },
  ])
})
