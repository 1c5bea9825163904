import { expect, test } from 'vitest'
import { tokenIn } from './token-in.ts'

const secret = 'ab12'.repeat(16)

test.each([
  [`https://pay.example/invitation#${secret}`, secret],
  [`  ${secret} `, secret],
  ['https://pay.example/invitation', ''],
  ['https://pay.example/invitation#main', ''],
  // Cut off, or run together with what stood behind it.
  [`https://pay.example/invitation#${secret.slice(1)}`, ''],
  [`https://pay.example/invitation#${secret}0`, ''],
  ['', ''],
])('in %j is the secret %j', (text, token) => {
  expect(tokenIn(text)).toBe(token)
})
