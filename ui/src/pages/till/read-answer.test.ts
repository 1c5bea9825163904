import { expect, it } from 'vitest'
import { ApiError, offline } from '../../lib/api-error.ts'
import { readFailure } from './read-answer.ts'

const advice = { say: 'No.', same_card: 'no', offer: ['cash'] }
const refusal = (status: number, code: string, more: object = {}) =>
  new ApiError(status, { error: { code, message: code, request_id: 'req_1', ...more } })

it.each([
  ['no answer at all', offline(), 'lost'],
  ['a request that was aborted', new DOMException('timed out', 'TimeoutError'), 'lost'],
  ['trouble at the platform', refusal(500, 'internal_error'), 'lost'],
  ['a platform that is away', refusal(503, 'storage_unavailable'), 'lost'],
  ['a call that runs still', refusal(409, 'operation_in_progress'), 'lost'],
  ['a session that ended', refusal(401, 'unauthenticated'), 'lost'],
  ['an answer that cannot be read', new ApiError(502, null), 'lost'],
  ['a declined card', refusal(402, 'card_declined', { advice }), 'declined'],
  ['a reader that is away', refusal(503, 'reader_offline'), 'declined'],
  ['Stripe out of reach', refusal(503, 'provider_unavailable'), 'declined'],
  ['an amount above what is due', refusal(409, 'amount_exceeds_due'), 'rejected'],
])('%s means %s: %s', (_name, thrown, kind) => {
  expect(readFailure(thrown).kind).toBe(kind)
})

it('passes on the words for the cashier and the request to ask about', () => {
  expect(readFailure(refusal(402, 'card_declined', { advice }))).toMatchObject({ advice: { say: 'No.' } })
  expect(readFailure(refusal(422, 'payment_refused'))).toMatchObject({ requestId: 'req_1' })
})
