import { readFileSync } from 'node:fs'
import type { ClickHouse } from '../clickhouse/client.ts'
import { windowParams, type Window } from './measure-attempts.ts'

const listSql = readFileSync(new URL('attempts_list.sql', import.meta.url), 'utf8')

/** Which of a window's attempts. */
export interface AttemptFilter {
  readonly outcome?: 'succeeded' | 'failed' | undefined
  /** Only failures that are the system's own, or all but those. */
  readonly fault?: 'system' | 'not_system' | undefined
  /** Only those that took longer, milliseconds. */
  readonly slowerThanMs?: number | undefined
}

/** One card attempt as it was counted. */
export interface AttemptRow {
  readonly id: string
  readonly at: Date
  readonly payment: string
  readonly sale: string
  readonly store: string
  readonly till: string
  readonly currency: string
  readonly amountMinor: bigint
  readonly outcome: 'succeeded' | 'failed'
  readonly failureClass: string
  readonly declineCode: string
  readonly latencyMs: number | null
}

interface StoredAttempt {
  readonly event_id: string
  readonly at_ms: string
  readonly payment_id: string
  readonly sale_id: string
  readonly store_id: string
  readonly till_id: string
  readonly currency: string
  readonly amount_minor: string
  readonly outcome: 'succeeded' | 'failed'
  readonly failure_class: string
  readonly decline_code: string
  readonly latency_ms: number | null
}

const toAttempt = (row: StoredAttempt): AttemptRow => ({
  id: row.event_id,
  at: new Date(Number(row.at_ms)),
  payment: row.payment_id,
  sale: row.sale_id,
  store: row.store_id,
  till: row.till_id,
  currency: row.currency,
  amountMinor: BigInt(row.amount_minor),
  outcome: row.outcome,
  failureClass: row.failure_class,
  declineCode: row.decline_code,
  latencyMs: row.latency_ms,
})

/** The attempts that a window's KPIs were counted from, newest first. Throws `analytics_unavailable`. */
export const listAttempts = async (
  clickhouse: ClickHouse,
  window: Window,
  filter: AttemptFilter,
  page: { readonly limit: number; readonly after?: { readonly at: Date; readonly id: string } | undefined },
): Promise<AttemptRow[]> => {
  const rows = await clickhouse.rows<StoredAttempt>(listSql, {
    ...windowParams(window),
    outcome: filter.outcome ?? '',
    fault: filter.fault ?? '',
    slower_than: filter.slowerThanMs ?? 0,
    before_ms: page.after?.at.getTime() ?? 0,
    before_id: page.after?.id ?? '',
    limit: page.limit,
  })
  return rows.map(toAttempt)
}
