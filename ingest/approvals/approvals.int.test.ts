import { afterAll, beforeAll, expect, test } from 'vitest'
import { createToken } from '#core/access/tokens.ts'
import type { Role } from '#core/access/roles.ts'
import { openLife, type Life } from '../testing/open-life.ts'

let life: Life
beforeAll(async () => {
  life = await openLife()
  const { shop } = life.gateway.deps
  shop.refund_tiers.push(
    { role: 'cashier', currency: 'gbp', alone_up_to: 2_500, per_day: 6_000 },
    { role: 'finance', currency: 'gbp', alone_up_to: 5_000 },
  )
})
afterAll(async () => life.close())

let tokens = 0
const person = async (role: Role, name = `${role} ${(tokens += 1)}`): Promise<string> =>
  (
    await createToken(life.gateway.deps.env, life.gateway.deps.db, {
      name: `${name} at work`,
      role,
      person: name,
    })
  ).token

const refund = async (payment: string, amount: number, token: string) =>
  life.act(`/payments/${payment}/refunds`, { amount }, token)

const given = async (payment: string): Promise<number> =>
  (await life.gateway.get(`/payments/${payment}`)).body.amount_refunded as number

test('a refund within the tier is given at once; beyond it nothing is given until another person agrees', async () => {
  const [cashier, manager] = [await person('cashier'), await person('manager')]
  const paid = await life.pay({ amount: 10_000 })
  expect((await refund(paid.body.id, 2_500, cashier)).status).toBe(201)
  const asked = await refund(paid.body.id, 1, cashier)
  expect([asked.status, asked.body.approval.why]).toEqual([202, 'over_limit'])
  expect(await given(paid.body.id)).toBe(2_500)
  const done = await life.act(`/approvals/${asked.body.approval.id}/approve`, {}, manager)
  expect(done.body, done.text).toMatchObject({ status: 'succeeded', amount: 1 })
  expect(await given(paid.body.id)).toBe(2_501)
})

test('whoever asked cannot agree, with this or any other token of theirs', async () => {
  const cashier = await person('cashier', 'Sam Reed')
  const alsoSam = await person('manager', 'sam reed')
  const paid = await life.pay({ amount: 10_000 })
  const { body } = await refund(paid.body.id, 9_000, cashier)
  const refused = await life.act(`/approvals/${body.approval.id}/approve`, {}, alsoSam)
  expect([refused.status, refused.body.error.code]).toEqual([403, 'second_person_required'])
  expect(await given(paid.body.id)).toBe(0)
})

test('a large refund split into small ones over many payments is noticed by the day', async () => {
  const cashier = await person('cashier')
  const payments = await Promise.all([1, 2, 3].map(async () => life.pay({ amount: 3_000 })))
  const answers = []
  for (const { body } of payments) answers.push(await refund(body.id, 2_500, cashier))
  expect(answers.map(({ status, body }) => body.approval?.why ?? status)).toEqual([201, 201, 'over_day'])
})

test('small refunds at the same moment, and by another account of the same person, are of the same day', async () => {
  const [token, also] = [await person('cashier', 'Kim Long'), await person('cashier', 'Kim Long')]
  const payments = await Promise.all([1, 2, 3, 4].map(async () => life.pay({ amount: 3_000 })))
  const answers = await Promise.all(
    payments.map(async ({ body }, index) => refund(body.id, 2_500, index % 2 === 0 ? token : also)),
  )
  expect(answers.map(({ body }) => body.approval?.why ?? 'given').sort()).toEqual([
    'given',
    'given',
    'over_day',
    'over_day',
  ])
})

test('however many agree at once, it is given back once', async () => {
  const cashier = await person('cashier')
  const paid = await life.pay({ amount: 10_000 })
  const { body } = await refund(paid.body.id, 4_000, cashier)
  const managers = await Promise.all([1, 2, 3, 4, 5].map(async () => person('manager')))
  const path = `/approvals/${body.approval.id}/approve`
  const answers = await Promise.all(managers.map(async (token) => life.act(path, {}, token)))
  for (const token of managers) answers.push(await life.act(path, {}, token))
  const refunds = new Set(
    answers.filter(({ status }) => status < 300).map(({ body: one }) => one.id as string),
  )
  expect(refunds.size).toBe(1)
  expect(await given(paid.body.id)).toBe(4_000)
})

