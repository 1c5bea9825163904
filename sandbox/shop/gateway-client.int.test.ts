import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { gatewayClient, PlatformAway } from './gateway-client.ts'
import type { Gateway } from './gateway-client.ts'
import { attemptsOf } from './domain/ticket.ts'
import type { Ticket } from './domain/ticket.ts'
import { ringUp, TicketStuck } from './ring-up-ticket.ts'
import { fakeGateway } from './testing/fake-gateway.ts'
import type { FakeGateway } from './testing/fake-gateway.ts'
import { hastyEnv } from './testing/test-env.ts'

const ticket = (attempts: Ticket['attempts'] = attemptsOf('card')): Ticket => ({
  ref: '2016-10-30-2',
  date: '2016-10-30',
  atMs: Date.parse('2016-10-30T10:05:34Z'),
  currency: 'gbp',
  lines: [{ name: 'Coffee granules ', quantity: 2, unitAmount: 270 }],
  attempts,
  cashierRef: 'play',
})
const error = (status: number, code: string, headers: Record<string, string> = {}): Response =>
  Response.json({ error: { code, message: code, request_id: 'req' } }, { status, headers })

describe('a till at the gateway', () => {
  let fake: FakeGateway
  let env: ReturnType<typeof hastyEnv>
  let gateway: Gateway
  const pay = (what = ticket()) =>
    ringUp({ gateway, pauseBeforePoll: async (asked) => asked < 5 }, 'till_1', what)

  beforeEach(async () => {
    fake = await fakeGateway(() => 0)
    env = hastyEnv()
    const signal = new AbortController().signal
    gateway = gatewayClient({ url: fake.url, token: 'tw_x', env, signal, patienceMs: 60_000 })
  })
  afterEach(() => fake.close())

  it('sends the sale to the letter and takes the card', async () => {
    expect(await pay()).toEqual({ paymentId: 'pay_1', method: 'card', amount: 540, declined: 0 })
    expect(fake.calls.map(({ path, key, body }) => ({ path, key, body }))).toEqual([
      {
        path: '/sales',
        key: 'till_1-2016-10-30-2-sale',
        body: {
          till_id: 'till_1',
          currency: 'gbp',
          lines: [{ name: 'Coffee granules ', quantity: 2, unit_amount: 270 }],
          sold_at: '2016-10-30T10:05:34.000Z',
          external_ref: '2016-10-30-2',
          cashier_ref: 'play',
        },
      },
      {
        path: '/sales/sale_2016-10-30-2/tenders',
        key: 'till_1-2016-10-30-2-tender-1',
        body: { type: 'card', amount: 540, payment_method: 'pm_card_visa' },
      },
    ])
  })

  it('hands over a round sum in cash', async () => {
    await pay(ticket(attemptsOf('cash')))
    expect(fake.calls[1]?.body).toEqual({ type: 'cash', amount: 540, received: 1000 })
  })

  it('charges once when the same ticket is rung up again', async () => {
    const first = await pay()
    expect(await pay()).toEqual(first)
    expect(fake.paid).toHaveLength(1)
  })

  it.each([
    [409, 'operation_in_progress', {}],
    [429, 'rate_limited', { 'retry-after': '1' }],
    [503, 'provider_unavailable', {}],
    [500, 'internal', {}],
  ])('repeats with the same key after %i %s', async (status, code, headers) => {
    fake.fault = (call, nth) =>
      call.path !== '/sales' && nth <= 2 ? error(status, code, headers) : undefined
    expect((await pay()).paymentId).toBe('pay_1')
    expect(fake.calls.map((call) => call.key.slice(-8))).toEqual([
      '0-2-sale',
      'tender-1',
      'tender-1',
      'tender-1',
    ])
    expect(env.waits).toEqual(code === 'rate_limited' ? [1000, 1000] : [50, 100])
  })

  it('tries another card with a new key after a refusal, and counts it', async () => {
    const refused = { method: 'card', paymentMethod: 'pm_card_visa_chargeDeclined' } as const
    const paid = await pay(ticket([refused, { method: 'card', paymentMethod: 'pm_card_mastercard' }]))
    expect(paid).toMatchObject({ method: 'card', amount: 540, declined: 1 })
    expect(fake.calls.map((call) => call.key.slice(-8))).toEqual(['0-2-sale', 'tender-1', 'tender-2'])
  })

  it('gives up a ticket whose every card is refused', async () => {
    const refused = { method: 'card', paymentMethod: 'pm_card_visa_chargeDeclined' } as const
    await expect(pay(ticket([refused, refused]))).rejects.toThrow('refused 2 times')
  })

  it('asks after a payment with an unknown outcome until it is known', async () => {
    fake.processing = ['processing', 'processing', 'succeeded']
    expect((await pay()).paymentId).toBe('pay_1')
    expect(fake.paid).toHaveLength(1)
  })

  it('takes an unknown outcome that became a refusal as a refusal', async () => {
    fake.processing = ['payment_failed']
    fake.fault = ({ key }, nth) =>
      key.endsWith('tender-1') && nth === 2 ? error(402, 'card_declined') : undefined
    expect(await pay()).toMatchObject({ paymentId: 'pay_2', declined: 1 })
  })

  it('takes a payment that failed because it never reached Stripe as no refusal, and makes it again', async () => {
    fake.processing = ['payment_failed']
    expect(await pay()).toMatchObject({ paymentId: 'pay_1', declined: 0 })
    expect(fake.calls.filter(({ key }) => key.endsWith('tender-1'))).toHaveLength(2)
  })

  it('repeats the call itself while an outcome stays unknown', async () => {
    fake.processing = ['processing', 'processing', 'processing', 'succeeded']
    expect(await pay()).toMatchObject({ paymentId: 'pay_1', declined: 0 })
    expect(fake.calls.filter(({ key }) => key.endsWith('tender-1'))).toHaveLength(2)
    expect(fake.paid).toHaveLength(1)
  })

  const looks = { cutsOff: () => true, pauseBeforeLook: async (looked: number) => looked < 6 }

  it('only looks at the sale after it cut a payment off, and does not make the call again', async () => {
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    // The platform answers only after the till has looked once in vain.
    fake.fault = ({ path }) => (path === '/sales' ? undefined : held.then(() => undefined))
    const pauseBeforeLook = async (looked: number) => {
      if (looked === 1) release()
      return looked < 6
    }
    const deps = { gateway, pauseBeforePoll: async () => true, hasty: { ...looks, pauseBeforeLook } }
    expect(await ringUp(deps, 'till_1', ticket())).toMatchObject({ paymentId: 'pay_1', declined: 0 })
    expect(fake.looks).toBeGreaterThan(0)
    expect(fake.calls.filter(({ key }) => key.endsWith('tender-1'))).toHaveLength(1)
  })

  it('makes a cut-off call again, with its key, when it left no trace', async () => {
    fake.fault = ({ path }, nth) => (path === '/sales' || nth > 1 ? undefined : error(503, 'shutting_down'))
    const deps = { gateway, pauseBeforePoll: async () => true, hasty: looks }
    expect(await ringUp(deps, 'till_1', ticket())).toMatchObject({ paymentId: 'pay_1', declined: 0 })
    expect(fake.looks).toBe(4)
    expect(fake.calls.filter(({ key }) => key.endsWith('tender-1'))).toHaveLength(2)
  })

  it('gives up a payment that stays unknown', async () => {
    fake.processing = Array.from({ length: 9 }, () => 'processing')
    await expect(pay()).rejects.toThrow('pay_1 stays processing')
  })

  it('takes no money when the gateway adds up differently', async () => {
    fake.fault = (call) =>
      call.path === '/sales' ? Response.json({ id: 's', total: 541 }, { status: 201 }) : undefined
    await expect(pay()).rejects.toThrow('adds up to 540, the gateway to 541')
    expect(fake.paid).toEqual([])
  })

  it('says what the gateway said when it refuses the sale', async () => {
    fake.fault = () => error(403, 'forbidden')
    const stuck = await pay().catch((reason: unknown) => reason)
    expect(stuck).toBeInstanceOf(TicketStuck)
    expect(stuck).toMatchObject({ status: 403, message: expect.stringContaining('403 forbidden') })
  })

  it('gives up after 60 s of machine time without the platform, backing off to 3 s at most', async () => {
    await fake.close()
    const away = await pay().catch((reason: unknown) => reason)
    expect(away).toBeInstanceOf(PlatformAway)
    expect(away).toMatchObject({ answered: false, message: expect.stringContaining('ECONNREFUSED') })
    expect(env.waits.slice(0, 8)).toEqual([50, 100, 200, 400, 800, 1600, 3000, 3000])
    const waited = env.waits.reduce((sum, ms) => sum + ms, 0)
    expect(waited).toBeGreaterThanOrEqual(60_000)
    expect(waited).toBeLessThan(63_001)
  })
})
