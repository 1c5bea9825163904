import { expect, test } from 'vitest'
import { decideClaim, decideResume, RESEND_MS_MAX, type ClaimedKey } from './idempotency.ts'

const key = (rest: Partial<ClaimedKey>): ClaimedKey => ({
  sameFingerprint: true,
  status: 'started',
  won: true,
  begun: false,
  ...rest,
})

test.each([
  ['a new key', key({}), 'run'],
  ['a key that a crash or a time-out left', key({ begun: true }), 'resume'],
  ['a key that another call is at', key({ won: false, begun: true }), 'in_flight'],
  ['a finished key', key({ status: 'finished', won: false, begun: true }), 'replay'],
  ['another body', key({ sameFingerprint: false, won: false, begun: true }), 'reused'],
  [
    'another body of a finished key',
    key({ sameFingerprint: false, status: 'finished', won: false }),
    'reused',
  ],
] as const)('%s', (_name, state, decision) => {
  expect(decideClaim(state)).toBe(decision)
})

const SOON = 60_000
const LATE = RESEND_MS_MAX + 1

test.each([
  ['create_payment', false, SOON, 'send'],
  ['create_payment', false, RESEND_MS_MAX, 'send'],
  ['create_payment', false, LATE, 'look_up'],
  ['create_payment', true, SOON, 'read'],
  ['create_payment', true, LATE, 'read'],
  ['create_refund', false, SOON, 'send'],
  ['create_refund', false, LATE, 'look_up'],
  ['create_refund', true, SOON, 'read'],
  ['create_refund', true, LATE, 'read'],
  // Their object was there before them: knowing it says nothing of the call.
  ['confirm_payment', true, SOON, 'send'],
  ['confirm_payment', true, LATE, 'read'],
  ['capture_payment', true, SOON, 'send'],
  ['capture_payment', true, LATE, 'read'],
  ['cancel_payment', true, SOON, 'send'],
  ['cancel_payment', true, LATE, 'read'],
] as const)('%s, object known %s, after %i ms: %s', (point, known, ageMs, decision) => {
  expect(decideResume(point, known, ageMs)).toBe(decision)
})
