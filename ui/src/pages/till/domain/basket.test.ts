import { expect, it } from 'vitest'
import { addItem, basketTotal, changeQuantity, fromLines, pieces, toLines } from './basket.ts'

const roll = { name: 'Roll', group: 'Bread', unit_amount: 85, tax_amount: 0 }
const tea = { name: 'Tea', group: 'Drinks', unit_amount: 200, tax_amount: 40 }

it('puts the same item on the same line, and another price on another', () => {
  const basket = addItem(addItem(addItem([], roll), roll), { ...roll, unit_amount: 90 })
  expect(basket.map(({ quantity, unit_amount }) => [quantity, unit_amount])).toEqual([
    [2, 85],
    [1, 90],
  ])
})

it('adds up with the tax of each piece', () => {
  const basket = addItem(addItem(addItem([], tea), tea), roll)
  expect(basketTotal(basket)).toBe(565)
  expect(pieces(basket)).toBe(3)
  expect(toLines(basket)[0]).toEqual({ name: 'Tea', quantity: 2, unit_amount: 200, tax_amount: 80 })
})

it('takes a line away when none is left', () => {
  const basket = addItem(addItem([], roll), tea)
  expect(changeQuantity(basket, 0, -1).map(({ name }) => name)).toEqual(['Tea'])
})

it('is the same basket after being held and taken up again', () => {
  const basket = addItem(addItem(addItem([], tea), tea), roll)
  expect(fromLines(toLines(basket))).toEqual(basket)
})
