import type Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkBooks } from './testing/check-books.ts'
import type { Running } from './testing/start.ts'
import { dropFolder, newFolder, startSandbox } from './testing/start.ts'

let running: Running
let stripe: Stripe

beforeAll(async () => {
  running = await startSandbox(newFolder())
  stripe = running.stripe
})
afterAll(async () => {
  await running.stop()
  checkBooks(running.sandbox.store.state, running.sandbox.clock.now())
  dropFolder(running.dir)
})

const pay = async (payment_method = 'pm_card_visa', amount = 4000): Promise<string> => {
  const intent = await stripe.paymentIntents.create({
    amount,
    currency: 'gbp',
    payment_method,
    confirm: true,
    capture_method: 'automatic',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  })
  return intent.latest_charge as string
}

const advance = (seconds: number) =>
  running.control('POST', '/clock', { now: running.sandbox.clock.now() + seconds * 1000 })

const disputeOf = async (charge: string): Promise<Stripe.Dispute> => {
  const { data } = await stripe.disputes.list({ charge })
  const [dispute] = data
  if (!dispute || data.length > 1) throw new Error(`${data.length} disputes`)
  return dispute
}

const open = async (kind: 'dispute' | 'inquiry'): Promise<Stripe.Dispute> => {
  const charge = await pay()
  const { status, body } = await running.control('POST', '/disputes', { charge, kind })
  expect(status).toBe(201)
  return body as unknown as Stripe.Dispute
}

const decide = (id: string, action: string) => running.control('POST', `/disputes/${id}`, { action })

const eventsOf = async (dispute: string): Promise<string[]> => {
  const { data } = await stripe.events.list({ limit: 100 })
  return data
    .filter(({ data: { object } }) => (object as { id: string }).id === dispute)
    .map(({ type }) => type.replace('charge.dispute.', ''))
    .reverse()
}

const rows = (dispute: Stripe.Dispute) =>
  dispute.balance_transactions.map(({ type, reporting_category, amount, fee, net }) => [
    type,
    reporting_category,
    amount,
    fee,
    net,
  ])

const WITHDRAWN = ['adjustment', 'dispute', -4000, 2000, -6000]

test('the holder of a dispute card complains a second after the charge, and the money goes with a fee', async () => {
  const charge = await pay('pm_card_createDispute')
  expect((await stripe.disputes.list({ charge })).data).toEqual([])
  await advance(1)
  const dispute = await disputeOf(charge)
  expect(dispute).toMatchObject({
    amount: 4000,
    reason: 'fraudulent',
    status: 'needs_response',
    is_charge_refundable: false,
    evidence_details: { has_evidence: false, past_due: false, submission_count: 0 },
  })
  expect(dispute.evidence_details.due_by).toBe(dispute.created + 14 * 86_400)
  expect(rows(dispute)).toEqual([WITHDRAWN])
  expect(dispute.balance_transactions[0]).toMatchObject({
    source: dispute.id,
    description: `Chargeback withdrawal for ${charge}`,
    fee_details: [{ description: 'Dispute fee', amount: 2000 }],
  })
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ disputed: true, refunded: false })
  expect(await eventsOf(dispute.id)).toEqual(['created', 'funds_withdrawn'])
})

test('a charge whose money is disputed cannot be refunded', async () => {
  const { charge } = await open('dispute')
  await expect(stripe.refunds.create({ charge: charge as string })).rejects.toMatchObject({
    code: 'charge_disputed',
  })
})

test('an inquiry moves no money, and may be escalated to a dispute', async () => {
  const charge = await pay('pm_card_createDisputeInquiry')
  await advance(1)
  const inquiry = await disputeOf(charge)
  expect(inquiry).toMatchObject({
    status: 'warning_needs_response',
    balance_transactions: [],
    is_charge_refundable: true,
    payment_method_details: { card: { case_type: 'inquiry' } },
  })
  expect((await decide(inquiry.id, 'escalate')).body).toMatchObject({ status: 'needs_response' })
  const dispute = await stripe.disputes.retrieve(inquiry.id)
  expect(rows(dispute)).toEqual([WITHDRAWN])
  expect(await eventsOf(inquiry.id)).toEqual(['created', 'updated', 'funds_withdrawn'])
  expect((await decide(inquiry.id, 'escalate')).status).toBe(400)
})

