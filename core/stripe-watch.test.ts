import { expect, test } from 'vitest'
import { operationOf, outcomeOfStatus } from './stripe-watch.ts'

test.each([
  ['GET', '/v1/balance_transactions?limit=100', 'GET /v1/balance_transactions'],
  ['POST', '/v1/payment_intents/pi_3ABCdef123/confirm', 'POST /v1/payment_intents/:id/confirm'],
  ['GET', '/v1/charges/ch_3mGBBOy3nv49', 'GET /v1/charges/:id'],
  [
    'POST',
    '/v1/terminal/readers/tmr_F1abc/process_payment_intent',
    'POST /v1/terminal/readers/:id/process_payment_intent',
  ],
  ['GET', '/v1/account', 'GET /v1/account'],
])('%s %s is counted as %s', (method, path, operation) => {
  expect(operationOf(method, path)).toBe(operation)
})

test.each([
  [200, 'ok'],
  [402, 'card_error'],
  [400, 'invalid_request'],
  [404, 'invalid_request'],
  [409, 'invalid_request'],
  [401, 'auth_error'],
  [403, 'auth_error'],
  [429, 'rate_limited'],
  [500, 'api_error'],
  [503, 'api_error'],
] as const)('an answer %i is %s', (status, outcome) => {
  expect(outcomeOfStatus(status)).toBe(outcome)
})
