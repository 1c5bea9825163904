import type { ControlPlane } from './control-plane.ts'
import { dayLine } from './day-line.ts'
import { minutesFrom } from './domain/demo-events.ts'
import type { DemoPlan, ShopEvent } from './domain/demo-events.ts'
import { addPaid, nothingYet } from './domain/tally.ts'
import { localAt, rfc3339 } from './domain/zone-time.ts'
import type { ShopEnv } from './env.ts'
import { drive } from './follower.ts'
import type { Driver } from './follower.ts'
import { describe, PlatformAway } from './gateway-client.ts'
import type { Gateway } from './gateway-client.ts'
import { pauseUnder } from './pause.ts'
import { keyOf, ringUp, TicketStuck } from './ring-up-ticket.ts'
import type { RingUpDeps } from './ring-up-ticket.ts'

export interface TradeDeps {
  readonly env: ShopEnv
  readonly gateway: Gateway
  readonly control: ControlPlane
  readonly signal: AbortSignal
}

/** The history is lived when the clock is nearer to machine time than this. */
const nearMs = 60_000
/** A minute of the history may have been cut by a crash; its tickets are rung up again under the same keys. */
const replayMs = 60_000
/** In real time, customers that came while the machine slept have left. */
const staleMs = 15 * 60_000

/**
 * The demo shop: lives the time from the sandbox's clock to machine time as fast as it goes, then trades at machine time
 * until `signal`. Rejects with NoAnswer when the signal ends it, with TicketStuck 401 when the token is not taken.
 * `onOpen` is called when the clock is known and customers may come.
 */
export async function trade(deps: TradeDeps, plan: DemoPlan, onOpen: () => void): Promise<void> {
  await drive({ name: 'demo-shop', patienceMs: Infinity, ...deps }, async (driver) => {
    const fromMs = driver.speed() === 'machine' ? driver.nowMs() : driver.nowMs() - replayMs
    onOpen()
    await Promise.all([catchUp(deps, driver), serveCustomers(deps, plan, driver, fromMs)])
  })
}

/** Drives the clock up to machine time and hands it over. */
async function catchUp({ control, env }: TradeDeps, driver: Driver): Promise<void> {
  if (driver.speed() === 'machine') return
  const startedAtMs = env.machine.nowMs()
  for (let nowMs = startedAtMs; nowMs - driver.nowMs() > nearMs; nowMs = env.machine.nowMs()) {
    const { version } = await control.setClock({ speed: 'max', until: rfc3339(nowMs) })
    await driver.until((clock) => clock.version >= version && clock.speed !== 'max')
  }
  await control.setClock({ speed: 'machine', until: null })
  const seconds = Math.round((env.machine.nowMs() - startedAtMs) / 1000)
  env.say(`the history is lived (${seconds} s); trading in real time`)
}

async function serveCustomers(
  deps: TradeDeps,
  plan: DemoPlan,
  driver: Driver,
  fromMs: number,
): Promise<void> {
  const { env } = deps
  const shop = openShop(deps, driver)
  const startedAtMs = env.machine.nowMs()
  let date = localAt(fromMs, plan.zone).date
  for (const minute of minutesFrom(plan, fromMs)) {
    for (const [index, event] of minute.entries()) {
      // While time jumps, a minute is one stop: at its last customer.
      const stop = driver.speed() === 'max' && index === 0 ? (minute.at(-1) ?? event) : event
      await driver.reach(stop.atMs)
      if (driver.speed() === 'machine' && driver.nowMs() - event.atMs > staleMs) continue
      const today = localAt(event.atMs, plan.zone).date
      if (today !== date) {
        env.say(dayLine(date, event.ticket.currency, shop.closeDay(), env.machine.nowMs() - startedAtMs))
        date = today
      }
      await shop.serve(event)
    }
  }
}

interface OpenShop {
  /** Never throws for what one customer meets, only when the token is not taken or the shop is stopped. */
  serve(event: ShopEvent): Promise<void>
  /** What was sold since the last call. */
  closeDay(): typeof nothingYet
}

function openShop(deps: TradeDeps, driver: Driver): OpenShop {
  const { env, gateway, signal } = deps
  const ringUpDeps: RingUpDeps = { gateway, pauseBeforePoll: pauseUnder(driver, env, signal) }
  /** Payments that will be given back. What was sold before a restart is not: the shop remembers only the clock. */
  const toRefund = new Map<string, string>()
  let day = nothingYet

  const sell = async ({ tillId, ticket, refund }: ShopEvent): Promise<void> => {
    const paid = await ringUp(ringUpDeps, tillId, ticket)
    day = addPaid(day, paid)
    if (refund !== null) toRefund.set(ticket.ref, paid.paymentId)
  }
  const giveBack = async ({ tillId, ticket, refund }: ShopEvent): Promise<void> => {
    const paymentId = toRefund.get(ticket.ref)
    if (paymentId === undefined) return
    const body = {
      ...(refund?.amount == null ? {} : { amount: refund.amount }),
      reason: 'requested_by_customer',
    }
    const answer = await gateway.post(
      `/payments/${paymentId}/refunds`,
      body,
      `${keyOf(tillId, ticket)}-refund`,
    )
    toRefund.delete(ticket.ref)
    if (answer.status >= 300)
      throw new TicketStuck(`refund of ${ticket.ref}: ${describe(answer)}`, answer.status)
  }

  return {
    serve: async (event) => {
      for (;;) {
        try {
          return await (event.kind === 'sale' ? sell(event) : giveBack(event))
        } catch (error) {
          if (isFatal(error)) throw error
          env.say(`demo shop: ${error instanceof Error ? error.message : String(error)}`)
          // Nobody there: this customer waits. An answer that does not get better: the next customer, please.
          if (!(error instanceof PlatformAway) || error.answered) return
        }
      }
    },
    closeDay: () => {
      const closed = day
      day = nothingYet
      return closed
    },
  }
}

function isFatal(error: unknown): boolean {
  if (error instanceof TicketStuck) return error.status === 401
  return !(error instanceof PlatformAway)
}
