import { type Kpi } from '#core/kpi/kpi.ts'
import type { AttemptsSummary, Window } from '#core/kpi/measure-attempts.ts'
import { mapMeasurement, measured, NO_DATA, type Measurement } from '#core/kpi/measurement.ts'
import type { Kpis } from '#core/kpi/settings.ts'
import { fraction, lineOf, shown } from './shown-kpi.ts'

/** KPIs that are counted from attempts, and so have a past. */
export const TREND_KPIS = ['success_rate', 'system_success', 'latency_average', 'latency_p95'] as const
export type TrendKpi = (typeof TREND_KPIS)[number]

interface Parts {
  readonly kpi: keyof Kpis
  readonly decimals: number
  numerator(a: AttemptsSummary): bigint
  denominator(a: AttemptsSummary): bigint
  /** Over how many it was measured; the denominator unless said otherwise. */
  size(a: AttemptsSummary): bigint
}

const PARTS: Readonly<Record<TrendKpi, Parts>> = {
  success_rate: {
    kpi: 'successRate',
    decimals: 4,
    numerator: (a) => a.succeeded,
    denominator: (a) => a.attempted,
    size: (a) => a.attempted,
  },
  system_success: {
    kpi: 'systemSuccess',
    decimals: 4,
    numerator: (a) => a.attempted - a.systemFailed,
    denominator: (a) => a.attempted,
    size: (a) => a.attempted,
  },
  latency_average: {
    kpi: 'latencyAverage',
    decimals: 0,
    numerator: (a) => a.latencySumMs,
    denominator: (a) => a.timed,
    size: (a) => a.timed,
  },
  latency_p95: {
    kpi: 'latencyP95',
    decimals: 0,
    numerator: (a) => a.latencyP95Ms,
    denominator: () => 1n,
    size: (a) => a.timed,
  },
}

/** One KPI of one summary with its parts; what could not be measured is null, never 0. */
export const partsOf = (name: TrendKpi, kpis: Kpis, attempts: Measurement<AttemptsSummary>) => {
  const parts = PARTS[name]
  const sample = mapMeasurement(attempts, (a) =>
    parts.size(a) === 0n ? NO_DATA : fraction(parts.numerator(a), parts.denominator(a), parts.size(a)),
  )
  const known = attempts.kind === 'measured' ? attempts.value : null
  return {
    ...shown(kpis[parts.kpi], sample, parts.decimals),
    numerator: known && Number(parts.numerator(known)),
    denominator: known && Number(parts.size(known)),
  }
}

const NOTHING: AttemptsSummary = {
  succeeded: 0n,
  attempted: 0n,
  systemFailed: 0n,
  timed: 0n,
  latencySumMs: 0n,
  latencyP50Ms: 0n,
  latencyP95Ms: 0n,
  latencyP99Ms: 0n,
}

/** The lines and the definition of a KPI, as they are set. */
export const factsOf = (kpi: Kpi) => ({
  kpi: kpi.name,
  title: kpi.title,
  definition: kpi.definition,
  unit: kpi.unit,
  good_side: kpi.goodSide,
  target: lineOf(kpi, 'target'),
  threshold: lineOf(kpi, 'threshold'),
  min_sample: kpi.minSample,
})

/** A KPI in steps over a window, oldest first; a step without attempts is there as null, and a failed measurement as `failed`. */
export const toTrendDocument = (
  name: TrendKpi,
  kpis: Kpis,
  window: Window,
  stepMs: number,
  steps: Measurement<ReadonlyMap<number, AttemptsSummary>>,
) => {
  const count = Math.ceil((window.to.getTime() - window.from.getTime()) / stepMs)
  return {
    ...factsOf(kpis[PARTS[name].kpi]),
    window: { from: window.from.toISOString(), to: window.to.toISOString() },
    step_s: stepMs / 1_000,
    measured: steps.kind !== 'failed',
    points: Array.from({ length: count }, (_, step) => ({
      from: new Date(window.from.getTime() + step * stepMs).toISOString(),
      ...partsOf(
        name,
        kpis,
        mapMeasurement(steps, (found) => measured(found.get(step) ?? NOTHING)),
      ),
    })),
  }
}
