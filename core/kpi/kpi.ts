import type { Ratio } from './ratio.ts'

const HOUR_MS = 3_600_000

/** The definition of one KPI: what is good, from when it is not, and where the runbook says what to do. */
export interface Kpi {
  readonly name: string
  readonly unit: 'ratio' | 'ms' | 'count'
  /** Which side is good: at least, or at most, the lines. */
  readonly goodSide: 'above' | 'below'
  readonly windowMs: number
  /** Met only beyond it: the runbook says "> 98 %" and "< 3 seconds". Null: there is no target line. */
  readonly target: Ratio | null
  /** An alert only beyond it: 0.95 itself and 10 s itself are no alert. Null: never an alert. */
  readonly threshold: Ratio | null
  /** Below this many measured things nothing is judged: one refused card of two is no outage. */
  readonly minSample: number
  /** Where the runbook says what to do. */
  readonly runbook: string
}

const whole = (value: bigint): Ratio => ({ numerator: value, denominator: 1n })
const percent = (value: bigint): Ratio => ({ numerator: value, denominator: 100n })
const RUNBOOK_KPIS = '#key-performance-indicators-kpis'

/** Every KPI, once, for alerts, the metrics API, Grafana and the UI (runbook section 4). */
export const KPIS = {
  successRate: {
    name: 'success_rate',
    unit: 'ratio',
    goodSide: 'above',
    windowMs: HOUR_MS,
    target: percent(98n),
    threshold: percent(95n),
    minSample: 20,
    runbook: RUNBOOK_KPIS,
  },
  latencyAverage: {
    name: 'latency_average',
    unit: 'ms',
    goodSide: 'below',
    windowMs: HOUR_MS,
    target: whole(3_000n),
    threshold: null,
    minSample: 1,
    runbook: RUNBOOK_KPIS,
  },
  latencyP95: {
    name: 'latency_p95',
    unit: 'ms',
    goodSide: 'below',
    windowMs: HOUR_MS,
    target: whole(5_000n),
    threshold: whole(10_000n),
    minSample: 1,
    runbook: RUNBOOK_KPIS,
  },
  webhooksUnprocessed: {
    name: 'webhooks_unprocessed',
    unit: 'count',
    goodSide: 'below',
    windowMs: HOUR_MS,
    target: whole(1n),
    threshold: null,
    minSample: 0,
    runbook: RUNBOOK_KPIS,
  },
  webhooksFailed: {
    name: 'webhooks_failed',
    unit: 'count',
    goodSide: 'below',
    windowMs: HOUR_MS,
    target: whole(1n),
    threshold: whole(10n),
    minSample: 0,
    runbook: RUNBOOK_KPIS,
  },
} as const satisfies Record<string, Kpi>

/** A line as the number that people read: 0.95, 10000. */
export const lineValue = (line: Ratio): number => Number(line.numerator) / Number(line.denominator)

/** The lines of a KPI, for rounding that never crosses one. */
export const linesOf = (kpi: Kpi): Ratio[] => [kpi.target, kpi.threshold].filter((line) => line !== null)
