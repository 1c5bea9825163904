import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CATEGORIES } from '#core/contracts/exceptions.ts'
import { REASONS, reasonOf } from './reasons.ts'

const page = readFileSync(new URL('../../docs/exceptions.md', import.meta.url), 'utf8')
const cells = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))

test.each(CATEGORIES)(
  '%s has reasons, each once, that end with other, as docs/exceptions.md has them',
  (category) => {
    const codes = REASONS[category].map(({ code }) => code)
    expect(new Set(codes).size).toBe(codes.length)
    expect(codes.at(-1)).toBe('other')
    const row = cells.find(([, name]) => name === `\`${category}\``)
    expect(row?.[4]).toBe(codes.map((code) => `\`${code}\``).join(', '))
  },
)

test('docs/exceptions.md explains each reason in the words of the list', () => {
  const known = new Map(Object.values(REASONS).flatMap((reasons) => reasons.map((one) => [one.code, one])))
  for (const { code, text, noteRequired } of known.values()) {
    const row = cells.find(([, name]) => name === `\`${code}\``)
    expect([row?.[2], row?.[3] === 'required'], code).toEqual([text, noteRequired ?? false])
  }
})

test('a reason belongs to its category', () => {
  expect(reasonOf('payout_overdue', 'bank_delay')?.code).toBe('bank_delay')
  expect(reasonOf('amount_mismatch', 'bank_delay')).toBeUndefined()
  expect(reasonOf('of_tomorrow', 'other')).toBeUndefined()
})
