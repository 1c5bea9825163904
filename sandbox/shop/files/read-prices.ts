import { readCsv } from './read-csv.ts'
import type { BadRow } from '../domain/ticket.ts'

export interface Price {
  readonly unitAmount: number
  readonly currency: string
}

export interface PriceList {
  /** By the item's name to the letter, trailing blanks included. */
  readonly prices: ReadonlyMap<string, Price>
  readonly bad: readonly BadRow[]
}

/**
 * Reads a price file `item,unit_price_minor,currency`. A price is a whole number of minor units, never negative; an item
 * that is there twice is a bad row, because nobody can tell which price is meant.
 */
export function readPrices(text: string): PriceList {
  const { rows, bad } = readCsv('prices', text, ['item', 'unit_price_minor', 'currency'])
  const prices = new Map<string, Price>()
  for (const { line, cells } of rows) {
    const [item = '', amount = '', currency = ''] = cells
    const reason =
      reasonAgainst(item, amount, currency) ?? (prices.has(item) ? `"${item}" has two prices` : null)
    if (reason === null) prices.set(item, { unitAmount: Number(amount), currency })
    else bad.push({ file: 'prices', line, reason })
  }
  return { prices, bad }
}

function reasonAgainst(item: string, amount: string, currency: string): string | null {
  if (item.trim() === '') return 'the item has no name'
  if (!/^\d{1,9}$/.test(amount)) return `"${amount}" is not a price in whole minor units`
  if (!/^[a-z]{3}$/.test(currency)) return `"${currency}" is not a currency code in small letters`
  return null
}
