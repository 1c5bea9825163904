import { expect, test } from 'vitest'
import { isExactNumber } from './exact-number.ts'

test.each([
  '0',
  '-0',
  '1',
  '100',
  '1e2',
  '1E+2',
  '100.0',
  '1.50e3',
  '0.5',
  '99999999',
  '1e400',
  '10.5',
  '9007199254740993',
])('%s is read as what it says, or left to its field', (token) => {
  expect(isExactNumber(token)).toBe(true)
})

test.each(['10.00000000000000001', '99999999.000000000001', '1e-400', '0.9999999999999999999', '100e-400'])(
  '%s would be read as another number',
  (token) => {
    expect(isExactNumber(token)).toBe(false)
  },
)