test('the same call again asks nobody anew', async () => {
  const cashier = await person('cashier')
  const paid = await life.pay({ amount: 10_000 })
  const ask = async () =>
    life.gateway.post(`/payments/${paid.body.id}/refunds`, { amount: 5_000 }, 'the-same-key', cashier)
  const [first, second] = [await ask(), await ask()]
  expect(second.body.approval.id).toBe(first.body.approval.id)
})

test('nobody agrees to more than their own tier, and an auditor to nothing', async () => {
  const cashier = await person('cashier')
  const paid = await life.pay({ amount: 10_000 })
  const { body } = await refund(paid.body.id, 5_001, cashier)
  const path = `/approvals/${body.approval.id}/approve`
  expect((await life.act(path, {}, await person('finance'))).body.error.code).toBe('refund_over_limit')
  expect((await life.act(path, {}, await person('auditor'))).body.error.code).toBe('forbidden')
})

test('what was refunded meanwhile is not there to be given: the request stays, and says why', async () => {
  const [cashier, manager] = [await person('cashier'), await person('manager')]
  const paid = await life.pay({ amount: 10_000 })
  const { body } = await refund(paid.body.id, 9_000, cashier)
  expect((await refund(paid.body.id, 5_000, manager)).status).toBe(201)
  const refused = await life.act(`/approvals/${body.approval.id}/approve`, {}, await person('manager'))
  expect(refused.body.error).toMatchObject({ code: 'refund_exceeds_capture', amount_refundable: 5_000 })
  const rejected = await life.act(
    `/approvals/${body.approval.id}/reject`,
    { note: 'half is back already' },
    manager,
  )
  expect(rejected.body).toMatchObject({ status: 'rejected', decision_note: 'half is back already' })
  expect((await life.act(`/approvals/${body.approval.id}/approve`, {}, manager)).body.error.code).toBe(
    'invalid_state',
  )
})

test('a request is over after a day', async () => {
  const paid = await life.pay({ amount: 10_000 })
  const { body } = await refund(paid.body.id, 9_000, await person('cashier'))
  await life.pass(24 * 3_600_000)
  const late = await life.act(`/approvals/${body.approval.id}/approve`, {}, await person('manager'))
  expect(late.body.error.code).toBe('approval_expired')
})

test('cashiers see what they asked for, others all of it', async () => {
  const [one, other] = [await person('cashier'), await person('cashier')]
  const paid = await life.pay({ amount: 10_000 })
  const { body } = await refund(paid.body.id, 9_000, one)
  const ids = async (token: string): Promise<string[]> =>
    (await life.gateway.get('/approvals?status=pending', token)).body.data.map(({ id }: { id: string }) => id)
  expect(await ids(one)).toEqual([body.approval.id])
  expect(await ids(other)).toEqual([])
  expect(await ids(await person('manager'))).toContain(body.approval.id)
})

test('what waits about a payment is found by the payment, and no more once it is decided or over', async () => {
  const [cashier, manager] = [await person('cashier', 'Ana Cole'), await person('manager')]
  const [one, other] = [await life.pay({ amount: 10_000 }), await life.pay({ amount: 10_000 })]
  const { body: first } = await refund(one.body.id, 6_000, cashier)
  const { body: second } = await refund(one.body.id, 3_000, cashier)
  await refund(other.body.id, 7_000, cashier)
  const waiting = async (payment: string) => {
    const path = `/approvals?status=pending&kind=refund&payment_id=${payment}`
    const answer = await life.gateway.get(path, manager)
    expect(answer.status, answer.text).toBe(200)
    const found: { id: string; amount: number }[] = answer.body.data
    return found.sort((one, other) => one.amount - other.amount)
  }
  const at = life.gateway.deps.env.clock.now()
  const until = new Date(at.getTime() + 24 * 3_600_000).toISOString()
  const asked = { requested_name: 'Ana Cole at work', payment_id: one.body.id, expires_at: until }
  expect(await waiting(one.body.id)).toMatchObject([
    { ...asked, id: second.approval.id, amount: 3_000 },
    { ...asked, id: first.approval.id, amount: 6_000 },
  ])
  await life.act(`/approvals/${second.approval.id}/reject`, { note: 'no' }, manager)
  expect((await waiting(one.body.id)).map(({ amount }) => amount)).toEqual([6_000])
  expect((await waiting(other.body.id)).map(({ amount }) => amount)).toEqual([7_000])
  expect(await waiting(`pay_${'0'.repeat(26)}`)).toEqual([])
  await life.pass(24 * 3_600_000)
  expect(await waiting(one.body.id)).toEqual([])
})
