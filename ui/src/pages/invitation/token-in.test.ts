import { expect, test } from 'vitest'
import { tokenIn } from './token-in.ts'

const secret = 'ab12'.repeat(16)

test.each([
  [`https://pay.example/invitation#${secret}`, secret],
  [`  ${secret} `, secret],
  ['https://pay.example/invitation', ''],
  ['https://pay.example/invitation#main', ''],
  ['', ''],
])('in %j is the secret %j', (text, token) => {
  expect(tokenIn(text)).toBe(token)
})
