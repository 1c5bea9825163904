import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemMachine } from '#core/system-env.ts'
import { startStripeProxy, type StripeProxy } from '../../../ingest/testing/stripe-proxy.ts'
import { startTempSandbox } from '../../../ingest/testing/temp-sandbox.ts'
import { API, cash, openSale, payment, paySale } from '../testing/a-sale.ts'
import { expectRefusal, expectRow, readDocumented, type Row } from '../testing/expect-refusal.ts'
import { openDoor, type Door } from '../testing/open-door.ts'

const BEGIN = new Date('2026-03-02T09:00:00.000Z')

describe('with a Stripe that answers', () => {
  let sandbox: Awaited<ReturnType<typeof startTempSandbox>>
  let stripe: StripeProxy
  let door: Door
  let documented: Awaited<ReturnType<typeof readDocumented>>
  let openId: string
  let cashId: string
  let cardId: string

  beforeAll(async () => {
    sandbox = await startTempSandbox(BEGIN)
    stripe = await startStripeProxy(sandbox.url)
    door = await openDoor({ stripe: stripe.url, machine: systemMachine })
    documented = await readDocumented(door)
    openId = await openSale(door)
    cashId = await paySale(door, 'cash')
    const paid = await door.send({ path: `${API}/payments`, body: payment() })
    expect(paid, paid.text).toMatchObject({ status: 201, body: { status: 'succeeded' } })
    cardId = paid.body.id
  })
  afterAll(async () => {
    await door.close()
    await stripe.close()
    await sandbox.stop()
  })

  const STATE: Row['want'] = [409, 'invalid_state']
  const EXCEEDS: Row['want'] = [409, 'refund_exceeds_capture']
  const row = (name: string, path: () => string, body: object, want: Row['want']): Row => ({
    name,
    method: 'POST',
    path: () => API + path(),
    body,
    want,
  })
  const ROWS: Row[] = [
    row('more cash than due', () => `/sales/${openId}/tenders`, cash({ amount: 501 }), [
      409,
      'amount_exceeds_due',
    ]),
    row('more cash back than was taken', () => `/payments/${cashId}/refunds`, { amount: 501 }, EXCEEDS),
    row('more back on a card than was taken', () => `/payments/${cardId}/refunds`, { amount: 501 }, EXCEEDS),
    row('a capture of cash', () => `/payments/${cashId}/capture`, {}, STATE),
    row('a cancel of cash', () => `/payments/${cashId}/cancel`, {}, STATE),
    row('a confirm of cash', () => `/payments/${cashId}/confirm`, {}, STATE),
    row('a second capture', () => `/payments/${cardId}/capture`, {}, STATE),
    row('a cancel of what succeeded', () => `/payments/${cardId}/cancel`, {}, STATE),
  ]
  test.each(ROWS)('$name is $want and writes nothing', async (one) => {
    await expectRow(door, documented, one)
  })

  test('what is left after a refund is the limit of the next', async () => {
    const id = await paySale(door, 'twice')
    const refund = async (amount: number) =>
      door.send({ path: `${API}/payments/${id}/refunds`, body: { amount } })
    expect((await refund(300)).status).toBe(201)
    expectRefusal(await refund(201), 409, 'refund_exceeds_capture')
    expect((await refund(200)).status).toBe(201)
    expectRefusal(await refund(1), 409, 'refund_exceeds_capture')
  })

  const DECLINES: [card: string, shown: string][] = [
    ['pm_card_visa_chargeDeclined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_visa_chargeDeclinedStolenCard', 'generic_decline'],
  ]
  test.each(DECLINES)('%s is 402 card_declined with what the cashier says: %s', async (card, shown) => {
    const answer = await door.send({ path: `${API}/payments`, body: payment({ payment_method: card }) })
    expectRefusal(answer, 402, 'card_declined')
    expect(answer.body.error).toMatchObject({ decline_code: shown, advice: { say: expect.any(String) } })
  })

  test('Stripe that fails is 503 provider_unavailable with Retry-After, and the same key takes the money later', async () => {
    const call = { path: `${API}/payments`, body: payment(), headers: { 'idempotency-key': 'away' } }
    stripe.mode = 'no_key'
    const answer = await door.send(call)
    stripe.mode = 'pass'
    expectRefusal(answer, 503, 'provider_unavailable')
    expect(answer.headers.get('retry-after')).toBe('5')
    expect((await door.send(call)).status).toBe(201)
  })

  test('a lost reply is 202 processing with the place to ask, and the same key tells the outcome', async () => {
    const call = { path: `${API}/payments`, body: payment(), headers: { 'idempotency-key': 'lost' } }
    stripe.mode = 'lose_reply'
    const answer = await door.send(call)
    stripe.mode = 'pass'
    expect(answer, answer.text).toMatchObject({ status: 202, body: { status: 'processing' } })
    expect(answer.headers.get('location')).toBe(`${API}/payments/${answer.body.id}`)
    expect(await door.send(call)).toMatchObject({
      status: 201,
      body: { id: answer.body.id, status: 'succeeded' },
    })
  })
})

describe('with a Stripe that says nothing', () => {
  let silent: Server
  let door: Door
  let asked: Promise<unknown>

  beforeAll(async () => {
    silent = createServer(() => undefined)
    asked = once(silent, 'request')
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    door = await openDoor({ stripe: `http://127.0.0.1:${port}`, machine: systemMachine })
  })
  afterAll(async () => {
    silent.closeAllConnections()
    silent.close()
    await door.close()
  })

  test('a key that is still running is 409 operation_in_progress with Retry-After', async () => {
    const call = { path: `${API}/payments`, body: payment(), headers: { 'idempotency-key': 'running' } }
    const first = door.send(call)
    await asked
    const second = await door.send(call)
    expectRefusal(second, 409, 'operation_in_progress')
    expect(second.headers.get('retry-after')).toBe('1')
    silent.closeAllConnections()
    silent.close()
    expect([202, 503]).toContain((await first).status)
  })
})

/** Rows that the architecture decides otherwise than reliability.md §5. */
const DECIDED: Readonly<Record<string, string>> = {
  action_required:
    'a card that needs 3DS is 201 with next_action (architecture §3.1); 402 is only for refusals',
}

test('no route answers with what was decided otherwise', async () => {
  const door = await openDoor()
  const { text } = await door.send({ path: '/openapi.json' })
  await door.close()
  for (const code of Object.keys(DECIDED)) expect(text).not.toContain(`"${code}"`)
})
