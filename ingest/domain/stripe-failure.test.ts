import { expect, test } from 'vitest'
import { failureOf } from './stripe-failure.ts'

test.each([
  ['StripeCardError', { code: 'card_declined', decline_code: 'do_not_honor' }, 'declined'],
  ['StripeInvalidRequestError', { code: 'resource_missing' }, 'refused'],
  ['StripeAuthenticationError', {}, 'not_sent'],
  ['StripePermissionError', {}, 'not_sent'],
  ['StripeRateLimitError', {}, 'not_sent'],
  ['StripeConnectionError', { detail: { code: 'ECONNREFUSED' } }, 'not_sent'],
  ['StripeConnectionError', { detail: { code: 'ECONNRESET' } }, 'unknown'],
  ['StripeConnectionError', { detail: { code: 'ETIMEDOUT' } }, 'unknown'],
  ['StripeConnectionError', {}, 'unknown'],
  ['StripeAPIError', {}, 'unknown'],
  ['StripeIdempotencyError', {}, 'key_taken'],
  ['StripeErrorOfTomorrow', {}, 'unknown'],
])('%s %o is %s', (type, rest, kind) => {
  expect(failureOf({ type, message: 'm', ...rest }).kind).toBe(kind)
})

test('a refusal without a decline code shows its code', () => {
  expect(failureOf({ type: 'StripeCardError', message: 'm', code: 'expired_card' })).toMatchObject({
    declineCode: 'expired_card',
  })
})
