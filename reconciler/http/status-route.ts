import { z } from '@hono/zod-openapi'
import { addDays, businessDateOf, endOfBusinessDate } from '#core/business-date.ts'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { instant, READERS } from './wire.ts'

const readStatus = loadSql(import.meta.url, '../sql/reconciliation_status.sql')

interface StatusRow {
  readonly looked_at: Date | null
  readonly whole_at: Date | null
  readonly due_at: Date | null
  readonly looks: bigint | null
  readonly rows_seen: number | null
  readonly payouts_seen: number | null
  readonly examined: number | null
  readonly submitted: boolean | null
  readonly failing_since: Date | null
  readonly error_code: string | null
  readonly error: string | null
  readonly run_id: string | null
  readonly nightly_id: string | null
  readonly nightly_date: string | null
  readonly nightly_finished_at: Date | null
  readonly failed_id: string | null
  readonly failed_date: string | null
  readonly failed_attempts: number | null
  readonly failed_failures: number | null
  readonly failed_at: Date | null
  readonly failed_next_try_at: Date | null
  readonly failed_code: string | null
  readonly failed_error: string | null
}

const error = z.strictObject({ code: z.string(), message: z.string() })

const statusSchema = z.strictObject({
  last_look: z
    .strictObject({
      at: z.string(),
      /** When a look last read the whole unfinished date again. */
      whole_at: z.string().nullable(),
      looks: z.number().int(),
      rows: z.number().int(),
      payouts: z.number().int(),
      examined: z.number().int(),
      healed_deliveries: z.boolean(),
      /** The last run of a look that found something. */
      last_run_id: z.string().nullable(),
    })
    .nullable(),
  /** Seconds since everything at Stripe was looked at; null before the first look. */
  lag_s: z.number().int().nullable(),
  failing_since: z.string().nullable(),
  error: error.nullable(),
  last_nightly: z.strictObject({ run_id: z.string(), date: z.string(), finished_at: z.string() }).nullable(),
  failed_nightly: z
    .strictObject({
      run_id: z.string(),
      date: z.string(),
      attempts: z.number().int(),
      failures: z.number().int(),
      failed_at: z.string().nullable(),
      /** Null: only a person asks for it again, or the next night covers its date. */
      next_try_at: z.string().nullable(),
      error,
    })
    .nullable(),
  next_due: z.strictObject({ look: z.string().nullable(), nightly: z.string().nullable() }),
})

const lastLook = (row: StatusRow) =>
  row.looked_at && {
    at: row.looked_at.toISOString(),
    whole_at: instant(row.whole_at),
    looks: Number(row.looks),
    rows: row.rows_seen ?? 0,
    payouts: row.payouts_seen ?? 0,
    examined: row.examined ?? 0,
    healed_deliveries: row.submitted ?? false,
    last_run_id: row.run_id,
  }

const lastNightly = ({ nightly_id: id, nightly_date: date, nightly_finished_at: at }: StatusRow) =>
  id === null || date === null || at === null ? null : { run_id: id, date, finished_at: at.toISOString() }

const failedNightly = (row: StatusRow) =>
  row.failed_id === null || row.failed_date === null
    ? null
    : {
        run_id: row.failed_id,
        date: row.failed_date,
        attempts: row.failed_attempts ?? 0,
        failures: row.failed_failures ?? 0,
        failed_at: instant(row.failed_at),
        next_try_at: instant(row.failed_next_try_at),
        error: { code: row.failed_code ?? '', message: row.failed_error ?? '' },
      }

/** The nightly run after the last one of any result; an empty shop waits for none. */
const nextNightly = (deps: Pick<Deps, 'shop' | 'env'>, row: StatusRow): Date | null => {
  const last = row.nightly_date
  if (last === null) return null
  const { zone } = deps.shop.account
  const yesterday = addDays(businessDateOf(deps.env.clock.now(), zone), -1)
  const date = last < yesterday ? addDays(last, 1) : addDays(yesterday, 1)
  return new Date(endOfBusinessDate(date, zone).getTime() + deps.shop.nightly_after_s * 1000)
}

const toWire = (deps: Pick<Deps, 'shop' | 'env'>, row: StatusRow): z.infer<typeof statusSchema> => {
  const sinceMs = row.looked_at === null ? null : deps.env.clock.now().getTime() - row.looked_at.getTime()
  return {
    last_look: lastLook(row),
    lag_s: sinceMs === null ? null : Math.max(0, Math.round(sinceMs / 1000)),
    failing_since: instant(row.failing_since),
    error: row.error_code === null ? null : { code: row.error_code, message: row.error ?? '' },
    last_nightly: lastNightly(row),
    failed_nightly: failedNightly(row),
    next_due: { look: instant(row.due_at), nightly: instant(nextNightly(deps, row)) },
  }
}

/** Where reconciliation stands: last look, lag, last nightly run, what is due next, since when it fails. */
export const addStatus = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/reconciliation/status',
      summary: 'Last look and nightly run, how far behind, what is due next and since when it fails',
      allow: READERS,
      scope: 'shop',
      answers: { 200: statusSchema },
      errors: [],
    },
    async () => {
      const row = await deps.db.first<StatusRow>(readStatus)
      if (!row) throw new Error('a statement without FROM answered no row')
      return { status: 200, body: toWire(deps, row) }
    },
  )
