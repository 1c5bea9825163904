import { expect, test } from 'vitest'
import { manualEnv } from '../testing/manual-env.ts'
import { traceIdOf } from './trace.ts'

const given = '0af7651916cd43dd8448eb211c80319c'

test("a caller's trace goes on", () => {
  expect(traceIdOf(manualEnv(), `00-${given}-b7ad6b7169203331-01`)).toBe(given)
})

test.each([
  undefined,
  '',
  given,
  `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
  `01-${given}-b7ad6b7169203331-01`,
])('%s begins a new one', (header) => {
  const trace = traceIdOf(manualEnv(), header)
  expect(trace).toMatch(/^[0-9a-f]{32}$/)
  expect(trace).not.toBe(given)
})
