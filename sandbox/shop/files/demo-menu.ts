import { readCsv } from './read-csv.ts'

export interface MenuItem {
  readonly name: string
  /** Minor units of `currency`. */
  readonly unitAmount: number
  readonly currency: string
  /** How often it sells, relative to the others. */
  readonly weight: number
}

/** Reads the demo shop's own price list `item,unit_price_minor,currency,weight`; throws on any bad row: it is our file. */
export function readMenu(text: string): readonly MenuItem[] {
  const { rows, bad } = readCsv('prices', text, ['item', 'unit_price_minor', 'currency', 'weight'])
  const menu = rows.map(({ cells: [name = '', amount, currency = '', weight] }) => {
    return { name, unitAmount: Number(amount), currency, weight: Number(weight) }
  })
  const wrong = menu.find((item) => !(item.unitAmount > 0) || !(item.weight > 0) || item.currency === '')
  if (bad.length > 0 || wrong !== undefined || menu.length === 0) {
    throw new Error(`the demo menu is broken: ${wrong?.name ?? bad[0]?.reason ?? 'empty'}`)
  }
  return menu
}
