import { expect, test } from 'vitest'
import { cursorField, encodeCursor, limitField, pageOf, timePosition } from './page.ts'

const rows = [3, 2, 1].map((n) => ({ id: `x_${n}`, at: new Date(`2026-01-0${n}T00:00:00Z`) }))

test('a page that is not the last tells where the next one starts, and the cursor reads back', () => {
  const page = pageOf(
    rows,
    2,
    ({ id }) => id,
    ({ at, id }) => ({ at, id }),
  )
  expect(page.data).toEqual(['x_3', 'x_2'])
  expect(cursorField(timePosition('x')).parse(page.next_cursor)).toEqual({ at: rows[1]?.at, id: 'x_2' })
})

test('the last page has no next', () => {
  expect(
    pageOf(
      rows,
      3,
      ({ id }) => id,
      ({ id }) => id,
    ).next_cursor,
  ).toBeNull()
  expect(
    pageOf(
      [],
      3,
      (row) => row,
      (row) => row,
    ),
  ).toEqual({ data: [], next_cursor: null })
})

test.each([
  '',
  'x',
  encodeCursor({ at: 'then', id: 'a' }),
  encodeCursor({ at: '2026-01-01T00:00:00Z' }),
  encodeCursor({ at: '2026-01-01T00:00:00Z', id: 'y_2' }),
  encodeCursor({ at: '0000-01-01T00:00:00Z', id: 'x_2' }),
])('the cursor %s is refused', (text) => {
  expect(cursorField(timePosition('x')).safeParse(text).success).toBe(false)
})

test('a limit is 25 unless said, and 1 to 100', () => {
  expect(limitField().parse(undefined)).toBe(25)
  expect(limitField().parse('100')).toBe(100)
  for (const wrong of ['0', '101', '1e1', '-1', ' 5'])
    expect(limitField().safeParse(wrong).success, wrong).toBe(false)
})
