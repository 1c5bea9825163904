import type Stripe from 'stripe'
import type { Running } from './start.ts'

/** A payment with a test card that needs no return_url. */
const payWith = (
  stripe: Stripe,
  card: string,
  amount: number,
  more: Partial<Stripe.PaymentIntentCreateParams> = {},
): Promise<Stripe.PaymentIntent> =>
  stripe.paymentIntents.create({
    amount,
    currency: 'gbp',
    payment_method: `pm_card_${card}`,
    confirm: true,
    capture_method: 'automatic',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    ...more,
  })

const DAY_S = 86_400

/** What is written down on the way, in order. */
type Told = unknown[]

type Living = {
  running: Running
  told: Told
  advance: (seconds: number) => Promise<unknown>
  act: (path: string, body: object) => Promise<Record<string, unknown>>
}

const rowText = (row: Stripe.BalanceTransaction): unknown[] => [
  row.type,
  row.reporting_category,
  row.amount,
  row.fee,
  row.currency,
  row.exchange_rate,
  row.status,
]

const sell = async ({ running: { stripe }, told, advance, act }: Living): Promise<void> => {
  const part = await payWith(stripe, 'visa', 1_000, { capture_method: 'manual' })
  await stripe.paymentIntents.capture(part.id, { amount_to_capture: 400 })
  const left = await payWith(stripe, 'visa', 700, { capture_method: 'manual' })
  const refund = await stripe.refunds.create({ charge: part.latest_charge as string, amount: 100 })
  told.push(rowText(await stripe.balanceTransactions.retrieve(refund.balance_transaction as string)))
  await stripe.refunds.update(refund.id, { metadata: { why: 'bread' } })
  const ended = []
  for (const card of ['refundFail', 'pendingRefund']) {
    const { latest_charge: charge } = await payWith(stripe, card, 900)
    ended.push(await stripe.refunds.create({ charge: charge as string }))
  }
  await advance(90)
  for (const { id } of ended) told.push((await stripe.refunds.retrieve(id)).status)
  await advance(8 * DAY_S)
  told.push((await stripe.paymentIntents.retrieve(left.id)).cancellation_reason)
  await act('/rows', {
    type: 'reserve_hold',
    reporting_category: 'risk_reserved_funds',
    amount: -5,
    currency: 'gbp',
    counter_balance_type: 'risk_reserved',
  })
  told.push(await stripe.balance.retrieve())
}

const dispute = async ({ running: { stripe }, told, advance, act }: Living): Promise<void> => {
  const { latest_charge: complained } = await payWith(stripe, 'createDispute', 3_000)
  await advance(2)
  told.push((await stripe.disputes.list({ charge: complained as string })).data.length)
  await advance(60)
  const [open] = (await stripe.disputes.list({ charge: complained as string })).data
  told.push((open?.evidence_details.due_by ?? 0) - (open?.created ?? 0))
  told.push((await stripe.balanceTransactions.list({ source: open?.id ?? '' })).data.map(rowText))
  await act(`/disputes/${open?.id ?? ''}`, { action: 'win' })
  const { latest_charge: asked } = await payWith(stripe, 'visa', 800)
  const inquiry = await act('/disputes', { charge: asked as string, kind: 'inquiry' })
  await advance(61 * DAY_S)
  told.push((await stripe.disputes.retrieve(inquiry.id as string)).status)
}

/** Euro and yen at an account that keeps pounds only. */
const exchange = async ({ running: { stripe }, told, act }: Living): Promise<void> => {
  const rates = (euro: string) => ({ rates: { eur: { gbp: euro }, jpy: { gbp: '0.0052' } } })
  await act('/account', { settlement_currencies: ['gbp'], ...rates('0.85') })
  await payWith(stripe, 'visa', 1_000, { currency: 'jpy' })
  const { latest_charge: refunded } = await payWith(stripe, 'visa', 5_000, { currency: 'eur' })
  const { latest_charge: disputed } = await payWith(stripe, 'visa', 6_000, { currency: 'eur' })
  await act('/account', rates('0.9'))
  const refund = await stripe.refunds.create({ charge: refunded as string })
  const { id } = await act('/disputes', { charge: disputed as string })
  await act('/account', rates('0.8'))
  await act(`/refunds/${refund.id}`, { action: 'fail' })
  await act(`/disputes/${String(id)}`, { action: 'win' })
  told.push((await stripe.disputes.retrieve(id as string)).balance_transactions.map(rowText))
}

