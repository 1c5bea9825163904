import { ControlRefused } from './control-plane.ts'
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
import { hastyTill } from './hasty-till.ts'
import { pauseUnder } from './pause.ts'
import { ringUp } from './ring-up-ticket.ts'
import type { RingUpDeps } from './ring-up-ticket.ts'
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
  /** Named set of the sandbox's faults that holds from before the first ticket to the end; null: nothing breaks. */
  readonly faults: { readonly name: string; readonly seed: number } | null
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
const askAgainMs = 200
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
    if (plan.faults !== null) await breakThings(deps.control, plan.faults)
    const ended = new AbortController()
    try {
      await deps.control.setClock({ speed: plan.speed, until: null })
      return await Promise.race([
        playToTheEnd(deps, plan, driver),
        keepSpeed(deps, plan, driver, ended.signal),
      ])
    } finally {
      ended.abort()
      // Also after a failure: a clock left at "max" would run on with nobody at the till.
      if (!deps.signal.aborted) await deps.control.setClock({ speed: 1 })
      if (!deps.signal.aborted && plan.faults !== null) await deps.control.endFaults()
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

async function breakThings(control: ControlPlane, faults: { name: string; seed: number }): Promise<void> {
  try {
    await control.setFaults(faults)
  } catch (error) {
    if (error instanceof ControlRefused) throw new WrongUse(`--faults: ${error.message}`)
    throw error
  }
}

async function playToTheEnd(deps: PlayDeps, plan: PlayPlan, driver: Driver): Promise<Tally> {
  const played = await playAll(deps, plan, driver)
  await waitForPayouts(deps, driver)
  await driver.reach(endOfDate(driver.nowMs(), plan.zone) + afterDateMs)
  return played
}

/** A sandbox that was started again stands still until someone asks for fast time again. Rejects when it refuses for good. */
async function keepSpeed(deps: PlayDeps, plan: PlayPlan, driver: Driver, ended: AbortSignal): Promise<never> {
  for (;;) {
    await driver.until(({ speed }) => speed === 0)
    if (ended.aborted) return new Promise<never>(() => undefined)
    try {
      await deps.control.setClock({ speed: plan.speed, until: null })
    } catch (error) {
      // Started once more meanwhile: it does not know its driver yet.
      if (!(error instanceof ControlRefused)) throw error
    }
    await deps.env.machine.wait(askAgainMs, deps.signal)
  }
}

function endOfDate(atMs: number, zone: string): number {
  return startOfDate(addDays(localAt(atMs, zone).date, 1), zone)
}

async function playAll(deps: PlayDeps, plan: PlayPlan, driver: Driver): Promise<Tally> {
  const startedAtMs = deps.env.machine.nowMs()
  const { gateway, env, signal } = deps
  const hasty = plan.faults === null ? null : hastyTill(plan.faults.seed, driver, env, signal)
  const ringUpDeps: RingUpDeps = {
    gateway,
    pauseBeforePoll: pauseUnder(driver, env, signal),
    ...(hasty === null ? {} : { hasty }),
  }
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
  if (hasty !== null) env.say(`${hasty.cut()} of the till's card payments were cut off and left alone`)
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
