import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { controlPlane } from './control-plane.ts'
import { eventsOfDay } from './domain/demo-events.ts'
import type { ShopEvent } from './domain/demo-events.ts'
import { readMenu } from './files/demo-menu.ts'
import type { ShopEnv } from './env.ts'
import { gatewayClient } from './gateway-client.ts'
import { fakeGateway } from './testing/fake-gateway.ts'
import type { FakeGateway } from './testing/fake-gateway.ts'
import { fakeSandbox } from './testing/fake-sandbox.ts'
import type { FakeSandbox } from './testing/fake-sandbox.ts'
import { realEnv } from './testing/test-env.ts'
import { trade } from './trade.ts'

const menu = readMenu('item,unit_price_minor,currency,weight\nTea,220,gbp,3\nCake,385,gbp,1')
const plan = { seed: 6, zone: 'Europe/London', menu, tillIds: ['front', 'back'] }
/** Machine time of the test: a Friday evening after closing; the history begins with the day before. */
const machineMs = Date.parse('2026-03-20T20:00:00Z')
const startMs = Date.parse('2026-03-19T00:00:00Z')
const days = ['19', '20'].map((day) => `2026-03-${day}`)
const planned = days.flatMap((date) => eventsOfDay(plan, date))
const sold = planned.filter((event) => event.kind === 'sale')
/** Refunds of baskets from before the history began have nothing to give back. */
const givenBack = planned.filter((event) => event.kind === 'refund' && event.ticket.date >= '2026-03-19')
const refusals = sold.filter((event) => event.ticket.attempts.length > 1)

describe('the demo shop', () => {
  let sandbox: FakeSandbox
  let gateway: FakeGateway
  let stop: AbortController
  const env = realEnv()
  const beganMs = env.machine.nowMs()
  /** The real machine, whose calendar is the test's. */
  const shifted: ShopEnv = {
    ...env,
    machine: { ...env.machine, nowMs: () => machineMs + env.machine.nowMs() - beganMs },
  }
  const open = async (enough: () => boolean): Promise<unknown> => {
    stop = new AbortController()
    const shared = { env: shifted, signal: stop.signal, patienceMs: Infinity }
    const control = controlPlane({ url: sandbox.url, ...shared })
    const client = gatewayClient({ url: gateway.url, token: 'tw_x', ...shared, patienceMs: 60_000 })
    const running = trade(
      { gateway: client, control, env: shifted, signal: stop.signal },
      plan,
      () => undefined,
    )
    const ended = running.catch((reason: unknown) => reason).finally(() => stop.abort())
    while (!enough() && !stop.signal.aborted) await env.machine.wait(5, stop.signal)
    stop.abort()
    return ended
  }
  const refsOf = (events: readonly ShopEvent[]): string[] => events.map((event) => event.ticket.ref)

  beforeEach(async () => {
    env.said.splice(0)
    sandbox = await fakeSandbox(startMs, 1)
    gateway = await fakeGateway(() => sandbox.nowMs())
  })
  afterEach(async () => {
    stop.abort()
    await sandbox.close()
    await gateway.close()
  })

  /** The clock is handed over, and the shop has said so: before that it may still be at its last customer. */
  const isLived = () =>
    sandbox.speed() === 'machine' && env.said.some((line) => line.includes('trading in real time'))

  it('lives its history in jumps and hands the clock over to machine time', async () => {
    await open(isLived)
    expect(gateway.sales.map((sale) => sale.external_ref)).toEqual(refsOf(sold))
    expect(gateway.paid).toHaveLength(sold.length)
    expect(gateway.refunds).toHaveLength(givenBack.length)
    expect(givenBack.length).toBeGreaterThan(0)
    // Two calls for a basket, one more for each refused card and each refund.
    expect(gateway.calls).toHaveLength(2 * sold.length + refusals.length + givenBack.length)
    expect(
      gateway.calls.every((call, index) => index === 0 || call.atMs >= (gateway.calls[index - 1]?.atMs ?? 0)),
    ).toBe(true)
    const early = gateway.sales.filter((sale) => {
      const call = gateway.calls.find(({ key }) => key.endsWith(`${sale.external_ref}-sale`))
      return call !== undefined && Date.parse(sale.sold_at) > call.atMs
    })
    expect(early).toEqual([])
    expect(env.said.at(-1)).toContain('trading in real time')
  })

  it('goes on where the clock stands after a restart and sells nothing twice', async () => {
    await open(() => gateway.paid.length >= 50)
    expect(sandbox.speed()).toBe('max')
    await open(isLived)
    const refs = gateway.sales.map((sale) => sale.external_ref)
    expect(new Set(refs).size).toBe(refs.length)
    expect(refs).toEqual(refsOf(sold))
    expect(gateway.paid).toHaveLength(sold.length)
  })

  it('lets customers wait while the platform fails, and goes on', async () => {
    gateway.fault = (call, nth) =>
      call.key.endsWith('demo-2026-03-19-4-tender-1') && nth <= 3
        ? new Response('<html>', { status: 502 })
        : undefined
    await open(isLived)
    expect(gateway.paid).toHaveLength(sold.length)
  })

  it('serves the next customer when one sale is refused', async () => {
    gateway.fault = (call) =>
      call.key.endsWith('demo-2026-03-19-4-sale')
        ? Response.json({ error: { code: 'till_unknown', message: 'no such till' } }, { status: 422 })
        : undefined
    await open(isLived)
    expect(gateway.paid).toHaveLength(sold.length - 1)
    expect(env.said.find((line) => line.includes('till_unknown'))).toContain('demo-2026-03-19-4')
  })

  it('ends when its token is not taken', async () => {
    gateway.fault = () =>
      Response.json({ error: { code: 'unauthenticated', message: 'no' } }, { status: 401 })
    expect(await open(() => false)).toMatchObject({ message: expect.stringContaining('401 unauthenticated') })
    expect(gateway.calls).toHaveLength(1)
  })

  it('trades on from now when the clock is already at machine time', async () => {
    await sandbox.close()
    const [before, next] = sold.filter((event) => event.atMs > Date.parse('2026-03-20T12:00:00Z'))
    if (before === undefined || next === undefined) throw new Error('the plan has no such customers')
    sandbox = await fakeSandbox(next.atMs - 300, 'machine')
    await open(() => gateway.paid.length > 0)
    expect(gateway.sales.map((sale) => sale.external_ref)).toEqual([next.ticket.ref])
    expect(gateway.calls[0]?.atMs).toBeGreaterThanOrEqual(next.atMs)
    expect(sandbox.jumps).toEqual([])
    expect(sandbox.speed()).toBe('machine')
  })
})
