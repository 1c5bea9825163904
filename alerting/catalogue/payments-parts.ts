import { KPIS, lineValue, type Kpi } from '#core/kpi/kpi.ts'
import type { Ratio } from '#core/kpi/ratio.ts'
import type { RuleSettings } from '../domain/rule.ts'
import type { SuccessLines } from '../domain/page-decision.ts'

export const KPI_SECTION = 'Runbook section 4, Key Performance Indicators'
export const ERRORS_SECTION = 'Runbook section 3, Error Response Procedures'
export const ESCALATION_SECTION = 'Runbook section 3, Escalation Procedures'

const BP = 10_000

/** A share in basis points; lines are set with at most four decimals, so none is lost. */
const bpOf = (line: Ratio): number => Number((line.numerator * BigInt(BP)) / line.denominator)

/** Lines of a success rate; null when none is set. `threshold` 0 is crossed by nothing. */
export const successLines = (kpi: Kpi, { pageTail }: RuleSettings): SuccessLines => ({
  thresholdBp: kpi.threshold === null ? 0 : bpOf(kpi.threshold),
  targetBp: kpi.target === null ? BP : bpOf(kpi.target),
  minAttempts: kpi.minSample,
  minFailures: kpi.minBad,
  pageTail,
})

/** A share as people read it, cut so that it never looks better than it is: 94.99 % is not shown as 95 %. */
export const rateOf = (good: number, all: number): string =>
  all === 0 ? 'no figure' : `${(Math.floor((good * BP) / all) / 100).toFixed(2).replace(/\.?0+$/, '')} %`

/** "95 %" of 0.95. */
export const lineOf = (line: Ratio | null): string =>
  line === null ? 'none is set' : `${Number((lineValue(line) * 100).toFixed(2))} %`

/** "10 s" of 10000 ms, "2.5 s". */
export const secondsOf = (ms: number): string => `${Number((ms / 1_000).toFixed(1))} s`

/** The runbook's own lines, for Prometheus, which knows nothing of what a shop has set. */
export const PROMETHEUS_LINES = {
  successThreshold: lineValue(KPIS.successRate.threshold),
  successTarget: lineValue(KPIS.successRate.target),
  storeThreshold: lineValue(KPIS.storeSuccessRate.threshold),
} as const

/** PromQL over the counters of attempts (docs/metrics.md); windows as Prometheus writes them. */
export const promAttempts = (window: string): string =>
  `sum(increase(payments_total{outcome=~"succeeded|failed"}[${window}]))`
export const promFailures = (window: string): string =>
  `sum(increase(payments_total{outcome="failed"}[${window}]))`
export const promSystem = (window: string): string =>
  `sum(increase(payments_total{outcome="failed",failure_class=~"provider|network|system|config"}[${window}]))`
