import { expect, test } from 'vitest'
import { refusal, type AccessRule } from './authorize.ts'
import { ANONYMOUS, type Principal } from './roles.ts'

const now = new Date('2026-03-02T09:00:00Z')
const ago = (ms: number): Date => new Date(now.getTime() - ms)

const rule = (given: Partial<AccessRule>): AccessRule => ({
  method: 'post',
  path: '/payments/{id}/refunds',
  allow: ['manager', 'cashier'],
  scope: 'store',
  ...given,
})
const person = (given: Partial<Principal>): Principal => ({
  ...ANONYMOUS,
  actorId: 'per_1',
  sessionId: 'ses_1',
  role: 'manager',
  steppedUpAt: ago(1_000),
  ...given,
})

test('who is not named is refused', () => {
  expect(refusal(rule({}), person({ role: 'admin' }), now)).toBe('forbidden')
  expect(refusal(rule({ allow: [] }), person({}), now)).toBe('forbidden')
  expect(refusal(rule({}), ANONYMOUS, now)).toBe('forbidden')
  expect(refusal(rule({}), person({}), now)).toBeUndefined()
})

test('what belongs to the shop is closed to whoever sees a part of it', () => {
  expect(refusal(rule({ scope: 'shop' }), person({ tills: ['till_1'] }), now)).toBe('forbidden')
  expect(refusal(rule({ scope: 'shop' }), person({ tillId: 'till_1' }), now)).toBe('forbidden')
  expect(refusal(rule({ scope: 'store' }), person({ tills: ['till_1'] }), now)).toBeUndefined()
})

test('a second factor is fresh for ten minutes', () => {
  const stepUp = rule({ stepUp: true })
  expect(refusal(stepUp, person({ steppedUpAt: ago(599_999) }), now)).toBeUndefined()
  expect(refusal(stepUp, person({ steppedUpAt: ago(600_000) }), now)).toBe('mfa_required')
  expect(refusal(stepUp, person({ steppedUpAt: null }), now)).toBe('mfa_required')
})

test('a cashier at a till is not asked for one, a cashier anywhere else is, a token never', () => {
  const stepUp = rule({ stepUp: true })
  const cashier = { role: 'cashier', steppedUpAt: null } as const
  expect(refusal(stepUp, person({ ...cashier, tillId: 'till_1' }), now)).toBeUndefined()
  expect(refusal(stepUp, person(cashier), now)).toBe('mfa_required')
  expect(refusal(stepUp, person({ sessionId: null, steppedUpAt: null }), now)).toBeUndefined()
})

test('a token is held to its scopes', () => {
  const token = person({ sessionId: null, scopes: ['payments:read'] })
  expect(refusal(rule({}), token, now)).toBe('forbidden')
  expect(refusal(rule({ method: 'get' }), token, now)).toBeUndefined()
})
