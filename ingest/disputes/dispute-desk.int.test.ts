import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLife, type Life } from '../testing/open-life.ts'

let life: Life
let finance: string
beforeAll(async () => {
  life = await openLife()
  finance = await life.gateway.token('finance')
})
afterAll(async () => life.close())

const payAndDispute = async (amount: number, kind: 'dispute' | 'inquiry') => {
  const paid = await life.pay({ amount })
  expect(paid.status, paid.text).toBe(201)
  await life.control('/disputes', { charge: paid.body.stripe_charge, kind, reason: 'product_not_received' })
  await life.heal()
  const { body } = await life.gateway.get(`/payments/${paid.body.id}`, finance)
  return { payment: paid.body.id as string, dispute: body.dispute.id as string }
}

const tasksOf = async (payment: string) =>
  (await life.gateway.get('/tasks?kind=dispute_open&limit=100')).body.data.filter(
    (task: { payment_id: string }) => task.payment_id === payment,
  )

const decide = async (dispute: string, action: string) => {
  await life.control(`/disputes/${dispute}`, { action })
  await life.heal()
}

test('an open dispute is a task until it is answered, and is shown with its payment', async () => {
  const { payment, dispute } = await payAndDispute(1_800, 'dispute')
  const [task, ...others] = await tasksOf(payment)
  expect(others).toEqual([])
  const dueBy = new Date(Date.parse('2026-03-16T09:00:00Z')).toISOString()
  expect(task).toMatchObject({
    object: dispute,
    amount: 1_800,
    due_at: dueBy,
    overdue: false,
    detail: 'needs_response, product_not_received',
  })
  const shown = (await life.gateway.get(`/payments/${payment}`, finance)).body
  expect(shown.dispute).toMatchObject({
    id: dispute,
    amount: 1_800,
    status: 'needs_response',
    reason: 'product_not_received',
    due_by: dueBy,
    is_charge_refundable: false,
    amount_withdrawn: 1_800,
    amount_reinstated: 0,
    amount_lost: 0,
    closed_at: null,
  })
  const types = shown.timeline.map(({ type }: { type: string }) => type)
  for (const type of ['dispute.opened', 'charge.dispute.created', 'dispute_withdrawn'])
    expect(types).toContain(type)
  await life.gateway.deps.stripe.disputes.update(dispute, { evidence: { product_description: 'Bread' } })
  await life.heal()
  expect(await tasksOf(payment)).toEqual([])
  await decide(dispute, 'lose')
  const after = (await life.gateway.get(`/payments/${payment}`, finance)).body
  expect(after.dispute).toMatchObject({ status: 'lost', amount_lost: 1_800 })
  expect(after.dispute.closed_at).not.toBeNull()
  const told = await life.gateway.deps.db.rows(
    "SELECT type, body ->> 'status' AS status FROM events WHERE payment_id = $1 AND type LIKE 'dispute.%' ORDER BY seq",
    [payment],
  )
  expect(told).toEqual([
    { type: 'dispute.opened', status: 'needs_response' },
    { type: 'dispute.status_changed', status: 'under_review' },
    { type: 'dispute.closed', status: 'lost' },
  ])
})

test('money that a chargeback holds is not refunded; an inquiry is', async () => {
  const held = await payAndDispute(700, 'dispute')
  const refused = await life.act(`/payments/${held.payment}/refunds`, {}, finance)
  expect(refused.status).toBe(422)
  expect(refused.body.error).toMatchObject({ provider_code: 'charge_disputed' })
  const asked = await payAndDispute(800, 'inquiry')
  expect(await tasksOf(asked.payment)).toHaveLength(1)
  expect((await life.act(`/payments/${asked.payment}/refunds`, {}, finance)).status).toBe(201)
  await decide(asked.dispute, 'win')
  expect(await tasksOf(asked.payment)).toEqual([])
})

test('sync asks Stripe for disputes too', async () => {
  const paid = await life.pay({ amount: 900 })
  await life.control('/disputes', { charge: paid.body.stripe_charge })
  expect((await life.act(`/payments/${paid.body.id}/sync`, {})).status).toBe(200)
  const { body } = await life.gateway.get(`/payments/${paid.body.id}`, finance)
  expect(body.dispute).toMatchObject({ status: 'needs_response', amount_withdrawn: 900 })
  const first = await life.gateway.deps.db.first('SELECT first_writer FROM disputes WHERE payment_id = $1', [
    paid.body.id,
  ])
  expect(first).toEqual({ first_writer: 'api' })
})

test('disputes are listed newest first, open or closed, page by page', async () => {
  const all = (await life.gateway.get('/disputes?limit=100', finance)).body.data as { id: string }[]
  expect(all.length).toBeGreaterThanOrEqual(4)
  const pages: string[] = []
  let cursor = ''
  do {
    const { body } = await life.gateway.get(`/disputes?limit=1${cursor}`, finance)
    pages.push(...body.data.map(({ id }: { id: string }) => id))
    cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`
  } while (cursor !== '')
  expect(pages).toEqual(all.map(({ id }) => id))
  const closed = (await life.gateway.get('/disputes?state=closed', finance)).body.data as { status: string }[]
  expect(closed.map(({ status }) => status).sort()).toEqual(['lost', 'warning_closed'])
  expect((await life.gateway.get('/disputes')).status).toBe(403)
})

test('an early fraud warning is on the timeline, but not at the till', async () => {
  const paid = await life.pay({ amount: 650 })
  const fraud = { charge: paid.body.stripe_charge, fraud_type: 'made_with_stolen_card' }
  await life.control('/early_fraud_warnings', fraud)
  await life.heal()
  const seenBy = async (token?: string) => {
    const { body } = await life.gateway.get(`/payments/${paid.body.id}`, token)
    return body.timeline.filter(({ type }: { type: string }) => type.includes('fraud_warning'))
  }
  const seen = await seenBy(finance)
  expect(seen.map(({ type }: { type: string }) => type).sort()).toEqual([
    'fraud_warning.received',
    'radar.early_fraud_warning.created',
  ])
  expect(seen[0]).toMatchObject({ type: 'fraud_warning.received', status: 'made_with_stolen_card' })
  expect(await seenBy()).toEqual([])
})
