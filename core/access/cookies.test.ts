import { expect, test } from 'vitest'
import { DEVICE_COOKIE, readCookie, SESSION_COOKIE, writeCookie } from './cookies.ts'

test.each([
  ['__Host-tillwatch=abc', 'abc'],
  ['theme=dark; __Host-tillwatch=abc; __Host-tillwatch-till=def', 'abc'],
  ['__Host-tillwatch-till=def', undefined],
  ['x__Host-tillwatch=abc', undefined],
  ['tillwatch=abc', undefined],
  ['__Host-tillwatch=', ''],
  ['', undefined],
  [null, undefined],
])('in %j the session is %j', (header, value) => {
  expect(readCookie(header, SESSION_COOKIE)).toBe(value)
})

test('the till of a browser is another cookie than the session', () => {
  const header = '__Host-tillwatch=abc; __Host-tillwatch-till=def'
  expect(readCookie(header, DEVICE_COOKIE)).toBe('def')
})

test('a cookie is kept from scripts, other sites and plain ways, and an empty one ends at once', () => {
  expect(writeCookie(SESSION_COOKIE, 'abc', 43_200)).toBe(
    '__Host-tillwatch=abc; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=43200',
  )
  expect(writeCookie(SESSION_COOKIE, '', 43_200)).toBe(
    '__Host-tillwatch=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0',
  )
})
