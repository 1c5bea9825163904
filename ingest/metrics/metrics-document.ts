import type { AttemptsSummary, Volume, Window } from '#core/kpi/measure-attempts.ts'
import type { Measurement } from '#core/kpi/measurement.ts'
import { kpisOf, type Kpis, type SetLines } from '#core/kpi/settings.ts'
import { stateOf, type KpiState } from '#core/kpi/state.ts'
import { toWireAmount } from '#core/money.ts'
import { fraction, lineOf, shown } from './shown-kpi.ts'
import { partsOf } from './trend-document.ts'

type Counted = Pick<AttemptsSummary, 'succeeded' | 'attempted'>

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
  readonly stores: Measurement<ReadonlyMap<string, Counted>>
  readonly volume: Measurement<Volume[]>
  readonly webhooks: WebhookCounts
  readonly oldestUnrelayed: Date | null
}

/** The attempts that a window's numbers were counted from, exactly. */
export const rowsUrl = ({ from, to, store }: Window): string => {
  const params = new URLSearchParams({ from: from.toISOString(), to: to.toISOString() })
  if (store !== undefined) params.set('store', store)
  return `/payments/api/metrics/attempts?${params}`
}

const successRate = (kpis: Kpis, attempts: Measurement<AttemptsSummary>, window: Window) => ({
  ...partsOf('success_rate', kpis, attempts),
  target: lineOf(kpis.successRate, 'target'),
  threshold: lineOf(kpis.successRate, 'threshold'),
  min_sample: kpis.successRate.minSample,
  rows: rowsUrl(window),
})

const systemSuccess = (kpis: Kpis, attempts: Measurement<AttemptsSummary>) => ({
  ...partsOf('system_success', kpis, attempts),
  target: lineOf(kpis.systemSuccess, 'target'),
  min_sample: kpis.systemSuccess.minSample,
})

const storeRates = (shop: SetLines, { stores, window }: Measurements) =>
  stores.kind === 'measured'
    ? [...stores.value].map(([store, { succeeded, attempted }]) => {
        const kpi = kpisOf(shop, store).storeSuccessRate
        return {
          store,
          ...shown(kpi, fraction(succeeded, attempted, attempted), 4),
          numerator: Number(succeeded),
          denominator: Number(attempted),
          threshold: lineOf(kpi, 'threshold'),
          min_sample: kpi.minSample,
          rows: rowsUrl({ ...window, store }),
        }
      })
    : null

const latency = (kpis: Kpis, attempts: Measurement<AttemptsSummary>) => {
  const plain = (pick: (a: AttemptsSummary) => bigint) =>
    attempts.kind === 'measured' && attempts.value.timed > 0n ? Number(pick(attempts.value)) : null
  const of = (name: 'latency_average' | 'latency_p95') => {
    const { value, state } = partsOf(name, kpis, attempts)
    return { value, state }
  }
  return {
    average: { ...of('latency_average'), target: lineOf(kpis.latencyAverage, 'target') },
    p50: plain((a) => a.latencyP50Ms),
    p95: {
      ...of('latency_p95'),
      target: lineOf(kpis.latencyP95, 'target'),
      threshold: lineOf(kpis.latencyP95, 'threshold'),
    },
    p99: plain((a) => a.latencyP99Ms),
    count: attempts.kind === 'measured' ? Number(attempts.value.timed) : null,
    min_sample: kpis.latencyAverage.minSample,
  }
}

const webhooks = (kpis: Kpis, counts: WebhookCounts, now: Date) => ({
  received: counts.received,
  processed: counts.processed,
  unprocessed: counts.unprocessed,
  processing: counts.processing,
  stuck: counts.stuck,
  failed: {
    value: counts.failed,
    threshold: lineOf(kpis.webhooksFailed, 'threshold'),
    state: stateOf(kpis.webhooksFailed, fraction(BigInt(counts.failed), 1n, 1n)) satisfies KpiState,
  },
  oldest_unprocessed_s: counts.oldest
    ? Math.max(0, Math.floor((now.getTime() - counts.oldest.getTime()) / 1000))
    : null,
  last_received_at: counts.last_received_at?.toISOString() ?? null,
})

/** The answer of `GET /payments/api/metrics/` in the shape of architecture §3.1. What could not be measured is null, never 0. */
export const toMetricsDocument = (shop: SetLines, measurements: Measurements) => {
  const { window, now, attempts, oldestUnrelayed, volume } = measurements
  const kpis = kpisOf(shop, window.store)
  return {
    window: { from: window.from.toISOString(), to: window.to.toISOString() },
    success_rate: successRate(kpis, attempts, window),
    system_success: systemSuccess(kpis, attempts),
    stores: storeRates(shop, measurements),
    latency_ms: latency(kpis, attempts),
    webhooks: webhooks(kpis, measurements.webhooks, now),
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
