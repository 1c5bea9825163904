import { expect, test } from 'vitest'
import { passwordProblem } from './password-rules.ts'

const ASHA = ['Asha Patel', 'asha@company.com']

test.each([
  'correct horse battery',
  'rye-and-poppy-seed',
  'ZwölfBrötchenBitte',
  'a'.repeat(8) + 'bcdefghij klm',
])('%s is a password', (password) => {
  expect(passwordProblem(password, ASHA)).toBeUndefined()
})

test.each([
  ['elevenchars', 'too short'],
  ['x'.repeat(129), 'too long'],
  ['aaaaaaaaaaaaaaaa', 'one letter'],
  ['abcdefghijklmnop', 'the alphabet'],
  ['Password12345!', 'known to everybody'],
  ['passwordpassword', 'known, twice'],
  ['Asha-Patel-1987', 'her own name'],
  ['asha@company.com', 'her own address'],
])('%s is refused: %s', (password) => {
  expect(passwordProblem(password, ASHA)).toBeTypeOf('string')
})
