import { expect, test } from 'vitest'
import { row } from './testing/facts.ts'
import { newVersions } from './versions.ts'

const known = (fields: Partial<ReturnType<typeof row>> = {}, gone = false) =>
  new Map([['txn_1', { ...row(fields), gone }]])
const shown = (versions: ReturnType<typeof newVersions>) =>
  versions.map(({ id, version, gone }) => [id, version, gone])

test('an unchanged row gets no version, a new one its first', () => {
  expect(newVersions(known(), [row()], [])).toEqual([])
  expect(shown(newVersions(new Map(), [row()], []))).toEqual([['txn_1', 1, false]])
})

test('a change, a disappearance and a return are each a new version', () => {
  expect(shown(newVersions(known(), [row({ amount: 1_001n })], []))).toEqual([['txn_1', 2, false]])
  expect(shown(newVersions(known({ version: 2 }), [], ['txn_1']))).toEqual([['txn_1', 3, true]])
  expect(shown(newVersions(known({ version: 3 }, true), [row()], []))).toEqual([['txn_1', 4, false]])
})

test('what is gone already does not go again', () => {
  expect(newVersions(known({}, true), [], ['txn_1', 'txn_never'])).toEqual([])
})
