import { expect, test } from 'vitest'
import type { StripeFailure } from './errors.ts'
import { decideKey, readKey } from './idempotency.ts'

const stored = { key: 'k', fingerprint: 'f', at_ms: 0, request_id: 'req_1', status: 402, body: {} }
const none = new Map<string, string>()
const open = new Map([['k', 'f']])

const outcome = (fingerprint: string, inFlight: Map<string, string>, answer: typeof stored | undefined) => {
  try {
    return decideKey('k', fingerprint, inFlight, answer).kind
  } catch (error) {
    const { status, body } = error as StripeFailure
    return `${status} ${body.type} ${body.code ?? '-'}`
  }
}

test.each([
  ['runs a new key', 'f', none, undefined, 'run'],
  ['replays the stored answer, also a refusal', 'f', none, stored, 'replay'],
  ['refuses other parameters', 'g', none, stored, '400 idempotency_error -'],
  ['refuses other parameters while in flight', 'g', open, undefined, '400 idempotency_error -'],
  [
    'refuses the same call while it is in flight',
    'f',
    open,
    undefined,
    '409 idempotency_error idempotency_key_in_use',
  ],
  [
    'refuses while in flight although the answer is stored',
    'f',
    open,
    stored,
    '409 idempotency_error idempotency_key_in_use',
  ],
] as const)('%s', (_name, fingerprint, inFlight, answer, expected) => {
  expect(outcome(fingerprint, new Map(inFlight), answer)).toBe(expected)
})

test('takes keys of up to 255 characters', () => {
  expect(readKey('k'.repeat(255))).toHaveLength(255)
  expect(() => readKey('k'.repeat(256))).toThrow(/255/)
  expect(readKey(undefined)).toBeUndefined()
})