const payOut = async ({ running: { stripe }, told, advance, act }: Living): Promise<void> => {
  await payWith(stripe, 'bypassPending', 50_000)
  await act('/payouts', { amount: 1_000, currency: 'gbp' })
  await act('/payouts', { amount: 2_000, currency: 'gbp', method: 'instant' })
  await advance(2 * DAY_S)
  for (const payout of (await stripe.payouts.list({ limit: 100 })).data) {
    const rows = payout.automatic ? (await stripe.balanceTransactions.list({ payout: payout.id })).data : []
    told.push([payout.amount, payout.status, payout.trace_id?.status, rows.map(rowText)])
  }
}

const readTwice = async ({ running, told }: Living): Promise<void> => {
  const { stripe } = running
  const [reader] = (await stripe.terminal.readers.list()).data
  const params = { amount: 500, currency: 'gbp', allowed_payment_method_types: ['card_present' as const] }
  for (const [at] of ['first', 'second'].entries()) {
    const { id } = await stripe.paymentIntents.create({ ...params, description: String(at) })
    const path = `/v1/terminal/readers/${reader?.id ?? ''}/process_payment_intent`
    told.push((await running.form('POST', path, `payment_intent=${id}`)).status)
  }
}

const beRefused = async ({ running, told, act }: Living): Promise<void> => {
  const refusal = async (headers: Record<string, string>) => {
    const { body } = await running.form('POST', '/v1/customers', 'name=x', headers)
    const { type, code } = body.error as Record<string, unknown>
    told.push([type, code])
  }
  await refusal({ authorization: 'Bearer rk_test_readonly' })
  await act('/faults', { rules: [{ on: 'call', kind: 'conflict', times: 1 }] })
  await refusal({ 'idempotency-key': 'a key' })
  const pay = 'payment_method=pm_card_visa&confirm=true'
  const codeOf = async (path: string, form: string) => {
    const { status, body } = await running.form('POST', `/v1/payment_intents${path}`, form)
    told.push([status, (body.error as Record<string, unknown> | undefined)?.code])
    return String(body.id)
  }
  await codeOf('', `amount=70&currency=jpy&${pay}&return_url=http://x.y`)
  await codeOf('', `amount=500&currency=gbp&${pay}`)
  const held = await codeOf('', `amount=500&currency=gbp&${pay}&return_url=http://x.y&capture_method=manual`)
  await codeOf(`/${held}/capture`, 'amount_to_capture=501')
}

const tellAll = async ({ running: { stripe }, told }: Living): Promise<void> => {
  for await (const row of stripe.balanceTransactions.list({ limit: 100 })) told.push(rowText(row))
  for await (const { type } of stripe.events.list({ limit: 100 })) told.push(type)
}

/**
 * Lives through everything that a switch of `Doubts` is about, and tells what was seen: the same for the same switches,
 * whatever ids come out.
 */
export const liveALife = async (running: Running): Promise<string> => {
  const act: Living['act'] = async (path, body) => (await running.control('POST', path, body)).body
  const advance: Living['advance'] = (seconds) =>
    running.control('POST', '/clock', { now: running.sandbox.clock.now() + seconds * 1000 })
  const living: Living = { running, told: [], advance, act }
  for (const part of [sell, dispute, exchange, payOut, readTwice, beRefused, tellAll]) await part(living)
  return JSON.stringify(living.told, null, 1)
}
