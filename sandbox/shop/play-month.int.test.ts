import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { controlPlane } from './control-plane.ts'
import { readPrices } from './files/read-prices.ts'
import { readTickets } from './files/read-tickets.ts'
import { gatewayClient } from './gateway-client.ts'
import { playMonth } from './play-month.ts'
import type { PlayPlan, PlayResult } from './play-month.ts'
import { fakeGateway } from './testing/fake-gateway.ts'
import type { FakeGateway } from './testing/fake-gateway.ts'
import { fakeSandbox } from './testing/fake-sandbox.ts'
import type { FakeSandbox } from './testing/fake-sandbox.ts'
import { realEnv } from './testing/test-env.ts'
import { WrongUse } from './wrong-use.ts'

const prices = readPrices('item,unit_price_minor,currency\nBread,320,gbp\nCoffee,280,gbp\nTea,220,gbp')
// By hand: card 320 + (2 x 320 + 280) + 220 = 1460 in three tickets, cash 280 + 600 = 880 in two.
const { tickets } = readTickets(
  [
    'date,time,ticket,item',
    '2016-10-30,09:58:11,1,Bread',
    '2016-10-30,10:05:34,2,Bread',
    '2016-10-30,10:05:34,2,Coffee',
    '2016-10-30,10:05:34,2,Bread',
    '2016-10-30,10:07:57,3,Coffee',
    '2016-10-31,08:00:00,4,Tea',
    '2016-10-31,08:00:00,6,Bread',
    '2016-10-31,08:00:00,6,Coffee',
  ].join('\n'),
  prices,
  'Europe/London',
)
const midnightMs = Date.parse('2016-10-29T23:00:00Z')

