import type { ControlPlane, Speed } from './control-plane.ts'
import { dayLine } from './day-line.ts'
import { addPaid, nothingYet } from './domain/tally.ts'
import type { Tally } from './domain/tally.ts'
import type { Ticket } from './domain/ticket.ts'
import { addDays, dayMs, hourMs, localAt, rfc3339, startOfDate } from './domain/zone-time.ts'
import type { ShopEnv } from './env.ts'
import { drive } from './follower.ts'
import type { Driver } from './follower.ts'
import type { Gateway } from './gateway-client.ts'
import { pauseUnder } from './pause.ts'
import { ringUp } from './ring-up-ticket.ts'
import { WrongUse } from './wrong-use.ts'

/** Something that should have come by itself did not. */
export class NeverCame extends Error {}

export interface PlayDeps {
  readonly env: ShopEnv
  readonly gateway: Gateway
  readonly control: ControlPlane
  readonly signal: AbortSignal
  readonly patienceMs: number
}

export interface PlayPlan {
  /** In the order of time, at least one. */
  readonly tickets: readonly Ticket[]
  readonly tillId: string
  readonly zone: string
  readonly speed: Speed
}

export interface PlayResult {
  readonly tickets: number
  readonly card: { readonly count: number; readonly amount: number; readonly currency: string }
  readonly cash: { readonly count: number; readonly amount: number; readonly currency: string }
  readonly declined: number
  readonly refunded: number
  readonly clock: string
}

/** The nightly run of a date is due 2 h after its end (architecture §5); one hour more lets it finish. */
const afterDateMs = 3 * hourMs
const payoutStepMs = hourMs
/** An automatic payout takes days; beyond this it is held or broken, and time would run for ever. */
const payoutWaitMaxMs = 21 * dayMs

/**
 * Plays the tickets at their times through the gateway, then lets time go on until every payout has arrived and the
 * nightly run of that date is through; leaves the clock at speed 1. Throws WrongUse when the clock is already more than a
 * day past the first ticket, PlatformAway, TicketStuck or NeverCame when it could not.
 */
export async function playMonth(deps: PlayDeps, plan: PlayPlan): Promise<PlayResult> {
  const [first] = plan.tickets
  if (first === undefined) throw new WrongUse('the ticket file has no tickets')
  const tally = await drive({ name: 'play', ...deps }, async (driver) => {
    refuseLateStart(driver.nowMs(), first)
    await deps.control.setClock({ speed: plan.speed, until: null })
    try {
      const played = await playAll(deps, plan, driver)
      await waitForPayouts(deps, driver)
      await driver.reach(endOfDate(driver.nowMs(), plan.zone) + afterDateMs)
      return played
    } finally {
      // Also after a failure: a clock left at "max" would run on with nobody at the till.
      if (!deps.signal.aborted) await deps.control.setClock({ speed: 1 })
    }
  })
  const { now } = await deps.control.clock()
  const { currency } = first
  return {
    tickets: tally.tickets,
    card: { ...tally.card, currency },
    cash: { ...tally.cash, currency },
    declined: tally.declined,
    refunded: 0,
    clock: now,
  }
}

function refuseLateStart(nowMs: number, first: Ticket): void {
  if (nowMs - first.atMs <= dayMs) return
  throw new WrongUse(
    `the first ticket is of ${first.date}, but the clock of this data folder already stands at ${rfc3339(nowMs)}: ` +
      'it never goes back, so an empty data folder is needed (--data DIR)',
  )
}

function endOfDate(atMs: number, zone: string): number {
  return startOfDate(addDays(localAt(atMs, zone).date, 1), zone)
}

async function playAll(deps: PlayDeps, plan: PlayPlan, driver: Driver): Promise<Tally> {
  const startedAtMs = deps.env.machine.nowMs()
  const ringUpDeps = { gateway: deps.gateway, pauseBeforePoll: pauseUnder(driver, deps.env, deps.signal) }
  let all = nothingYet
  let day = nothingYet
  for (const [index, ticket] of plan.tickets.entries()) {
    await driver.reach(ticket.atMs)
    const paid = await ringUp(ringUpDeps, plan.tillId, ticket)
    all = addPaid(all, paid)
    day = addPaid(day, paid)
    if (plan.tickets[index + 1]?.date !== ticket.date) {
      deps.env.say(dayLine(ticket.date, ticket.currency, day, deps.env.machine.nowMs() - startedAtMs))
      day = nothingYet
    }
  }
  return all
}

async function waitForPayouts({ control, env }: PlayDeps, driver: Driver): Promise<void> {
  const startMs = driver.nowMs()
  for (;;) {
    const { open, unpaid } = await control.payouts()
    if (open === 0 && unpaid === 0) break
    if (driver.nowMs() - startMs > payoutWaitMaxMs) {
      throw new NeverCame(
        `after ${payoutWaitMaxMs / dayMs} days ${open} payouts are open, ${unpaid} rows unpaid`,
      )
    }
    await driver.reach(driver.nowMs() + payoutStepMs)
  }
  env.say(`last payout arrived at ${rfc3339(driver.nowMs())}`)
}
