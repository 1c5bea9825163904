import { describe, expect, test } from 'vitest'
import { KPIS } from './kpi.ts'
import { failed, measured, NO_DATA } from './measurement.ts'
import { stateOf, type KpiState } from './state.ts'

/** Enough to be judged, whatever the KPI. */
const MANY = 1_000

const of = (numerator: bigint, denominator: bigint, size = Number(denominator)) =>
  measured({ value: { numerator, denominator }, size })

describe('success rate', () => {
  const rows: [string, bigint, bigint, KpiState][] = [
    ['all of them', 20n, 20n, 'ok'],
    ['98.01 %', 9_801n, 10_000n, 'ok'],
    ['98 % itself, where the runbook asks for more', 98n, 100n, 'warn'],
    ['97.99 %', 9_799n, 10_000n, 'warn'],
    ['95 % itself, where the runbook alerts below', 95n, 100n, 'warn'],
    ['95 % of the smallest sample', 19n, 20n, 'warn'],
    ['94.999 %', 94_999n, 100_000n, 'alert'],
    ['one in 10^17 below 95 %', 94_999_999_999_999_999n, 100_000_000_000_000_000n, 'alert'],
    ['none of 20', 0n, 20n, 'alert'],
    ['none of 19, which is too few to judge', 0n, 19n, 'no_data'],
  ]
  test.each(rows)('%s', (_name, numerator, denominator, state) => {
    expect(stateOf(KPIS.successRate, of(numerator, denominator))).toBe(state)
  })
})

describe('latency in milliseconds', () => {
  const rows: [keyof typeof KPIS, bigint, KpiState][] = [
    ['latencyP95', 4_999n, 'ok'],
    ['latencyP95', 5_000n, 'warn'],
    ['latencyP95', 10_000n, 'warn'],
    ['latencyP95', 10_001n, 'alert'],
    ['latencyAverage', 2_999n, 'ok'],
    ['latencyAverage', 3_000n, 'warn'],
    ['latencyAverage', 60_000n, 'warn'],
  ]
  test.each(rows)('%s at %d is %s', (kpi, value, state) => {
    expect(stateOf(KPIS[kpi], of(value, 1n, MANY))).toBe(state)
  })
  test('an average a third of a millisecond below 3 s is still on target', () => {
    expect(stateOf(KPIS.latencyAverage, of(8_999n, 3n, MANY))).toBe('ok')
  })
})

describe('webhooks', () => {
  const rows: [keyof typeof KPIS, bigint, KpiState][] = [
    ['webhooksFailed', 0n, 'ok'],
    ['webhooksFailed', 1n, 'warn'],
    ['webhooksFailed', 10n, 'warn'],
    ['webhooksFailed', 11n, 'alert'],
    ['webhooksUnprocessed', 0n, 'ok'],
    ['webhooksUnprocessed', 1n, 'warn'],
    ['webhooksStuck', 0n, 'ok'],
    ['webhooksStuck', 1n, 'alert'],
  ]
  test.each(rows)('%s at %d is %s', (kpi, value, state) => {
    expect(stateOf(KPIS[kpi], of(value, 1n, MANY))).toBe(state)
  })
})

test('nothing measured and a measurement that failed are told apart', () => {
  expect(stateOf(KPIS.successRate, NO_DATA)).toBe('no_data')
  expect(stateOf(KPIS.successRate, failed('analytics_unavailable'))).toBe('failed')
})
