import { z } from 'zod'
import { KPIS, type Kpi } from './kpi.ts'
import { compareRatios, type Ratio } from './ratio.ts'

/** KPIs whose lines a shop may set: the others are facts that are right or wrong. */
export const SETTABLE = {
  success_rate: 'successRate',
  store_success_rate: 'storeSuccessRate',
  system_success: 'systemSuccess',
  latency_average: 'latencyAverage',
  latency_p95: 'latencyP95',
  webhooks_failed: 'webhooksFailed',
  match_rate: 'matchRate',
} as const satisfies Record<string, keyof typeof KPIS>

/** Lines of a ratio stand in shop.yaml as shares, with as many decimals as are shown. */
const RATIO_SCALE = 10_000

const line = (kpi: Kpi): z.ZodType<number> =>
  kpi.unit === 'ratio'
    ? z
        .number({ error: 'must be a share between 0 and 1' })
        .gt(0, 'must be above 0: a share, 0.98 for 98 %')
        .lt(1, 'must be below 1: a share, 0.98 for 98 %')
        .refine((share) => Number.isInteger(Math.round(share * 1e9) / (1e9 / RATIO_SCALE)), {
          error: 'at most four decimals',
        })
    : z
        .number({ error: `must be a whole number${kpi.unit === 'ms' ? ' of milliseconds' : ''}` })
        .int('must be a whole number')
        .min(1, 'must be at least 1')
        .max(3_600_000, 'must be at most 3600000')

const count = z.number().int('must be a whole number').min(1, 'must be at least 1').max(100_000)

/** As a ratio of integers, so that comparing stays exact. */
export const toRatio = (kpi: Kpi, value: number): Ratio =>
  kpi.unit === 'ratio'
    ? { numerator: BigInt(Math.round(value * RATIO_SCALE)), denominator: BigInt(RATIO_SCALE) }
    : { numerator: BigInt(value), denominator: 1n }

/** True when a shop would alert before it misses its target. */
export const areLinesCrossed = ({
  target,
  threshold,
  goodSide,
}: Pick<Kpi, 'target' | 'threshold' | 'goodSide'>): boolean =>
  target !== null &&
  threshold !== null &&
  compareRatios(threshold, target) === (goodSide === 'above' ? 1 : -1)

const none = z.undefined({ error: 'cannot be set for this KPI' })

/** Only what the KPI has can be set. */
const settable = (kpi: Kpi): z.ZodType<KpiSetting | undefined> =>
  z
    .strictObject({
      target: kpi.target === null ? none.optional() : line(kpi).optional(),
      threshold: kpi.threshold === null ? none.optional() : line(kpi).optional(),
      min_sample: kpi.minSample === 0 ? none.optional() : count.optional(),
      min_failures: kpi.minBad === 0 ? none.optional() : count.optional(),
    })
    .optional()

/** What a shop may set of one KPI; what it leaves out stays the runbook's. */
export interface KpiSetting {
  readonly target?: number | undefined
  readonly threshold?: number | undefined
  readonly min_sample?: number | undefined
  readonly min_failures?: number | undefined
}

/** `kpis:` of shop.yaml, for the shop or one of its stores. An unknown KPI, or one that cannot be set, is refused. */
export type KpiSettings = Readonly<Partial<Record<keyof typeof SETTABLE, KpiSetting | undefined>>>

const NAMES = Object.keys(SETTABLE).join(', ')
const shape = {
  success_rate: settable(KPIS.successRate),
  store_success_rate: settable(KPIS.storeSuccessRate),
  system_success: settable(KPIS.systemSuccess),
  latency_average: settable(KPIS.latencyAverage),
  latency_p95: settable(KPIS.latencyP95),
  webhooks_failed: settable(KPIS.webhooksFailed),
  match_rate: settable(KPIS.matchRate),
} satisfies Record<keyof typeof SETTABLE, z.ZodType<KpiSetting | undefined>>

export const kpiSettingsSchema: z.ZodType<KpiSettings> = z.strictObject(shape, {
  error: ({ code }) =>
    code === 'unrecognized_keys' ? `no such KPI that can be set; there are ${NAMES}` : undefined,
})
