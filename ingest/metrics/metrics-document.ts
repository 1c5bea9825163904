import { KPIS, lineValue, linesOf, type Kpi } from '#core/kpi/kpi.ts'
import type { AttemptsSummary, Volume, Window } from '#core/kpi/measure-attempts.ts'
import { mapMeasurement, measured, NO_DATA, type Measurement } from '#core/kpi/measurement.ts'
import { ratioOf, roundBetweenLines } from '#core/kpi/ratio.ts'
import { stateOf, type KpiState, type Sample } from '#core/kpi/state.ts'
import { toWireAmount } from '#core/money.ts'

/** Counts of the inbox for a window. */
export interface WebhookCounts {
  readonly received: number
  readonly processed: number
  readonly unprocessed: number
  readonly processing: number
  readonly stuck: number
  readonly failed: number
  readonly oldest: Date | null
  readonly last_received_at: Date | null
}

/** Everything that was measured for one answer. */
export interface Measurements {
  readonly window: Window
  readonly now: Date
  readonly attempts: Measurement<AttemptsSummary>
  readonly volume: Measurement<Volume[]>
  readonly webhooks: WebhookCounts
  readonly oldestUnrelayed: Date | null
}

/** Decimals that are shown of a ratio. */
const RATIO_DECIMALS = 4

const fraction = (numerator: bigint, denominator: bigint, size: bigint): Measurement<Sample> =>
  denominator === 0n ? NO_DATA : measured({ value: ratioOf(numerator, denominator), size: Number(size) })

const shown = (kpi: Kpi, measurement: Measurement<Sample>, decimals: number) => ({
  value:
    measurement.kind === 'measured'
      ? roundBetweenLines(measurement.value.value, decimals, linesOf(kpi))
      : null,
  state: stateOf(kpi, measurement),
})

const lineOf = (kpi: Kpi, line: 'target' | 'threshold'): number | null => {
  const at = kpi[line]
  return at === null ? null : lineValue(at)
}

/** The list whose rows the attempts of a window were counted from. */
export const rowsUrl = ({ from, to }: Window): string =>
  `/payments/api/payments?${new URLSearchParams({ method: 'card', from: from.toISOString(), to: to.toISOString() })}`

const successRate = (attempts: Measurement<AttemptsSummary>, window: Window) => {
  const kpi = KPIS.successRate
  const rate = mapMeasurement(attempts, (a) => fraction(a.succeeded, a.attempted, a.attempted))
  return {
    ...shown(kpi, rate, RATIO_DECIMALS),
    numerator: attempts.kind === 'measured' ? Number(attempts.value.succeeded) : null,
    denominator: attempts.kind === 'measured' ? Number(attempts.value.attempted) : null,
    target: lineOf(kpi, 'target'),
    threshold: lineOf(kpi, 'threshold'),
    min_sample: kpi.minSample,
    rows: rowsUrl(window),
  }
}

const latency = (attempts: Measurement<AttemptsSummary>) => {
  const average = mapMeasurement(attempts, (a) => fraction(a.latencySumMs, a.timed, a.timed))
  const p95 = mapMeasurement(attempts, (a) =>
    a.timed === 0n ? NO_DATA : fraction(a.latencyP95Ms, 1n, a.timed),
  )
  const plain = (pick: (a: AttemptsSummary) => bigint) =>
    attempts.kind === 'measured' && attempts.value.timed > 0n ? Number(pick(attempts.value)) : null
  return {
    average: { ...shown(KPIS.latencyAverage, average, 0), target: lineOf(KPIS.latencyAverage, 'target') },
    p50: plain((a) => a.latencyP50Ms),
    p95: {
      ...shown(KPIS.latencyP95, p95, 0),
      target: lineOf(KPIS.latencyP95, 'target'),
      threshold: lineOf(KPIS.latencyP95, 'threshold'),
    },
    p99: plain((a) => a.latencyP99Ms),
    count: attempts.kind === 'measured' ? Number(attempts.value.timed) : null,
  }
}

const webhooks = (counts: WebhookCounts, now: Date) => ({
  received: counts.received,
  processed: counts.processed,
  unprocessed: counts.unprocessed,
  processing: counts.processing,
  stuck: counts.stuck,
  failed: {
    value: counts.failed,
    threshold: lineOf(KPIS.webhooksFailed, 'threshold'),
    state: stateOf(KPIS.webhooksFailed, fraction(BigInt(counts.failed), 1n, 1n)) satisfies KpiState,
  },
  oldest_unprocessed_s: counts.oldest
    ? Math.max(0, Math.floor((now.getTime() - counts.oldest.getTime()) / 1000))
    : null,
  last_received_at: counts.last_received_at?.toISOString() ?? null,
})

/** The answer of `GET /payments/api/metrics/` in the shape of architecture §3.1. What could not be measured is null, never 0. */
export const toMetricsDocument = (measurements: Measurements) => {
  const { window, now, attempts, oldestUnrelayed, volume } = measurements
  return {
    window: { from: window.from.toISOString(), to: window.to.toISOString() },
    success_rate: successRate(attempts, window),
    latency_ms: latency(attempts),
    webhooks: webhooks(measurements.webhooks, now),
    volume:
      volume.kind === 'measured'
        ? volume.value.map(({ currency, amountMinor, count }) => ({
            currency,
            amount: toWireAmount(amountMinor),
            count: Number(count),
          }))
        : null,
    as_of: now.toISOString(),
    lag_ms: oldestUnrelayed ? Math.max(0, now.getTime() - oldestUnrelayed.getTime()) : 0,
  }
}

export type MetricsDocument = ReturnType<typeof toMetricsDocument>
