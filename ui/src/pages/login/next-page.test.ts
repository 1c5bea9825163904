import { expect, test } from 'vitest'
import { nextPage } from './next-page.ts'

test.each([
  ['/payments/dashboard/?status=failed', '/payments/dashboard/?status=failed'],
  ['', '/'],
  ['/login', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/\t/evil.example', '/'],
])('a log-in that wanted %j leads to %j', (wanted, next) => {
  expect(nextPage(wanted)).toBe(next)
})
