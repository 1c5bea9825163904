import { expect, test } from 'vitest'
import { KPIS } from '#core/kpi/kpi.ts'
import { stepsOf } from './lines.ts'

/** The colour that Grafana gives a value: of the last step at or below it. */
const colourOf = (kpi: keyof typeof KPIS, value: number): string | undefined =>
  stepsOf(KPIS[kpi])
    .filter((step) => step.value === null || step.value <= value)
    .at(-1)?.color

test.each([
  ['successRate', 0.949, 'red'],
  ['successRate', 0.95, 'orange'],
  ['successRate', 0.98, 'orange'],
  ['successRate', 0.981, 'green'],
  ['latencyAverage', 2_999, 'green'],
  ['latencyAverage', 3_000, 'orange'],
  ['latencyP95', 4_999, 'green'],
  ['latencyP95', 5_000, 'orange'],
  ['latencyP95', 10_000, 'orange'],
  ['latencyP95', 10_001, 'red'],
  ['webhooksUnprocessed', 0, 'green'],
  ['webhooksUnprocessed', 1, 'orange'],
  ['webhooksStuck', 0, 'green'],
  ['webhooksStuck', 1, 'red'],
  ['webhooksFailed', 10, 'orange'],
  ['webhooksFailed', 11, 'red'],
] as const)('%s at %d is %s, as the runbook says', (kpi, value, colour) => {
  expect(colourOf(kpi, value)).toBe(colour)
})
