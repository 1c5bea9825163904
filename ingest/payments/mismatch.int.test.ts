import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createCompleter } from '../completer/complete-started.ts'
import { settleUnknown } from '../completer/settle-unknown.ts'
import { openLife, type Life } from '../testing/open-life.ts'
import { confirmAtStripe, storeProcessingPayment } from '../testing/stored-payment.ts'

let life: Life
beforeAll(async () => {
  life = await openLife()
})
afterEach(() => {
  life.proxy.rewrite = undefined
})
afterAll(async () => life.close())

/** Stripe's JSON with every `"field": from` as `"field": to`. */
const replacing = (field: string, from: unknown, to: unknown) => (said: string) =>
  said.replaceAll(
    new RegExp(`"${field}": ?"?${String(from)}"?(?=[,\\s}])`, 'g'),
    `"${field}": ${JSON.stringify(to)}`,
  )
const read = async (id: string) => (await life.gateway.get(`/payments/${id}`)).body
const tasksOf = async (payment: string) =>
  (await life.gateway.get('/tasks?kind=needs_attention&limit=100')).body.data.filter(
    (task: { payment_id: string }) => task.payment_id === payment,
  )

test.each([
  ['another amount', replacing('amount', 900, 90), 'amount is 90, not 900'],
  ['another currency', replacing('currency', 'gbp', 'usd'), 'currency is usd, not gbp'],
  ['the other mode', replacing('livemode', false, true), 'livemode is true, not false'],
  ['less taken', replacing('amount_received', 900, 800), 'amount_received is 800, not 900'],
])(
  'Stripe answers with %s: nothing is booked, the payment is parked, a sync that agrees frees it',
  async (_, rewrite, wrong) => {
    const sale = await life.sale(900)
    const body = { type: 'card', payment_method: 'pm_card_visa' }
    const key = life.key()
    life.proxy.rewrite = rewrite
    const answer = await life.gateway.post(`/sales/${sale}/tenders`, body, key)
    expect(answer.status, answer.text).toBe(502)
    expect(answer.body.error.code).toBe('provider_mismatch')
    const id = answer.body.error.payment_id
    life.proxy.rewrite = undefined
    expect(await read(id)).toMatchObject({
      status: 'processing',
      attention: { code: 'provider_mismatch', detail: wrong },
      postings: [],
      sale: { amount_paid: 0 },
    })
    expect(await tasksOf(id)).toMatchObject([{ amount: 900, detail: wrong }])
    // The same key says the same and charges nothing; nobody else takes the money of the sale, or touches the payment.
    expect((await life.gateway.post(`/sales/${sale}/tenders`, body, key)).text).toBe(answer.text)
    expect((await life.tender(sale, { type: 'cash', amount: 900 })).body.error.code).toBe(
      'amount_exceeds_due',
    )
    expect((await life.act(`/payments/${id}/cancel`)).body.error).toMatchObject({
      code: 'invalid_state',
      attention: 'provider_mismatch',
    })
    const completer = createCompleter(life.gateway.deps)
    await completer.drain()
    await completer.close()
    expect((await read(id)).status).toBe('processing')
    const synced = await life.gateway.post(`/payments/${id}/sync`, {})
    expect(synced.body, synced.text).toMatchObject({
      status: 'succeeded',
      attention: null,
      amount_captured: 900,
    })
    expect(await tasksOf(id)).toEqual([])
    expect((await read(id)).postings).toHaveLength(2)
  },
)

test('the completer finds that Stripe did something else: it parks the payment and books nothing', async () => {
  const { deps } = life.gateway
  await storeProcessingPayment(deps, 'pay_unknown', 700)
  await confirmAtStripe(deps, 'pay_unknown', 70)
  expect(await settleUnknown(deps, { kind: 'payment', id: 'pay_unknown' })).toBe(true)
  expect(await read('pay_unknown')).toMatchObject({
    status: 'processing',
    attention: { detail: 'amount is 70, not 700' },
    postings: [],
  })
})

test('it is counted', async () => {
  const text = await life.gateway.deps.metrics.registry.getSingleMetricAsString(
    'stripe_reply_mismatches_total',
  )
  expect(text).toContain('stripe_reply_mismatches_total{operation="create_payment"} 5')
})

test('a capture that took another amount than it was told parks the payment', async () => {
  const held = await life.pay({ amount: 1_000, capture_method: 'manual' })
  life.proxy.rewrite = replacing('amount_received', 600, 1_000)
  const answer = await life.act(`/payments/${held.body.id}/capture`, { amount: 600 })
  expect(answer.body.error, answer.text).toMatchObject({ code: 'provider_mismatch' })
  expect(await read(held.body.id)).toMatchObject({ status: 'requires_capture', amount_captured: 0 })
})

test('a refund of another amount parks its payment and is not posted', async () => {
  const paid = await life.pay({ amount: 1_000 })
  life.proxy.rewrite = replacing('amount', 250, 2_500)
  const answer = await life.act(`/payments/${paid.body.id}/refunds`, { amount: 250 })
  expect(answer.body.error, answer.text).toMatchObject({
    code: 'provider_mismatch',
    payment_id: paid.body.id,
  })
  life.proxy.rewrite = undefined
  const parked = await read(paid.body.id)
  expect(parked).toMatchObject({
    attention: { detail: 'amount is 2500, not 250' },
    refunds: [{ status: 'processing' }],
  })
  expect(parked.postings.map(({ kind }: { kind: string }) => kind)).not.toContain('refund')
  expect((await life.act(`/payments/${paid.body.id}/refunds`, { amount: 1 })).body.error.code).toBe(
    'invalid_state',
  )
  await life.gateway.post(`/payments/${paid.body.id}/sync`, {})
  expect(await read(paid.body.id)).toMatchObject({
    attention: null,
    amount_refunded: 250,
    refunds: [{ status: 'succeeded' }],
  })
})

test('a sync finds what Stripe did and nobody told: a refund made in its dashboard', async () => {
  const paid = await life.pay({ amount: 1_000 })
  await life.gateway.deps.stripe.refunds.create({ charge: paid.body.stripe_charge, amount: 400 })
  const synced = await life.gateway.post(`/payments/${paid.body.id}/sync`, {})
  expect(synced.body, synced.text).toMatchObject({ status: 'succeeded', amount_refunded: 400 })
  expect((await read(paid.body.id)).refunds).toMatchObject([{ amount: 400, status: 'succeeded' }])
  const again = await life.gateway.post(`/payments/${paid.body.id}/sync`, {})
  expect(again.body.amount_refunded).toBe(400)
})

test('a sync with Stripe away says so and changes nothing', async () => {
  const paid = await life.pay({ amount: 300 })
  life.proxy.failing = /payment_intents/
  const { env } = life.gateway.deps
  const answer = life.gateway.post(`/payments/${paid.body.id}/sync`, {})
  for (let tries = 0; tries < 2; tries += 1) {
    await expect.poll(() => env.sleepers(), { timeout: 10_000 }).toBeGreaterThan(0)
    await env.passMachine(1_000)
  }
  expect((await answer).body.error.code).toBe('provider_unavailable')
  life.proxy.failing = undefined
})
