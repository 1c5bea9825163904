import { z } from '@hono/zod-openapi'
import { invariant } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { STUCK_AFTER_MS } from './stuck-after.ts'
import { READERS } from './webhook-wire.ts'

const selectSummary = loadSql(import.meta.url, 'sql/webhook_event_summary.sql')

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const whole = () => z.number().int()
const maybe = () => z.number().int().nullable()
const summarySchema = z.strictObject({
  counts: z.strictObject({
    received: whole(),
    processing: whole(),
    failed: whole(),
    parked: whole(),
    processed_day: whole(),
  }),
  stuck: whole(),
  stuck_after_s: whole(),
  oldest_unprocessed_at: z.string().nullable(),
  last_received_at: z.string().nullable(),
  received_hour: whole(),
  received_day: whole(),
  delivery_lag_ms: z.strictObject({ p50: maybe(), p95: maybe() }),
  failing: z.array(
    z.strictObject({
      type: z.string(),
      error: z.string(),
      status: z.enum(['failed', 'parked']),
      count: whole(),
    }),
  ),
  as_of: z.string(),
})

interface SummaryRow {
  readonly received: number
  readonly processing: number
  readonly failed: number
  readonly parked: number
  readonly stuck: number
  readonly oldest_unprocessed_at: Date | null
  readonly processed: number
  readonly received_day: number
  readonly received_hour: number
  readonly lag_p50_ms: number | null
  readonly lag_p95_ms: number | null
  readonly last_received_at: Date | null
  readonly failing: z.input<typeof summarySchema>['failing']
}

const toWire = (row: SummaryRow, now: Date): z.input<typeof summarySchema> => ({
  counts: {
    received: row.received,
    processing: row.processing,
    failed: row.failed,
    parked: row.parked,
    processed_day: row.processed,
  },
  stuck: row.stuck,
  stuck_after_s: STUCK_AFTER_MS / 1_000,
  oldest_unprocessed_at: row.oldest_unprocessed_at?.toISOString() ?? null,
  last_received_at: row.last_received_at?.toISOString() ?? null,
  received_hour: row.received_hour,
  received_day: row.received_day,
  delivery_lag_ms: { p50: row.lag_p50_ms, p95: row.lag_p95_ms },
  failing: row.failing,
  as_of: now.toISOString(),
})

/** `GET /webhooks/summary`: how the inbox stands now, how fresh it is, and what is failing by type and reason. */
export const addSummary = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/webhooks/summary',
      summary: 'How the inbox stands: states, what is stuck, freshness, and what fails of which reason',
      allow: READERS,
      scope: 'shop',
      answers: { 200: summarySchema },
      errors: [],
    },
    async () => {
      const now = deps.env.clock.now()
      const before = (ms: number) => new Date(now.getTime() - ms)
      const times = [now, before(STUCK_AFTER_MS), before(HOUR_MS), before(DAY_MS)]
      const row = await deps.db.first<SummaryRow>(selectSummary, times)
      invariant(row, 'an aggregate without a row')
      return { status: 200, body: toWire(row, now) }
    },
  )
