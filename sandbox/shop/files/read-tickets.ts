import { readCsv } from './read-csv.ts'
import type { Price, PriceList } from './read-prices.ts'
import { attemptsOf, paymentKindOf, totalOf } from '../domain/ticket.ts'
import type { BadRow, Line, Ticket } from '../domain/ticket.ts'
import { instantOf, isDate } from '../domain/zone-time.ts'

interface ItemRow {
  readonly line: number
  readonly date: string
  readonly time: string
  readonly number: number
  readonly item: string
}

/**
 * Reads a till's export `date,time,ticket,item` (one row per item sold, times of the store's zone) into tickets in the
 * order of time, then of ticket number. Rows belong together by date and ticket number; the same item again is a greater
 * quantity; a ticket whose rows carry several times was paid at the latest. Every row that cannot be played is in `bad`,
 * those of the price file included: nothing may be played unless `bad` is empty.
 */
export function readTickets(
  text: string,
  list: PriceList,
  zone: string,
): { tickets: Ticket[]; bad: BadRow[] } {
  const { rows, bad } = readCsv('tickets', text, ['date', 'time', 'ticket', 'item'])
  const groups = new Map<string, ItemRow[]>()
  const currencies = new Set<string>()
  for (const { line, cells } of rows) {
    const [date = '', time = '', ticket = '', item = ''] = cells
    const price = list.prices.get(item)
    const reason = reasonAgainst(date, time, ticket, item, price)
    if (reason !== null) {
      bad.push({ file: 'tickets', line, reason })
      continue
    }
    if (price !== undefined) currencies.add(price.currency)
    const ref = `${date}-${Number(ticket)}`
    const group = groups.get(ref) ?? []
    group.push({ line, date, time: time.length === 5 ? `${time}:00` : time, number: Number(ticket), item })
    groups.set(ref, group)
  }
  const tickets: Array<Ticket & { number: number }> = []
  for (const [ref, group] of groups) {
    const made = ticketOf(ref, group, list.prices, zone)
    if ('reason' in made) bad.push(made)
    else tickets.push(made)
  }
  if (bad.length === 0 && currencies.size > 1) bad.push(manyCurrencies(currencies))
  tickets.sort((a, b) => a.atMs - b.atMs || a.number - b.number)
  return { tickets, bad: [...list.bad, ...bad.sort((a, b) => a.line - b.line)] }
}

function reasonAgainst(
  date: string,
  time: string,
  ticket: string,
  item: string,
  price?: Price,
): string | null {
  if (!isDate(date)) return `"${date}" is not a date YYYY-MM-DD`
  if (!/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(time)) return `"${time}" is not a time HH:MM:SS`
  if (!/^\d{1,9}$/.test(ticket)) return `"${ticket}" is not a ticket number`
  if (item.trim() === '') return 'the item has no name'
  if (price === undefined) return `"${item}" is not in the price file`
  return null
}

function ticketOf(
  ref: string,
  group: readonly ItemRow[],
  prices: ReadonlyMap<string, Price>,
  zone: string,
): (Ticket & { number: number }) | BadRow {
  const quantities = new Map<string, number>()
  for (const row of group) quantities.set(row.item, (quantities.get(row.item) ?? 0) + 1)
  const lines: Line[] = []
  const currencies = new Set<string>()
  for (const [name, quantity] of quantities) {
    const price = prices.get(name)
    if (price === undefined) continue
    lines.push({ name, quantity, unitAmount: price.unitAmount })
    currencies.add(price.currency)
  }
  const [first] = group
  const [currency, other] = currencies
  const line = first?.line ?? 1
  if (first === undefined || currency === undefined)
    return { file: 'tickets', line, reason: `${ref} is empty` }
  if (other !== undefined) {
    return { file: 'tickets', line, reason: `ticket ${ref} has two currencies: ${currency} and ${other}` }
  }
  if (totalOf(lines) === 0) return { file: 'tickets', line, reason: `ticket ${ref} has nothing to pay` }
  const time = group.map((row) => row.time).reduce((a, b) => (a > b ? a : b))
  return {
    ref,
    number: first.number,
    date: first.date,
    atMs: instantOf(first.date, time, zone),
    currency,
    lines,
    attempts: attemptsOf(paymentKindOf(first.number)),
    cashierRef: 'play',
  }
}

function manyCurrencies(currencies: ReadonlySet<string>): BadRow {
  const reason = `one file is one till with one currency, here are ${[...currencies].sort().join(', ')}`
  return { file: 'tickets', line: 1, reason }
}
