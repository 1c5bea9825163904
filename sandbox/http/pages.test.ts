import { expect, test } from 'vitest'
import type { PageParams } from './pages.ts'
import { page } from './pages.ts'

/** a (oldest) to e, made at 10, 20, 20, 30 and 40. */
const ROWS = [10, 20, 20, 30, 40].map((created, at) => ({ id: 'abcde'.charAt(at), created }))

const none = { limit: undefined, starting_after: undefined, ending_before: undefined, created: undefined }

const list = (params: Partial<PageParams>, hidden = '') => {
  const show = (row: { id: string }) => (hidden.includes(row.id) ? null : row)
  const { data, has_more } = page(ROWS, { ...none, ...params }, '/v1/charges', show)
  return [(data as { id: string }[]).map(({ id }) => id).join(''), has_more]
}

test.each([
  [{}, 'edcba', false],
  [{ limit: 5 }, 'edcba', false],
  [{ limit: 4 }, 'edcb', true],
  [{ limit: 2, starting_after: 'd' }, 'cb', true],
  [{ limit: 2, starting_after: 'c' }, 'ba', false],
  [{ starting_after: 'a' }, '', false],
  [{ limit: 2, ending_before: 'a' }, 'cb', true],
  [{ limit: 2, ending_before: 'c' }, 'ed', false],
  [{ ending_before: 'e' }, '', false],
  [{ created: { gt: 20 } }, 'ed', false],
  [{ created: { gte: 20 } }, 'edcb', false],
  [{ created: { lt: 20 } }, 'a', false],
  [{ created: { lte: 20 } }, 'cba', false],
  [{ created: { gt: 10, lt: 40 }, limit: 2 }, 'dc', true],
  [{ created: { gt: 10, lt: 40 }, limit: 3 }, 'dcb', false],
  [{ created: { gte: 20, lte: 20 } }, 'cb', false],
  [{ created: { lt: 40 }, starting_after: 'e' }, 'dcba', false],
  [{ created: { gt: 40 } }, '', false],
])('gives for %j the rows %s', (params, ids, more) => {
  expect(list(params)).toEqual([ids, more])
})

test('counts no hidden row, and takes one as a cursor', () => {
  expect(list({ limit: 3 }, 'dc')).toEqual(['eba', false])
  expect(list({ starting_after: 'd' }, 'd')).toEqual(['cba', false])
})
