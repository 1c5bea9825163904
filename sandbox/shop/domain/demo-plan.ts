import type { MenuItem } from '../files/demo-menu.ts'
import { between, pickWeighted, seededRandom } from './seeded-random.ts'
import type { Attempt, Line } from './ticket.ts'
import { addDays, weekdayOf } from './zone-time.ts'

/** A customer of the demo shop. Times are of the store's wall clock. */
export interface Basket {
  /** 1, 2, ... in the order of the day. */
  readonly number: number
  readonly date: string
  readonly time: string
  /** Which till, counted from 0. */
  readonly till: number
  readonly currency: string
  readonly lines: readonly Line[]
  readonly attempts: readonly Attempt[]
  readonly refund: PlannedRefund | null
}

export interface PlannedRefund {
  readonly date: string
  readonly time: string
  /** Minor units; null gives the whole payment back. */
  readonly amount: number | null
}

const hourS = 3_600
const minuteS = 60

const cashShare = 0.3
/** Of the cards first held to the reader. */
const declineShare = 0.03
/** Refunds are 1.5 % of all baskets, but only card payments are given back. */
const refundShare = 0.015 / (1 - cashShare)

/** Baskets per opening hour relative to each other: a quiet morning, the lunch peak, a slow end. */
const weekdayHours = [3, 5, 5, 6, 11, 13, 8, 5, 4, 3]
const sundayHours = [5, 6, 7, 11, 12, 7, 4]

const itemCounts = [
  { items: 1, weight: 35 },
  { items: 2, weight: 30 },
  { items: 3, weight: 20 },
  { items: 4, weight: 10 },
  { items: 5, weight: 5 },
]
const goodCards = [
  { card: 'pm_card_visa', weight: 50 },
  { card: 'pm_card_mastercard', weight: 30 },
  { card: 'pm_card_visa_debit', weight: 20 },
]
/** Stripe's published test ids, as often as banks give these reasons. */
const refusedCards = [
  { card: 'pm_card_visa_chargeDeclined', weight: 35 },
  { card: 'pm_card_visa_chargeDeclinedInsufficientFunds', weight: 35 },
  { card: 'pm_card_chargeDeclinedExpiredCard', weight: 12 },
  { card: 'pm_card_chargeDeclinedIncorrectCvc', weight: 10 },
  { card: 'pm_card_chargeDeclinedProcessingError', weight: 8 },
]

/** Seconds after midnight: Monday to Saturday 8-18 h, Sunday 9-16 h. */
export function openingHoursOf(date: string): { openS: number; closeS: number } {
  return weekdayOf(date) === 0
    ? { openS: 9 * hourS, closeS: 16 * hourS }
    : { openS: 8 * hourS, closeS: 18 * hourS }
}

/**
 * All customers of a date in the order of time: the same seed, date and menu give the same baskets for ever, so a shop
 * that was restarted knows what it has already done. 35 to 60 baskets, fewer on a Sunday.
 */
export function basketsOfDay(seed: number, date: string, menu: readonly MenuItem[]): readonly Basket[] {
  const random = seededRandom('demo', seed, date)
  const sunday = weekdayOf(date) === 0
  const count = sunday ? between(random, 35, 46) : between(random, 40, 60)
  const hours = (sunday ? sundayHours : weekdayHours).map((weight, hour) => ({ hour, weight }))
  const { openS } = openingHoursOf(date)
  const arrivals = Array.from({ length: count }, () => {
    const { hour } = pickWeighted(random, hours, (row) => row.weight)
    return openS + hour * hourS + between(random, 0, hourS - 1)
  })
  arrivals.sort((a, b) => a - b)
  return arrivals.map((atS, index) => {
    // Each customer has his own generator: a change in what one does leaves the others alone.
    return basketOf(seededRandom('demo', seed, date, index + 1), { date, atS, number: index + 1, menu })
  })
}

function basketOf(
  random: () => number,
  { date, atS, number, menu }: { date: string; atS: number; number: number; menu: readonly MenuItem[] },
): Basket {
  const { lines, currency } = linesOf(random, menu)
  const attempts = attemptsOf(random)
  const byCard = attempts.at(-1)?.method === 'card'
  const refund = byCard && random() < refundShare ? refundOf(random, date, atS, lines) : null
  const till = random() < 0.65 ? 0 : 1
  return { number, date, time: timeText(atS), till, currency, lines, attempts, refund }
}

function linesOf(
  random: () => number,
  menu: readonly MenuItem[],
): { lines: readonly Line[]; currency: string } {
  const { items } = pickWeighted(random, itemCounts, (row) => row.weight)
  const quantities = new Map<MenuItem, number>()
  let currency = ''
  for (let i = 0; i < items; i += 1) {
    const item = pickWeighted(random, menu, (row) => row.weight)
    currency = item.currency
    quantities.set(item, (quantities.get(item) ?? 0) + 1)
  }
  const lines = [...quantities].map(([{ name, unitAmount }, quantity]) => ({ name, quantity, unitAmount }))
  return { lines, currency }
}

function attemptsOf(random: () => number): readonly Attempt[] {
  const cash: Attempt = { method: 'cash' }
  const card = (cards: typeof goodCards): Attempt => ({
    method: 'card',
    paymentMethod: pickWeighted(random, cards, (row) => row.weight).card,
  })
  if (random() < cashShare) return [cash]
  if (random() >= declineShare) return [card(goodCards)]
  const refused = card(refusedCards)
  return [refused, random() < 0.7 ? card(goodCards) : cash]
}

/** Half come back within the hour, half on the next date; always within opening hours and within a day. */
function refundOf(random: () => number, date: string, atS: number, lines: readonly Line[]): PlannedRefund {
  const line = pickWeighted(random, lines, () => 1)
  const whole = lines.length === 1 || random() < 0.5
  const amount = whole ? null : line.quantity * line.unitAmount
  const soonS = atS + between(random, 4 * minuteS, 60 * minuteS)
  if (random() < 0.5 && soonS < openingHoursOf(date).closeS) return { date, time: timeText(soonS), amount }
  const next = addDays(date, 1)
  const { openS, closeS } = openingHoursOf(next)
  const latestS = Math.max(openS + minuteS, Math.min(atS, closeS - minuteS))
  return { date: next, time: timeText(between(random, openS, latestS)), amount }
}

function timeText(seconds: number): string {
  const parts = [Math.floor(seconds / hourS), Math.floor(seconds / minuteS) % 60, seconds % 60]
  return parts.map((part) => String(part).padStart(2, '0')).join(':')
}
