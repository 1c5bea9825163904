import { expect, test } from 'vitest'
import { tokenState, type Token } from './token.ts'

const now = new Date('2026-11-23T12:00:00Z')
const token: Token = {
  id: 'tok_1',
  name: 'shop',
  role: 'cashier',
  till_id: null,
  person: null,
  created_at: '2026-11-01T00:00:00Z',
  expires_at: null,
  revoked_at: null,
  last_used_at: null,
  scopes: null,
  rotated_to: null,
}

test.each([
  ['works', {}],
  ['works', { expires_at: '2026-11-23T12:00:01Z' }],
  ['expired', { expires_at: '2026-11-23T12:00:00Z' }],
  ['being replaced', { expires_at: '2026-11-23T13:00:00Z', rotated_to: 'tok_2' }],
  ['replaced', { expires_at: '2026-11-23T11:00:00Z', rotated_to: 'tok_2' }],
  ['revoked', { revoked_at: '2026-11-02T00:00:00Z', expires_at: '2027-01-01T00:00:00Z' }],
])('a token is said to be %s by %j', (text, facts) => {
  expect(tokenState({ ...token, ...facts }, now).text).toBe(text)
})