describe('playing a till', () => {
  let sandbox: FakeSandbox
  let gateway: FakeGateway
  const env = realEnv()
  const play = (change: Partial<PlayPlan> = {}): Promise<PlayResult> => {
    const { signal } = new AbortController()
    const shared = { env, signal, patienceMs: 500 }
    return playMonth(
      {
        ...shared,
        control: controlPlane({ url: sandbox.url, ...shared }),
        gateway: gatewayClient({ url: gateway.url, token: 'tw_x', ...shared }),
      },
      { tickets, tillId: 'till_1', zone: 'Europe/London', speed: 'max', faults: null, ...change },
    )
  }

  beforeEach(async () => {
    env.said.splice(0)
    sandbox = await fakeSandbox(midnightMs)
    sandbox.payoutsPaidAtMs = Date.parse('2016-11-02T05:00:00Z')
    gateway = await fakeGateway(() => sandbox.nowMs())
  })
  afterEach(async () => {
    await sandbox.close()
    await gateway.close()
  })

  it('takes each ticket at its own instant and ends 3 h after the date of the last payout', async () => {
    const result = await play()
    expect(result).toEqual({
      tickets: 5,
      card: { count: 3, amount: 1460, currency: 'gbp' },
      cash: { count: 2, amount: 880, currency: 'gbp' },
      declined: 0,
      refunded: 0,
      clock: expect.stringMatching(/^2016-11-03T03:00:00/),
    })
    expect(sandbox.speed()).toBe(1)
    const sales = gateway.calls.filter((call) => call.path === '/sales')
    expect(sales.map((call) => new Date(call.atMs).toISOString())).toEqual([
      '2016-10-30T09:58:11.000Z',
      '2016-10-30T10:05:34.000Z',
      '2016-10-30T10:07:57.000Z',
      '2016-10-31T08:00:00.000Z',
      '2016-10-31T08:00:00.000Z',
    ])
    expect(gateway.sales.map((sale) => sale.sold_at)).toEqual(
      sales.map((call) => new Date(call.atMs).toISOString()),
    )
    expect(env.said[0]).toMatch(
      /^2016-10-30 {2}3 tickets {2}card 2 = £12\.40 {2}cash 1 = £2\.80 {2}\(0\.0 min\)$/,
    )
    expect(env.said[1]).toMatch(/^2016-10-31 {2}2 tickets {2}card 1 = £2\.20 {2}cash 1 = £6\.00/)
  })

  it('does the same at a given speed', async () => {
    const result = await play({ speed: 1_000_000 })
    expect(result).toMatchObject({ card: { count: 3, amount: 1460 }, cash: { count: 2, amount: 880 } })
    expect(result.clock >= '2016-11-03T03:00:00.000Z').toBe(true)
    const early = gateway.calls.filter((call, nth) => call.atMs < (tickets[Math.floor(nth / 2)]?.atMs ?? 0))
    expect(early).toEqual([])
  })

  it('asks for fast time again when the sandbox comes back with its clock standing', async () => {
    let restarts = 0
    gateway.fault = ({ path }) => {
      if (path !== '/sales' || restarts >= 3) return undefined
      restarts += 1
      sandbox.restart()
      return undefined
    }
    expect(await play()).toMatchObject({ tickets: 5, card: { count: 3, amount: 1460 } })
    expect(restarts).toBe(3)
    expect(gateway.paid).toHaveLength(5)
    expect(sandbox.speed()).toBe(1)
  })

  it('breaks things by name from before the first ticket until the end, and sells the same', async () => {
    const result = await play({ faults: { name: 'default', seed: 7 } })
    expect(result).toMatchObject({ tickets: 5, card: { count: 3, amount: 1460 }, declined: 0 })
    expect(sandbox.faults.map(({ method, body }) => [method, body])).toEqual([
      ['POST', { name: 'default', seed: 7 }],
      ['DELETE', null],
    ])
    const [set, ended] = sandbox.faults.map(({ atMs }) => atMs)
    expect(set).toBe(midnightMs)
    expect(ended).toBeGreaterThanOrEqual(Date.parse(result.clock) - 60_000)
  })

  it('plays nothing under faults that nobody knows', async () => {
    const refused = await play({ faults: { name: 'nobody', seed: 7 } }).catch((reason: unknown) => reason)
    expect(refused).toBeInstanceOf(WrongUse)
    expect(gateway.calls).toEqual([])
  })

  it('counts a refused card and takes another', async () => {
    gateway.fault = ({ key }, nth) =>
      key === 'till_1-2016-10-30-1-tender-1' && nth === 1
        ? Response.json({ error: { code: 'card_declined', message: 'no' } }, { status: 402 })
        : undefined
    expect(await play()).toMatchObject({ tickets: 5, declined: 1, card: { count: 3, amount: 1460 } })
    expect(gateway.paid).toHaveLength(5)
  })

  it('plays what is up to a day past at once, in order', async () => {
    await sandbox.close()
    sandbox = await fakeSandbox(Date.parse('2016-10-31T07:00:00Z'))
    expect(await play()).toMatchObject({ tickets: 5 })
    expect(gateway.sales.map((sale) => sale.external_ref)).toEqual(tickets.map((ticket) => ticket.ref))
  })

  it('refuses a data folder whose clock is more than a day past the first ticket', async () => {
    await sandbox.close()
    sandbox = await fakeSandbox(Date.parse('2016-10-31T09:58:12Z'))
    const refused = await play().catch((reason: unknown) => reason)
    expect(refused).toBeInstanceOf(WrongUse)
    expect(String(refused)).toContain('never goes back')
    expect(gateway.calls).toEqual([])
  })

  it('stops when the platform stays away, and leaves the clock at speed 1', async () => {
    await gateway.close()
    await expect(play()).rejects.toThrow('no success for 1 s')
    expect(sandbox.speed()).toBe(1)
  })

  it('gives up payouts that never come', async () => {
    sandbox.payoutsPaidAtMs = Infinity
    await expect(play()).rejects.toThrow('after 21 days 1 payouts are open')
  })
})
