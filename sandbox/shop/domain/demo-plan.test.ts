import { describe, expect, it } from 'vitest'
import { minutesFrom } from './demo-events.ts'
import type { ShopEvent } from './demo-events.ts'
import { readMenu } from '../files/demo-menu.ts'
import { basketsOfDay, openingHoursOf } from './demo-plan.ts'
import { addDays, weekdayOf } from './zone-time.ts'

const menu = readMenu(
  [
    'item,unit_price_minor,currency,weight',
    'Flat white,310,gbp,5',
    'Croissant,240,gbp,4',
    'Sourdough loaf,420,gbp,3',
    'Celebration cake,3450,gbp,1',
  ].join('\n'),
)
const dates = Array.from({ length: 365 }, (_, day) => addDays('2026-01-01', day))
const year = dates.flatMap((date) => basketsOfDay(7, date, menu))
const secondsOf = (time: string): number => {
  const [h = 0, m = 0, s = 0] = time.split(':').map(Number)
  return h * 3600 + m * 60 + s
}
const share = (count: number): number => count / year.length

describe('the demo shop', () => {
  it('has the same customers whenever it is asked for a date, and others under another seed', () => {
    expect(basketsOfDay(7, '2026-03-03', menu)).toEqual(basketsOfDay(7, '2026-03-03', menu))
    expect(basketsOfDay(8, '2026-03-03', menu)).not.toEqual(basketsOfDay(7, '2026-03-03', menu))
    expect(basketsOfDay(7, '2026-03-04', menu)).not.toEqual(basketsOfDay(7, '2026-03-03', menu))
  })

  it('has 35 to 60 baskets on every date, numbered in the order of time, within opening hours', () => {
    for (const date of dates) {
      const baskets = basketsOfDay(7, date, menu)
      expect(baskets.length).toBeGreaterThanOrEqual(35)
      expect(baskets.length).toBeLessThanOrEqual(60)
      expect(baskets.map((basket) => basket.number)).toEqual(baskets.map((_, index) => index + 1))
      const times = baskets.map((basket) => basket.time)
      expect(times).toEqual([...times].sort())
      const { openS, closeS } = openingHoursOf(date)
      expect(times.filter((time) => secondsOf(time) < openS || secondsOf(time) >= closeS)).toEqual([])
    }
  })

  it('is busiest at lunch', () => {
    const hours = new Map<string, number>()
    const weekdays = year.filter((basket) => weekdayOf(basket.date) !== 0)
    for (const { time } of weekdays) hours.set(time.slice(0, 2), (hours.get(time.slice(0, 2)) ?? 0) + 1)
    const busiest = [...hours].sort((a, b) => b[1] - a[1]).slice(0, 2)
    expect(busiest.map(([hour]) => hour).sort()).toEqual(['12', '13'])
  })

  it('takes about 30 % in cash, has about 3 % declines of cards and 1.5 % refunds', () => {
    const cash = year.filter((basket) => basket.attempts.at(-1)?.method === 'cash')
    const cards = year.filter((basket) => basket.attempts[0]?.method === 'card')
    const declined = cards.filter((basket) => basket.attempts.length > 1)
    expect(share(cash.length)).toBeGreaterThan(0.28)
    expect(share(cash.length)).toBeLessThan(0.33)
    expect(declined.length / cards.length).toBeGreaterThan(0.024)
    expect(declined.length / cards.length).toBeLessThan(0.036)
    const refunds = year.filter((basket) => basket.refund !== null)
    expect(share(refunds.length)).toBeGreaterThan(0.012)
    expect(share(refunds.length)).toBeLessThan(0.018)
  })

  it('is refused with each of five reasons, and then pays with a good card or cash', () => {
    const declined = year.filter((basket) => basket.attempts.length > 1)
    const refused = declined.map(({ attempts: [first] }) =>
      first?.method === 'card' ? first.paymentMethod : '',
    )
    expect(new Set(refused)).toEqual(
      new Set([
        'pm_card_visa_chargeDeclined',
        'pm_card_visa_chargeDeclinedInsufficientFunds',
        'pm_card_chargeDeclinedExpiredCard',
        'pm_card_chargeDeclinedIncorrectCvc',
        'pm_card_chargeDeclinedProcessingError',
      ]),
    )
    for (const { attempts } of declined) {
      const last = attempts.at(-1)
      expect(attempts).toHaveLength(2)
      expect(last?.method === 'card' && last.paymentMethod.includes('Declined')).toBe(false)
    }
  })

  it('gives back only card payments, after the sale, within a day, in opening hours, at most what was paid', () => {
    for (const basket of year) {
      if (basket.refund === null) continue
      expect(basket.attempts.at(-1)?.method).toBe('card')
      const { date, time, amount } = basket.refund
      expect([basket.date, addDays(basket.date, 1)]).toContain(date)
      expect(`${date}T${time}` > `${basket.date}T${basket.time}`).toBe(true)
      expect(secondsOf(time)).toBeLessThan(openingHoursOf(date).closeS)
      const total = basket.lines.reduce((sum, line) => sum + line.quantity * line.unitAmount, 0)
      if (amount !== null) expect(amount).toBeLessThan(total)
    }
  })
})

describe('its minutes', () => {
  const plan = { seed: 7, zone: 'Europe/London', menu, tillIds: ['front', 'back'] }
  const take = (fromMs: number, count: number): ShopEvent[] => {
    const events: ShopEvent[] = []
    for (const minute of minutesFrom(plan, fromMs)) {
      events.push(...minute)
      if (events.length >= count) break
    }
    return events
  }

  it('come in the order of time over many dates, each refund after its sale, one ref per sale', () => {
    const events = take(Date.parse('2026-03-20T00:00:00Z'), 1000)
    const times = events.map((event) => event.atMs)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    const refs = events.filter((event) => event.kind === 'sale').map((event) => event.ticket.ref)
    expect(new Set(refs).size).toBe(refs.length)
    const refunds = events.filter((event) => event.kind === 'refund')
    expect(refunds.length).toBeGreaterThan(3)
    for (const refund of refunds) {
      const sold = events.find((event) => event.kind === 'sale' && event.ticket.ref === refund.ticket.ref)
      if (sold !== undefined) expect(sold.atMs).toBeLessThan(refund.atMs)
    }
  })

  it('go on from any instant exactly as if the shop had never stopped', () => {
    const fromMs = Date.parse('2026-03-20T11:34:56Z')
    const all = take(Date.parse('2026-03-20T00:00:00Z'), 400).filter((event) => event.atMs >= fromMs)
    expect(take(fromMs, 300).slice(0, 200)).toEqual(all.slice(0, 200))
  })
})
