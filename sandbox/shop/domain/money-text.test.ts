import { expect, it } from 'vitest'
import { moneyText } from './money-text.ts'

it.each([
  [0, 'gbp', '£0.00'],
  [7, 'gbp', '£0.07'],
  [123456, 'gbp', '£1,234.56'],
  [1500, 'jpy', 'JP¥1,500'],
  [1500, 'kwd', 'KWD 1.500'],
])('writes %i %s as %s', (amount, currency, text) => {
  expect(moneyText(amount, currency).replaceAll('\u00a0', ' ')).toBe(text)
})
