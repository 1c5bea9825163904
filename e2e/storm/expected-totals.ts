import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'

export interface Totals {
  readonly tickets: number
  readonly card: { readonly count: number; readonly amount: number }
  readonly cash: { readonly count: number; readonly amount: number }
}

const rowsOf = async (file: string): Promise<Record<string, string>[]> =>
  parse(await readFile(file, 'utf8'), { columns: true, skip_empty_lines: true })

/**
 * What the till must have taken, added up from its files alone: nothing of the product is asked. Ticket numbers that end
 * in 0, 3 or 6 pay cash. A ticket number counts per date. Amounts in minor units of the files' one currency.
 */
export const expectedTotals = async (ticketsFile: string, pricesFile: string): Promise<Totals> => {
  const price = new Map(
    (await rowsOf(pricesFile)).map((row) => [row['item'], Number(row['unit_price_minor'])]),
  )
  const amounts = new Map<string, number>()
  for (const row of await rowsOf(ticketsFile)) {
    const ticket = `${row['date']} ${row['ticket']}`
    amounts.set(ticket, (amounts.get(ticket) ?? 0) + (price.get(row['item']) ?? Number.NaN))
  }
  const sums = { card: { count: 0, amount: 0 }, cash: { count: 0, amount: 0 } }
  for (const [ticket, amount] of amounts) {
    const sum = /[036]$/.test(ticket) ? sums.cash : sums.card
    sum.count += 1
    sum.amount += amount
  }
  return { tickets: amounts.size, ...sums }
}
