import { count, duration, percent } from '../../lib/format.ts'

export type KpiState = 'ok' | 'warn' | 'alert' | 'no_data' | 'failed'

interface Counted {
  readonly value: number | null
  readonly state: KpiState
  readonly numerator: number | null
  readonly denominator: number | null
}

/** The answer of `GET /metrics/`. */
export interface MetricsDocument {
  readonly window: { readonly from: string; readonly to: string }
  readonly success_rate: Counted & {
    readonly target: number | null
    readonly threshold: number | null
    readonly min_sample: number
  }
  readonly system_success: Counted & { readonly target: number | null; readonly min_sample: number }
  readonly stores:
    | readonly (Counted & {
        readonly store: string
        readonly threshold: number | null
        readonly min_sample: number
      })[]
    | null
  readonly latency_ms: {
    readonly average: {
      readonly value: number | null
      readonly state: KpiState
      readonly target: number | null
    }
    readonly p50: number | null
    readonly p95: {
      readonly value: number | null
      readonly state: KpiState
      readonly target: number | null
      readonly threshold: number | null
    }
    readonly p99: number | null
    readonly count: number | null
    readonly min_sample: number
  }
  readonly webhooks: {
    readonly received: number
    readonly processed: number
    readonly unprocessed: number
    readonly processing: number
    readonly stuck: number
    readonly failed: { readonly value: number; readonly threshold: number | null; readonly state: KpiState }
    readonly oldest_unprocessed_s: number | null
    readonly last_received_at: string | null
  }
  readonly volume:
    readonly { readonly currency: string; readonly amount: number; readonly count: number }[] | null
  readonly as_of: string
  readonly lag_ms: number
}

export type TrendKpi = 'success_rate' | 'system_success' | 'latency_average' | 'latency_p95'

/** What is known of a KPI itself. */
export interface KpiFacts {
  readonly kpi: string
  readonly title: string
  readonly definition: string
  readonly unit: 'ratio' | 'ms' | 'count' | 'minor'
  readonly good_side: 'above' | 'below'
  readonly target: number | null
  readonly threshold: number | null
  readonly min_sample: number
}

/** The answer of `GET /metrics/trend`. */
export interface Trend extends KpiFacts {
  readonly step_s: number
  readonly measured: boolean
  readonly points: readonly (Counted & { readonly from: string })[]
}

/** The answer of `GET /metrics/proof`. */
export interface Proof {
  readonly as_of: string
  readonly data: readonly (KpiFacts & Counted & { readonly rows: string | null })[]
  readonly value_at_risk: KpiFacts & {
    readonly state: KpiState
    readonly rows: string
    readonly amounts: readonly {
      readonly currency: string
      readonly amount: number
      readonly count: number
    }[]
  }
}

/** One card attempt as it was counted. */
export interface Attempt {
  readonly id: string
  readonly at: string
  readonly payment_id: string
  readonly store: string
  readonly till_id: string
  readonly currency: string
  readonly amount: number
  readonly outcome: 'succeeded' | 'failed'
  readonly failure_class: string
  readonly decline_code: string | null
  readonly latency_ms: number | null
}

/** Windows to look at, and the steps of their trends. */
export const WINDOWS = [
  { hours: 1, text: '1 hour', step: 300 },
  { hours: 6, text: '6 hours', step: 900 },
  { hours: 24, text: '24 hours', step: 3_600 },
  { hours: 72, text: '3 days', step: 10_800 },
  { hours: 168, text: '7 days', step: 21_600 },
] as const

/** A step that makes some thirty points of a window. */
export const stepFor = (seconds: number): number =>
  [60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400].find((step) => seconds / step <= 36) ?? 86_400

export type Tone = 'good' | 'warn' | 'bad' | 'plain'

/** A state in words; never zero, and never silence, where nothing could be judged. */
export const stateWords = (
  { state, denominator }: { readonly state: KpiState; readonly denominator?: number | null },
  of = 'card attempts',
): { readonly text: string; readonly tone: Tone } => {
  if (state === 'ok') return { text: 'on target', tone: 'good' }
  if (state === 'warn') return { text: 'misses its target', tone: 'warn' }
  if (state === 'alert') return { text: 'beyond the alert line', tone: 'bad' }
  if (state === 'failed') return { text: 'could not be measured', tone: 'warn' }
  return denominator === 0 || denominator === null || denominator === undefined
    ? { text: `no ${of} in this window`, tone: 'plain' }
    : { text: `too few ${of} to judge`, tone: 'plain' }
}

/** A value in the unit of its KPI: 97.62 %, 1.31 s, 4. */
export const inUnit = (value: number, unit: KpiFacts['unit']): string => {
  if (unit === 'ratio') return percent(value)
  if (unit !== 'ms') return count(value)
  return value >= 120_000
    ? duration(value / 1_000)
    : value >= 1_000
      ? `${(value / 1_000).toFixed(2)} s`
      : `${value} ms`
}

/** A line in words: `target above 98.00 %`. */
export const lineWords = (facts: KpiFacts): string => {
  const isAbove = facts.good_side === 'above'
  const target =
    facts.target === null ? [] : [`target ${isAbove ? 'above' : 'below'} ${inUnit(facts.target, facts.unit)}`]
  const alert =
    facts.threshold === null
      ? []
      : [`alert ${isAbove ? 'below' : 'above'} ${inUnit(facts.threshold, facts.unit)}`]
  const sample = facts.min_sample > 1 ? [`judged from ${facts.min_sample} on`] : []
  return [...target, ...alert, ...sample].join(', ')
}
