import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CATALOGUE } from '../catalogue.ts'
import { PROMETHEUS_ONLY } from '../catalogue/prometheus-only.ts'
import { alertsPage } from './alerts-page.ts'

const stored = () => readFileSync(new URL('../../docs/alerts.md', import.meta.url), 'utf8')

it('docs/alerts.md is what the catalogue of alerts says; npm run docs writes it', () => {
  expect(stored()).toBe(alertsPage())
})

it('every alert has one section under the anchor that its messages link to', () => {
  const headings = [...stored().matchAll(/^## (.+)$/gm)].map(([, heading]) => heading?.toLowerCase())
  const anchors = [...CATALOGUE, ...PROMETHEUS_ONLY].map(({ runbook }) => runbook.anchor)
  expect(headings).toEqual([...anchors, 'not there yet'])
})
