import type { MenuItem } from '../files/demo-menu.ts'
import { basketsOfDay } from './demo-plan.ts'
import type { Basket } from './demo-plan.ts'
import type { Ticket } from './ticket.ts'
import { addDays, instantOf, localAt } from './zone-time.ts'

/** Something that happens at a till of the demo shop: a customer pays, or brings something back. */
export interface ShopEvent {
  readonly kind: 'sale' | 'refund'
  readonly atMs: number
  readonly tillId: string
  readonly ticket: Ticket
  /** A sale: will it come back? A refund: what is given back, null = everything. */
  readonly refund: { readonly amount: number | null } | null
}

export interface DemoPlan {
  readonly seed: number
  readonly zone: string
  readonly menu: readonly MenuItem[]
  /** At least one. */
  readonly tillIds: readonly string[]
}

/** What happens on a date, in the order of time: its baskets, and the refunds of this date's and yesterday's baskets. */
export function eventsOfDay(plan: DemoPlan, date: string): readonly ShopEvent[] {
  const today = basketsOfDay(plan.seed, date, plan.menu)
  const yesterday = basketsOfDay(plan.seed, addDays(date, -1), plan.menu)
  const refunds = [...yesterday, ...today].flatMap((basket) => {
    if (basket.refund?.date !== date) return []
    const atMs = instantOf(date, basket.refund.time, plan.zone)
    return [{ ...eventOf(plan, basket), kind: 'refund' as const, atMs }]
  })
  return [...today.map((basket) => eventOf(plan, basket)), ...refunds].sort((a, b) => a.atMs - b.atMs)
}

/** Everything that happens from an instant on, for ever, in groups of the same minute. */
export function* minutesFrom(plan: DemoPlan, fromMs: number): Generator<readonly ShopEvent[], never> {
  for (let date = localAt(fromMs, plan.zone).date; ; date = addDays(date, 1)) {
    const minutes = new Map<number, ShopEvent[]>()
    for (const event of eventsOfDay(plan, date)) {
      if (event.atMs < fromMs) continue
      const minute = Math.floor(event.atMs / 60_000)
      minutes.set(minute, [...(minutes.get(minute) ?? []), event])
    }
    yield* minutes.values()
  }
}

function eventOf(plan: DemoPlan, basket: Basket): ShopEvent {
  const till = basket.till % plan.tillIds.length
  const atMs = instantOf(basket.date, basket.time, plan.zone)
  const ticket: Ticket = {
    ref: `demo-${basket.date}-${basket.number}`,
    date: basket.date,
    atMs,
    currency: basket.currency,
    lines: basket.lines,
    attempts: basket.attempts,
    cashierRef: `cashier_${till + 1}`,
  }
  const refund = basket.refund === null ? null : { amount: basket.refund.amount }
  return { kind: 'sale', atMs, tillId: plan.tillIds[till] ?? '', ticket, refund }
}
