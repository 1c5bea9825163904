import { expect, test } from 'vitest'
import { qrPath } from './qr.ts'

test('a short text is a code of 21 squares with four empty ones on each side', () => {
  const { path, size } = qrPath('tillwatch')
  expect(size).toBe(29)
  // The corner square of every code of this kind: dark at the top left, light inside it.
  expect(path.startsWith('M4 4h1v1h-1z')).toBe(true)
  expect(path).not.toContain('M5 5h')
})
