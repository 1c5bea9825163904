import { expect, test } from 'vitest'
import { nextAttemptAt } from './backoff.ts'
import { activeSecrets, signatureHeader } from './sign.ts'

const HOUR = 3_600_000

test('tries again after 1, 5, 30 and 120 minutes, then every six hours for three days', () => {
  const waits: number[] = []
  let now = 0
  for (let failures = 1; ; failures += 1) {
    const next = nextAttemptAt(failures, 0, now)
    if (next === null) break
    waits.push((next - now) / 60_000)
    now = next
  }
  expect(waits.slice(0, 6)).toEqual([1, 5, 30, 120, 360, 360])
  expect(now).toBeLessThanOrEqual(72 * HOUR)
  expect(now).toBeGreaterThan(65 * HOUR)
})

test('signs with every active secret and no expired one', () => {
  const stored = {
    endpoint: 'we_1',
    secrets: [
      { secret: 'new', until_ms: null },
      { secret: 'old', until_ms: 2_000 },
      { secret: 'older', until_ms: 1_000 },
    ],
  }
  expect(activeSecrets(stored, 1_500)).toEqual(['new', 'old'])
  // printf '1.{}' | openssl dgst -sha256 -hmac new
  const digest = '593bfe0185b72d1392c02b6455614c23c53d4f4330c9f8360f5ab2ed6c7a6782'
  expect(signatureHeader('{}', ['new'], 1_500)).toBe(`t=1,v1=${digest}`)
  expect(signatureHeader('{}', ['new', 'old'], 1_500).split(',')).toHaveLength(3)
})
