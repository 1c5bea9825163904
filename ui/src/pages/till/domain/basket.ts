/** One line of the basket; amounts in minor units of the shop's currency, tax per piece on top of the price. */
export interface BasketLine {
  readonly name: string
  readonly quantity: number
  readonly unit_amount: number
  readonly tax_amount: number
}

/** Something that the till sells. */
export interface Item {
  readonly name: string
  readonly group: string
  readonly unit_amount: number
  readonly tax_amount: number
}

export type Basket = readonly BasketLine[]

const QUANTITY_MAX = 10_000

const isSame = (line: BasketLine, item: Omit<Item, 'group'>): boolean =>
  line.name === item.name && line.unit_amount === item.unit_amount && line.tax_amount === item.tax_amount

/** One more of an item: on its line where it has one. */
export const addItem = (basket: Basket, { name, unit_amount, tax_amount }: Omit<Item, 'group'>): Basket => {
  const at = basket.findIndex((line) => isSame(line, { name, unit_amount, tax_amount }))
  if (at === -1) return [...basket, { name, unit_amount, tax_amount, quantity: 1 }]
  return changeQuantity(basket, at, 1)
}

/** More or fewer of a line; none left takes the line away. */
export const changeQuantity = (basket: Basket, at: number, by: number): Basket =>
  basket.flatMap((line, index) => {
    if (index !== at) return [line]
    const quantity = Math.min(QUANTITY_MAX, line.quantity + by)
    return quantity < 1 ? [] : [{ ...line, quantity }]
  })

/** What a line costs, tax included. */
export const lineTotal = ({ quantity, unit_amount, tax_amount }: BasketLine): number =>
  quantity * (unit_amount + tax_amount)

/** What the basket costs, tax included. */
export const basketTotal = (basket: Basket): number => basket.reduce((sum, line) => sum + lineTotal(line), 0)

/** How many pieces are in it. */
export const pieces = (basket: Basket): number => basket.reduce((sum, { quantity }) => sum + quantity, 0)

/** The basket as `POST /sales` takes it: there the tax is that of the whole line. */
export const toLines = (basket: Basket) =>
  basket.map(({ name, quantity, unit_amount, tax_amount }) => ({
    name,
    quantity,
    unit_amount,
    tax_amount: quantity * tax_amount,
  }))

/** The lines of a sale that is taken up again, as a basket. */
export const fromLines = (lines: readonly BasketLine[]): Basket =>
  lines.map(({ name, quantity, unit_amount, tax_amount }) => ({
    name,
    quantity,
    unit_amount,
    tax_amount: Math.round(tax_amount / quantity),
  }))
