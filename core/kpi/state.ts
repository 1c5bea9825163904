import type { Kpi } from './kpi.ts'
import type { Measurement } from './measurement.ts'
import { compareRatios, type Ratio } from './ratio.ts'

export const KPI_STATES = ['ok', 'warn', 'alert', 'no_data', 'failed'] as const
export type KpiState = (typeof KPI_STATES)[number]

/** A measured value and how many things it was measured from. */
export interface Sample {
  readonly value: Ratio
  readonly size: number
}

/**
 * What a measurement means: beyond the threshold on the bad side `alert`, not beyond the target on the good side `warn`,
 * else `ok`. Too small a sample is `no_data`, a measurement that failed is `failed`. Exact: 0.94999 of 0.95 is an alert.
 */
export const stateOf = (kpi: Kpi, measurement: Measurement<Sample>): KpiState => {
  if (measurement.kind !== 'measured') return measurement.kind
  const { value, size } = measurement.value
  if (size < kpi.minSample) return 'no_data'
  const good = kpi.goodSide === 'above' ? 1 : -1
  if (kpi.threshold && compareRatios(value, kpi.threshold) === -good) return 'alert'
  if (kpi.target && compareRatios(value, kpi.target) !== good) return 'warn'
  return 'ok'
}
