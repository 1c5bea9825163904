import { readFileSync } from 'node:fs'
import type { ClickHouse } from '../clickhouse/client.ts'
import { codeOf } from '../errors.ts'
import { SYSTEM_CLASSES } from './kpi.ts'
import { failed, measured, type Measurement } from './measurement.ts'

const summarySql = readFileSync(new URL('attempts_select_summary.sql', import.meta.url), 'utf8')
const trendSql = readFileSync(new URL('attempts_select_trend.sql', import.meta.url), 'utf8')
const storesSql = readFileSync(new URL('attempts_select_stores.sql', import.meta.url), 'utf8')
const allSql = readFileSync(new URL('attempts_count_all.sql', import.meta.url), 'utf8')
const volumeSql = readFileSync(new URL('attempts_select_volume.sql', import.meta.url), 'utf8')

/** [from, to), of one store or of the whole shop. */
export interface Window {
  readonly from: Date
  readonly to: Date
  readonly store?: string | undefined
}

/** Card attempts of a window: counts, and latencies in milliseconds of the `timed` ones among them. */
export interface AttemptsSummary {
  readonly succeeded: bigint
  readonly attempted: bigint
  /** Failures that are the system's own (SYSTEM_CLASSES). */
  readonly systemFailed: bigint
  readonly timed: bigint
  readonly latencySumMs: bigint
  readonly latencyP50Ms: bigint
  readonly latencyP95Ms: bigint
  readonly latencyP99Ms: bigint
}

export interface Volume {
  readonly currency: string
  readonly amountMinor: bigint
  readonly count: bigint
}

type SummaryRow = Record<
  | 'succeeded'
  | 'attempted'
  | 'system_failed'
  | 'timed'
  | 'latency_sum_ms'
  | 'latency_p50_ms'
  | 'latency_p95_ms'
  | 'latency_p99_ms',
  string | number
>

/** The parameters of every statement that counts attempts. ClickHouse reads `YYYY-MM-DD hh:mm:ss.mmm`; the column's zone is UTC. */
export const windowParams = ({ from, to, store = '' }: Window) => ({
  from: from.toISOString().replace('T', ' ').replace('Z', ''),
  to: to.toISOString().replace('T', ' ').replace('Z', ''),
  store,
  system_classes: [...SYSTEM_CLASSES],
})

const guarded = async <T>(work: () => Promise<T>): Promise<Measurement<T>> => {
  try {
    return measured(await work())
  } catch (error) {
    return failed(codeOf(error))
  }
}

const toSummary = (row: SummaryRow): AttemptsSummary => ({
  succeeded: BigInt(row.succeeded),
  attempted: BigInt(row.attempted),
  systemFailed: BigInt(row.system_failed),
  timed: BigInt(row.timed),
  latencySumMs: BigInt(row.latency_sum_ms),
  latencyP50Ms: BigInt(row.latency_p50_ms),
  latencyP95Ms: BigInt(row.latency_p95_ms),
  latencyP99Ms: BigInt(row.latency_p99_ms),
})

/** Success rate and latency of a window from ClickHouse; `failed` when it does not answer. Never throws. */
export const measureAttempts = async (
  clickhouse: ClickHouse,
  window: Window,
): Promise<Measurement<AttemptsSummary>> =>
  guarded(async () => {
    const [row] = await clickhouse.rows<SummaryRow>(summarySql, windowParams(window))
    if (!row) throw new Error('an aggregate without a row')
    return toSummary(row)
  })

/**
 * The same, in steps of `stepMs` from the window's beginning, by number of the step; a step in which nothing was attempted is
 * not there. All steps together are what `measureAttempts` says of the window. `failed` when ClickHouse does not answer.
 */
export const measureTrend = async (
  clickhouse: ClickHouse,
  window: Window,
  stepMs: number,
): Promise<Measurement<ReadonlyMap<number, AttemptsSummary>>> =>
  guarded(async () => {
    const params = { ...windowParams(window), from_ms: window.from.getTime(), step_ms: stepMs }
    const rows = await clickhouse.rows<SummaryRow & { step: string }>(trendSql, params)
    return new Map(rows.map((row) => [Number(row.step), toSummary(row)]))
  })

/** Attempts of a window by store; stores without any are not there. `failed` when ClickHouse does not answer. */
export const measureStores = async (
  clickhouse: ClickHouse,
  window: Window,
): Promise<Measurement<ReadonlyMap<string, Pick<AttemptsSummary, 'succeeded' | 'attempted'>>>> =>
  guarded(async () => {
    const rows = await clickhouse.rows<{ store_id: string; succeeded: string; attempted: string }>(
      storesSql,
      windowParams(window),
    )
    return new Map(
      rows.map((row) => [
        row.store_id,
        { succeeded: BigInt(row.succeeded), attempted: BigInt(row.attempted) },
      ]),
    )
  })

/** What the succeeded card attempts of a window amount to, per currency; `failed` when ClickHouse does not answer. */
export const measureVolume = async (clickhouse: ClickHouse, window: Window): Promise<Measurement<Volume[]>> =>
  guarded(async () => {
    const rows = await clickhouse.rows<{ currency: string; amount: string; payments: string }>(
      volumeSql,
      windowParams(window),
    )
    return rows.map((row) => ({
      currency: row.currency,
      amountMinor: BigInt(row.amount),
      count: BigInt(row.payments),
    }))
  })

/** How many attempts of every method ClickHouse has of a window; `failed` when it does not answer. */
export const countAllAttempts = async (
  clickhouse: ClickHouse,
  window: Window,
): Promise<Measurement<bigint>> =>
  guarded(async () => {
    const { from, to } = windowParams(window)
    const [row] = await clickhouse.rows<{ attempts: string }>(allSql, { from, to })
    if (!row) throw new Error('an aggregate without a row')
    return BigInt(row.attempts)
  })
