import { readFileSync } from 'node:fs'
import type { ClickHouse } from '../clickhouse/client.ts'
import { codeOf } from '../errors.ts'
import { failed, measured, type Measurement } from './measurement.ts'

const summarySql = readFileSync(new URL('attempts_select_summary.sql', import.meta.url), 'utf8')
const volumeSql = readFileSync(new URL('attempts_select_volume.sql', import.meta.url), 'utf8')

/** [from, to). */
export interface Window {
  readonly from: Date
  readonly to: Date
}

/** Card attempts of a window: counts, and latencies in milliseconds of the `timed` ones among them. */
export interface AttemptsSummary {
  readonly succeeded: bigint
  readonly attempted: bigint
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
  | 'timed'
  | 'latency_sum_ms'
  | 'latency_p50_ms'
  | 'latency_p95_ms'
  | 'latency_p99_ms',
  string | number
>

/** ClickHouse reads `YYYY-MM-DD hh:mm:ss.mmm`; the column's zone is UTC. */
const paramsOf = ({ from, to }: Window) => ({
  from: from.toISOString().replace('T', ' ').replace('Z', ''),
  to: to.toISOString().replace('T', ' ').replace('Z', ''),
})

const guarded = async <T>(work: () => Promise<T>): Promise<Measurement<T>> => {
  try {
    return measured(await work())
  } catch (error) {
    return failed(codeOf(error))
  }
}

/** Success rate and latency of a window from ClickHouse; `failed` when it does not answer. Never throws. */
export const measureAttempts = async (
  clickhouse: ClickHouse,
  window: Window,
): Promise<Measurement<AttemptsSummary>> =>
  guarded(async () => {
    const [row] = await clickhouse.rows<SummaryRow>(summarySql, paramsOf(window))
    if (!row) throw new Error('an aggregate without a row')
    return {
      succeeded: BigInt(row.succeeded),
      attempted: BigInt(row.attempted),
      timed: BigInt(row.timed),
      latencySumMs: BigInt(row.latency_sum_ms),
      latencyP50Ms: BigInt(row.latency_p50_ms),
      latencyP95Ms: BigInt(row.latency_p95_ms),
      latencyP99Ms: BigInt(row.latency_p99_ms),
    }
  })

/** What the succeeded card attempts of a window amount to, per currency; `failed` when ClickHouse does not answer. */
export const measureVolume = async (clickhouse: ClickHouse, window: Window): Promise<Measurement<Volume[]>> =>
  guarded(async () => {
    const rows = await clickhouse.rows<{ currency: string; amount: string; payments: string }>(
      volumeSql,
      paramsOf(window),
    )
    return rows.map((row) => ({
      currency: row.currency,
      amountMinor: BigInt(row.amount),
      count: BigInt(row.payments),
    }))
  })
