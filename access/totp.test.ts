import { expect, test } from 'vitest'
import { manualEnv } from '#core/testing/manual-env.ts'
import { codeAt, newTotpSecret, stepOfCode, totpUri } from './totp.ts'

/** The secret of RFC 6238's test vectors, SHA-1, in base 32. */
const RFC = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

test.each([
  [59, '287082', 1n],
  [1_111_111_109, '081804', 37_037_036n],
  [2_000_000_000, '279037', 66_666_666n],
])('at second %i the code is %s (RFC 6238, appendix B, its last six digits)', (second, code, step) => {
  const at = new Date(second * 1_000)
  expect(codeAt(RFC, at)).toBe(code)
  expect(stepOfCode(RFC, code, at, null)).toBe(step)
})

test('a code counts once: its step and every one before are used up', () => {
  const at = new Date(59_000)
  expect(stepOfCode(RFC, '287082', at, 0n)).toBe(1n)
  expect(stepOfCode(RFC, '287082', at, 1n)).toBeUndefined()
})

test('a phone may be one step off, not two', () => {
  // The code of the seconds 30 to 59: one step late until 89, one early from 0.
  expect(stepOfCode(RFC, '287082', new Date(89_999), null)).toBe(1n)
  expect(stepOfCode(RFC, '287082', new Date(90_000), null)).toBeUndefined()
  expect(stepOfCode(RFC, '287082', new Date(0), null)).toBe(1n)
  // That of the seconds 60 to 89 is two early at 29.
  const next = codeAt(RFC, new Date(60_000))
  expect(stepOfCode(RFC, next, new Date(30_000), null)).toBe(2n)
  expect(stepOfCode(RFC, next, new Date(29_999), null)).toBeUndefined()
})

test.each(['', '28708', '2870820', '２８７０８２', 'abcdef', ' 287082', '-28708'])(
  '%j is no code',
  (code) => {
    expect(stepOfCode(RFC, code, new Date(59_000), null)).toBeUndefined()
  },
)

test('a new secret has 160 bits, and the authenticator is told whose it is', () => {
  const secret = newTotpSecret(manualEnv())
  expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  expect(totpUri(secret, 'asha@company.com')).toMatch(/^otpauth:\/\/totp\/Tillwatch:asha%40company\.com\?/)
})
