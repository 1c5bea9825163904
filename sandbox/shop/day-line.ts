import { moneyText } from './domain/money-text.ts'
import type { Tally } from './domain/tally.ts'

/** What a till sold on a date, in one line for the person who watches. */
export function dayLine(date: string, currency: string, tally: Tally, elapsedMs: number): string {
  const { tickets, card, cash, declined } = tally
  return [
    date,
    `${tickets} tickets`,
    `card ${card.count} = ${moneyText(card.amount, currency)}`,
    `cash ${cash.count} = ${moneyText(cash.amount, currency)}`,
    ...(declined === 0 ? [] : [`${declined} declined`]),
    `(${(elapsedMs / 60_000).toFixed(1)} min)`,
  ].join('  ')
}
