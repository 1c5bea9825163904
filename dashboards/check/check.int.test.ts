import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEMO_COURSE } from '../testing/demo-data.ts'
import { startDemoEngine, type DemoEngine } from '../testing/demo-engine.ts'
import { checkDashboards } from './check-dashboards.ts'
import { dashboardFiles } from './dashboard-files.ts'

let engine: DemoEngine
beforeAll(async () => {
  engine = await startDemoEngine()
})
afterAll(async () => {
  await engine.stop()
})

/** What is found in the dashboards after their text was changed. */
const found = async (change: (json: string) => string): Promise<string> => {
  const files = dashboardFiles().map(
    ([name, json]) => [name, JSON.parse(change(JSON.stringify(json))) as unknown] as const,
  )
  const { findings } = await checkDashboards(engine.clickhouse, files, DEMO_COURSE.end)
  return findings.map(({ panel, message }) => `${panel}: ${message}`).join('\n')
}

test('every query of every dashboard runs and returns rows', async () => {
  const report = await checkDashboards(engine.clickhouse, dashboardFiles(), DEMO_COURSE.end)
  expect(report.findings).toEqual([])
  expect(report.lines.every(({ isFine }) => isFine)).toBe(true)
  expect(report.queries.sql).toBeGreaterThanOrEqual(19)
})

test.each([
  ['a column that was dropped', 'avg(latency_ms)', 'avg(latency)', /Average time: .*latency/],
  [
    'a filter that nothing passes',
    "direction = 'taken'",
    "direction = 'gone'",
    /Taken by card.*: returns no rows/,
  ],
  ['a series without a time', 'AS time, outcome', 'AS moment, outcome', /Card attempts by outcome: /],
  [
    'a macro that nobody expands',
    '$__timeFilter(occurred_at) AND outcome',
    '$__timeFilterr(occurred_at) AND outcome',
    /nobody expands/,
  ],
  [
    'a metric that nobody writes',
    'webhook_dead_letter',
    'webhook_dead_letters',
    /webhook_dead_letters does not exist/,
  ],
])('%s is found', async (_name, from, to, message) => {
  expect(await found((json) => json.replaceAll(from, to))).toMatch(message)
})
