import { expect, test } from 'vitest'
import { refuseOtherSites } from './csrf.ts'

const URL_HERE = 'https://pay.example/payments/api/sales'
const isRefused = (method: string, headers: Record<string, string>): boolean => {
  try {
    refuseOtherSites(method, URL_HERE, new Headers({ host: 'pay.example', ...headers }))
    return false
  } catch (error) {
    expect(error).toMatchObject({ code: 'csrf_refused' })
    return true
  }
}

test.each(['GET', 'HEAD', 'OPTIONS'])('%s changes nothing, so any site may send it', (method) => {
  expect(isRefused(method, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })).toBe(false)
})

test.each([
  ['our own page', { 'sec-fetch-site': 'same-origin' }, false],
  ['another site', { 'sec-fetch-site': 'cross-site' }, true],
  ['a neighbour under the same domain', { 'sec-fetch-site': 'same-site' }, true],
  ['an address that was typed', { 'sec-fetch-site': 'none' }, true],
  ['a word that browsers do not say', { 'sec-fetch-site': 'Same-Origin' }, true],
  [
    'another site that names our origin',
    { 'sec-fetch-site': 'cross-site', origin: 'https://pay.example' },
    true,
  ],
  ['an older browser on our own page', { origin: 'https://pay.example' }, false],
  ['an older browser on another site', { origin: 'https://evil.example' }, true],
  ['a host that only begins like ours', { origin: 'https://pay.example.evil.example' }, true],
  ['another port of our host', { origin: 'https://pay.example:8443' }, true],
  ['a page in a sandbox', { origin: 'null' }, true],
  ['who says nothing', {}, true],
] as const)('a change sent by %s: %j', (_who, headers, refused) => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) expect(isRefused(method, headers)).toBe(refused)
})
