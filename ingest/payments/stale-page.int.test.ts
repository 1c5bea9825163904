import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCounter, type Counter } from '../readers/testing/open-counter.ts'
import type { Life } from '../testing/open-life.ts'

let counter: Counter
let life: Life
beforeAll(async () => {
  counter = await openCounter()
  life = counter.life
})
afterAll(async () => counter.close())

const versionOf = async (id: string): Promise<number> =>
  (await life.gateway.get(`/payments/${id}`)).body.version as number

test('a page that shows an authorisation cannot capture what was captured meanwhile, and is told what it is now', async () => {
  const held = await life.pay({ amount: 1_000, capture_method: 'manual' })
  const path = `/payments/${held.body.id}/capture`
  const seen = await versionOf(held.body.id)
  expect((await life.act(path, { amount: 600, version: seen })).body).toMatchObject({ status: 'succeeded' })
  const stale = await life.act(path, { amount: 400, version: seen })
  expect([stale.status, stale.body.error.code]).toEqual([409, 'version_stale'])
  const current = await versionOf(held.body.id)
  expect(current).toBeGreaterThan(seen)
  expect(stale.body.error).toMatchObject({
    payment_id: held.body.id,
    status: 'succeeded',
    current_version: current,
    changed: [{ version: current, change: 'succeeded' }],
    payment: { id: held.body.id, status: 'succeeded', amount_captured: 600, version: current },
  })
  expect((await life.gateway.get(`/payments/${held.body.id}`)).body.amount_captured).toBe(600)
})

test('it can neither cancel what was captured nor capture what was canceled', async () => {
  const [taken, ended] = [
    await life.pay({ amount: 1_000, capture_method: 'manual' }),
    await life.pay({ amount: 1_000, capture_method: 'manual' }),
  ]
  const [first, second] = [await versionOf(taken.body.id), await versionOf(ended.body.id)]
  await life.act(`/payments/${taken.body.id}/capture`, { version: first })
  const cancel = await life.act(`/payments/${taken.body.id}/cancel`, { version: first })
  expect([cancel.status, cancel.body.error.code, cancel.body.error.payment.status]).toEqual([
    409,
    'version_stale',
    'succeeded',
  ])
  expect((await life.act(`/payments/${ended.body.id}/cancel`, { version: second })).status).toBe(200)
  const capture = await life.act(`/payments/${ended.body.id}/capture`, { version: second })
  expect([capture.status, capture.body.error.code, capture.body.error.changed[0].change]).toEqual([
    409,
    'version_stale',
    'canceled',
  ])
  expect(await life.postings('sale_card', ended.body.stripe_charge)).toEqual([])
})

test('the same call again under its key is no stale page: it gets its first answer', async () => {
  const held = await life.pay({ amount: 1_000, capture_method: 'manual' })
  const [key, seen] = [life.key(), await versionOf(held.body.id)]
  const cancel = async () => life.gateway.post(`/payments/${held.body.id}/cancel`, { version: seen }, key)
  expect([(await cancel()).status, (await cancel()).status]).toEqual([200, 200])
})

test('a stale page stops no reader; one that is not stale does, and cancels in one call', async () => {
  await counter.plan('reader-1', { outcome: 'hang' })
  const { sale, answer } = await counter.tender('reader-1')
  const path = `/payments/${answer.body.id}/cancel`
  const seen = await versionOf(answer.body.id)
  const before = (await counter.commands()).length
  const stale = await life.act(path, { version: seen - 1 })
  expect([stale.status, stale.body.error.code, stale.body.error.current_version]).toEqual([
    409,
    'version_stale',
    seen,
  ])
  expect((await counter.commands()).slice(before)).toEqual([])
  expect(await counter.read(answer.body.id)).toMatchObject({ reader: { action: { status: 'in_progress' } } })
  const canceled = await life.act(path, { version: seen })
  expect(canceled.status, canceled.text).toBe(200)
  expect(await counter.read(answer.body.id)).toMatchObject({
    status: 'canceled',
    reader: { action: { status: 'canceled', failure_code: 'stopped_by_till' } },
  })
  expect(await counter.charges(sale)).toBe(0)
})
