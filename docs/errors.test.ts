import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ERROR_CODES } from '#core/error-codes.ts'

const rows = readFileSync(new URL('errors.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))

it('docs/errors.md has one row for each error code, in the same order and words', () => {
  const expected = Object.entries(ERROR_CODES).map(
    ([code, { status, kind, meaning, todo }]) =>
      `| \`${code}\` | ${status} | ${kind} | ${meaning} | ${todo} |`,
  )
  expect(rows).toEqual(expected)
})
