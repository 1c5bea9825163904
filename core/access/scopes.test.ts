import { expect, test } from 'vitest'
import { isInScope, scopeOf } from './scopes.ts'

test.each([
  ['get', '/payments/{id}', 'payments:read'],
  ['post', '/sales/{id}/tenders', 'payments:write'],
  ['get', '/reconciliation/exceptions', 'reconciliation:read'],
  ['delete', '/silences/{id}', 'alerts:write'],
  ['post', '/people', 'admin:write'],
  ['get', '/something/new', 'admin:read'],
])('%s %s needs %s', (method, path, scope) => {
  expect(scopeOf(method, path)).toBe(scope)
})

test('acting includes looking, and nothing else', () => {
  expect(isInScope(['payments:write'], 'get', '/payments')).toBe(true)
  expect(isInScope(['payments:read'], 'post', '/payments')).toBe(false)
  expect(isInScope(['payments:write'], 'get', '/payouts')).toBe(false)
  expect(isInScope([], 'get', '/payments')).toBe(false)
  expect(isInScope(null, 'post', '/people')).toBe(true)
})
