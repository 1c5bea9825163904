import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { metricsPage } from '#core/metrics/metrics-page.ts'

it('docs/metrics.md is what the catalogue of metrics says; npx tsx docs/write-metrics.ts writes it', () => {
  expect(readFileSync(new URL('metrics.md', import.meta.url), 'utf8')).toBe(metricsPage())
})
