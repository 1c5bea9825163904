import { expect, test } from 'vitest'
import { TillwatchError } from '../errors.ts'
import { parseShop } from '../shop.ts'
import { KPIS, lineValue } from './kpi.ts'
import { kpisOf } from './settings.ts'

const shopWith = (ofShop: string, ofStore = '{}') =>
  parseShop(`
account: { zone: Europe/London, currency: gbp }
stores:
  - { id: bakery, name: Bakery, zone: Europe/London, kpis: ${ofStore} }
  - { id: cafe, name: Cafe, zone: Europe/London }
tills: [{ id: till-1, store: bakery, name: Till 1 }]
kpis: ${ofShop}
`)

const refusal = (ofShop: string, ofStore?: string): string => {
  try {
    shopWith(ofShop, ofStore)
  } catch (error) {
    if (error instanceof TillwatchError && error.code === 'config_invalid') return error.message
    throw error
  }
  return 'taken'
}

test('a shop that sets nothing has the numbers of the runbook', () => {
  expect(kpisOf(shopWith('{}'))).toEqual(KPIS)
  expect(kpisOf(shopWith('{}'), 'bakery')).toEqual(KPIS)
})

test('a store has its own lines, then those of the shop, then those of the runbook', () => {
  const shop = shopWith(
    '{ success_rate: { target: 0.97, min_sample: 30 }, latency_p95: { threshold: 12000 } }',
    '{ success_rate: { threshold: 0.9 } }',
  )
  const linesFor = (store?: string) => {
    const { successRate, latencyP95 } = kpisOf(shop, store)
    return [
      lineValue(successRate.target ?? { numerator: 0n, denominator: 1n }),
      lineValue(successRate.threshold ?? { numerator: 0n, denominator: 1n }),
      successRate.minSample,
      latencyP95.threshold,
    ]
  }
  const twelve = { numerator: 12_000n, denominator: 1n }
  expect(linesFor()).toEqual([0.97, 0.95, 30, twelve])
  expect(linesFor('bakery')).toEqual([0.97, 0.9, 30, twelve])
  expect(linesFor('cafe')).toEqual([0.97, 0.95, 30, twelve])
})

test('a line is kept exactly', () => {
  expect(kpisOf(shopWith('{ success_rate: { threshold: 0.9501 } }')).successRate.threshold).toEqual({
    numerator: 9_501n,
    denominator: 10_000n,
  })
})

test.each([
  ['{ success_rate: { threshold: 0.99 } }', 'kpis.success_rate.threshold: must be at most the target'],
  ['{ success_rate: { target: 0.94 } }', 'kpis.success_rate.threshold: must be at most the target'],
  ['{ latency_p95: { threshold: 4000 } }', 'kpis.latency_p95.threshold: must be at least the target'],
  ['{ success_rate: { target: 98 } }', 'kpis.success_rate.target: must be below 1: a share, 0.98 for 98 %'],
  [
    '{ success_rate: { threshold: 0 } }',
    'kpis.success_rate.threshold: must be above 0: a share, 0.98 for 98 %',
  ],
  ['{ success_rate: { threshold: -0.5 } }', 'kpis.success_rate.threshold: must be above 0'],
  ['{ success_rate: { threshold: 0.95001 } }', 'kpis.success_rate.threshold: at most four decimals'],
  ['{ success_rate: { threshold: "95 %" } }', 'must be a share between 0 and 1'],
  ['{ success_rate: { min_sample: 0 } }', 'kpis.success_rate.min_sample: must be at least 1'],
  ['{ success_rate: { min_sample: 2.5 } }', 'kpis.success_rate.min_sample: must be a whole number'],
  ['{ success_rate: { min_failures: 0 } }', 'kpis.success_rate.min_failures: must be at least 1'],
  ['{ latency_p95: { target: 2.5 } }', 'must be a whole number'],
  ['{ latency_average: { threshold: 9000 } }', 'latency_average.threshold: cannot be set for this KPI'],
  ['{ success: { target: 0.97 } }', 'no such KPI that can be set; there are success_rate,'],
  ['{ completeness: { target: 2 } }', 'no such KPI that can be set'],
])('%s is refused: %s', (settings, why) => {
  expect(refusal(settings)).toContain(why)
  expect(refusal('{}', settings)).toContain(why.replace(/^kpis\..*: /, ''))
})

test('a line of a store is compared with what the shop set', () => {
  expect(refusal('{ success_rate: { threshold: 0.94 } }', '{ success_rate: { target: 0.93 } }')).toBe(
    'shop.yaml: stores.bakery.kpis.success_rate.threshold: must be at most the target',
  )
})

test('lines that meet are in order', () => {
  expect(refusal('{ success_rate: { target: 0.95, threshold: 0.95 } }')).toBe('taken')
})