test('evidence that wins brings the money back, but not the fee', async () => {
  const { id, charge } = await open('dispute')
  const gathered = await stripe.disputes.update(id, { evidence: { customer_name: 'Ann' }, submit: false })
  expect(gathered).toMatchObject({
    status: 'needs_response',
    evidence: { customer_name: 'Ann' },
    evidence_details: { has_evidence: true, submission_count: 0 },
  })
  const won = await stripe.disputes.update(id, { evidence: { uncategorized_text: 'winning_evidence' } })
  expect(won).toMatchObject({ status: 'won', evidence_details: { submission_count: 1 } })
  expect(rows(won)).toEqual([WITHDRAWN, ['adjustment', 'dispute_reversal', 4000, 0, 4000]])
  expect(await eventsOf(id)).toEqual([
    'created',
    'funds_withdrawn',
    'updated',
    'updated',
    'closed',
    'funds_reinstated',
  ])
  await expect(stripe.disputes.update(id, { evidence: { customer_name: 'Bob' } })).rejects.toMatchObject({
    statusCode: 400,
  })
  expect((await stripe.refunds.create({ charge: charge as string })).amount).toBe(4000)
})

test('evidence waits for the bank, which may decide against the shop', async () => {
  const { id } = await open('dispute')
  const sent = await stripe.disputes.update(id, { evidence: { product_description: 'Bread' } })
  expect(sent.status).toBe('under_review')
  expect((await decide(id, 'lose')).body).toMatchObject({ status: 'lost' })
  expect(rows(await stripe.disputes.retrieve(id))).toEqual([WITHDRAWN])
  expect(await decide(id, 'win')).toMatchObject({ status: 400, body: { error: { code: 'wrong_state' } } })
})

test('a shop that gives in loses, and so does one that does not answer in time', async () => {
  const given = await open('dispute')
  expect((await stripe.disputes.close(given.id)).status).toBe('lost')
  const silent = await open('dispute')
  await advance(14 * 86_400)
  expect(await stripe.disputes.retrieve(silent.id)).toMatchObject({
    status: 'lost',
    evidence_details: { past_due: true },
  })
  expect(await eventsOf(silent.id)).toEqual(['created', 'funds_withdrawn', 'closed'])
})

test('a product that never came is its own reason', async () => {
  const charge = await pay('pm_card_createDisputeProductNotReceived')
  await advance(1)
  expect(await disputeOf(charge)).toMatchObject({
    reason: 'product_not_received',
    payment_method_details: { card: { network_reason_code: '13.1' } },
  })
})

test('only the part of a charge that was not refunded is disputed', async () => {
  const charge = await pay()
  await stripe.refunds.create({ charge, amount: 1500 })
  const { body } = await running.control('POST', '/disputes', { charge, reason: 'duplicate' })
  expect(body).toMatchObject({ amount: 2500, reason: 'duplicate' })
  expect((await running.control('POST', '/disputes', { charge })).status).toBe(400)
  expect((await running.control('POST', '/disputes', { charge: 'ch_none' })).status).toBe(404)
})

test('disputes are listed by payment intent and show their charge when asked', async () => {
  const { id, payment_intent } = await open('dispute')
  const { data } = await stripe.disputes.list({
    payment_intent: payment_intent as string,
    expand: ['data.charge'],
  })
  expect(data.map((dispute) => [dispute.id, (dispute.charge as Stripe.Charge).disputed])).toEqual([
    [id, true],
  ])
})

test('a part of a charge can be disputed, and after that was won it can be disputed again', async () => {
  const charge = await pay()
  const tooMuch = await running.control('POST', '/disputes', { charge, amount: 4001 })
  expect(tooMuch.status).toBe(400)
  const { body } = await running.control('POST', '/disputes', { charge, amount: 1500 })
  const first = body as unknown as Stripe.Dispute
  expect(rows(first).map(([, , amount]) => amount)).toEqual([-1500])
  await decide(first.id, 'win')
  const again = await running.control('POST', '/disputes', { charge })
  expect(again.body).toMatchObject({ amount: 4000, charge })
  expect((await stripe.disputes.list({ charge })).data).toHaveLength(2)
})
