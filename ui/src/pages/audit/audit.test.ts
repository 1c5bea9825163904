import { expect, test } from 'vitest'
import { changesOf, kindOf, rangeOf, type AuditEntry } from './audit.ts'

test('before and after stand side by side, what differs first', () => {
  expect(
    changesOf(
      { role: 'finance', name: 'Ann', at: { n: 1 } },
      { name: 'Ann', role: 'manager', at: { n: 2 }, x: true },
    ),
  ).toEqual([
    { field: 'role', before: 'finance', after: 'manager' },
    { field: 'at.n', before: '1', after: '2' },
    { field: 'x', before: undefined, after: 'true' },
    { field: 'name', before: 'Ann', after: 'Ann' },
  ])
  expect(changesOf(null, null)).toEqual([])
})

test('an outcome that was an error is never called done', () => {
  const row = { kind: 'outcome', status: 201, code: null } as AuditEntry
  expect(kindOf(row).text).toBe('done')
  expect(kindOf({ ...row, status: 402 }).text).toBe('not done')
  expect(kindOf({ ...row, status: null, code: 'interrupted' }).text).toBe('not done')
})

test('the last date is a whole day', () => {
  expect(rangeOf('2026-03-01', '2026-03-31')).toEqual({
    from: '2026-03-01T00:00:00.000Z',
    to: '2026-04-01T00:00:00.000Z',
  })
  expect(rangeOf('', '')).toEqual({ from: '', to: '' })
})
