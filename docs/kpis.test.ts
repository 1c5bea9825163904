import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { kpisPage } from '#core/kpi/kpis-page.ts'

it('docs/kpis.md is what core/kpi says; npm run docs writes it', () => {
  expect(readFileSync(new URL('kpis.md', import.meta.url), 'utf8')).toBe(kpisPage())
})
