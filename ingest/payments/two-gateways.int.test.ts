import { afterAll, beforeAll, expect, test } from 'vitest'
import { openGateway, type TestGateway } from '../testing/open-gateway.ts'
import { openSecondGateway } from '../testing/second-gateway.ts'
import { startTempSandbox } from '../testing/temp-sandbox.ts'

const PARALLEL = 100

let sandbox: Awaited<ReturnType<typeof startTempSandbox>>
let first: TestGateway
let second: Awaited<ReturnType<typeof openSecondGateway>>
let token: string

beforeAll(async () => {
  sandbox = await startTempSandbox(new Date('2026-03-02T09:00:00Z'))
  first = await openGateway(sandbox.url)
  second = await openSecondGateway(first)
  token = await first.token('cashier')
})
afterAll(async () => {
  await second.close()
  await first.close()
  await sandbox.stop()
})

const post = async (url: string, path: string, body: object, key: string) => {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  })
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), text: await answer.text() }
}

const atStripe = async () => {
  const answer = await fetch(`${sandbox.url}/_sandbox/charges`)
  return (await answer.json()) as { count: number; totals: { amount: number; refunded: number }[] }
}

/** How often Stripe was asked to do something. */
const asked = async (path: string) => {
  const answer = await fetch(`${sandbox.url}/_sandbox/journal?limit=1000`)
  const { data } = (await answer.json()) as { data: { kind: string; method?: string; path?: string }[] }
  return data.filter((entry) => entry.kind === 'call' && entry.method === 'POST' && entry.path === path)
    .length
}

/** The same call a hundred times at once, by turns to the one and the other gateway. */
const storm = async (path: string, body: object, key: string) =>
  Promise.all(
    Array.from({ length: PARALLEL }, async (_, n) =>
      post(n % 2 === 0 ? first.url : second.url, path, body, key),
    ),
  )

const PAYMENT = { amount: 1_250, currency: 'gbp', till_id: 'till-1', payment_method: 'pm_card_visa' }

test('a hundred calls with one key through two gateways make one charge and one answer', async () => {
  const answers = await storm('/payments', PAYMENT, 'one-key')
  const paid = answers.filter(({ status }) => status === 201)
  const waiting = answers.filter(({ status }) => status === 409)
  expect(paid.length).toBeGreaterThan(0)
  expect(paid.length + waiting.length).toBe(PARALLEL)
  for (const { text, retryAfter } of waiting) {
    expect(text).toContain('operation_in_progress')
    expect(Number(retryAfter)).toBeGreaterThan(0)
  }
  const again = await storm('/payments', PAYMENT, 'one-key')
  expect(new Set([...paid, ...again].map(({ text }) => text)).size).toBe(1)
  expect(again.every(({ status }) => status === 201)).toBe(true)
  expect(await atStripe()).toMatchObject({ count: 1, totals: [{ amount: 1_250 }] })
  expect(await asked('/v1/payment_intents')).toBe(1)
  const rows = await first.deps.db.rows('SELECT amount, status FROM payments')
  expect(rows).toEqual([{ amount: 1_250n, status: 'succeeded' }])
})

test('a hundred refunds with one key through two gateways give the money back once', async () => {
  const paid = await post(first.url, '/payments', PAYMENT, 'to-refund')
  const { id } = JSON.parse(paid.text) as { id: string }
  const refund = { amount: 500, reason: 'requested_by_customer' }
  const answers = await storm(`/payments/${id}/refunds`, refund, 'one-refund')
  expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([])
  const { totals } = await atStripe()
  expect(totals).toMatchObject([{ refunded: 500 }])
  expect(await asked('/v1/refunds')).toBe(1)
  expect(await first.deps.db.rows('SELECT amount FROM refunds')).toEqual([{ amount: 500n }])
})
