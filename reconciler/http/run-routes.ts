import { z } from '@hono/zod-openapi'
import { businessDateOf } from '#core/business-date.ts'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { cursorField, limitField, pageOf, pageSchema, timePosition } from '#core/http/page.ts'
import type { Api } from '#core/http/root.ts'
import { newId } from '#core/ids.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { readActivity, RUN_KINDS, type RunKind } from '../scope.ts'
import { addStatus } from './status-route.ts'
import { exportCsv } from './export-csv.ts'
import { dateRangeRule, dateRangeShape, idParams, instant, READERS, STARTERS } from './wire.ts'

const insertManual = loadSql(import.meta.url, '../sql/run_insert_manual.sql')
const listRuns = loadSql(import.meta.url, '../sql/runs_list.sql')
const selectRun = loadSql(import.meta.url, '../sql/run_select.sql')

/** A run that takes longer is answered 202; the caller asks for it again. */
const WAIT_MAX_MS = 25_000
const LOOK_MS = 25
/** Five years: more would hold the lock for hours. */
const DAYS_MAX = 1_830

interface RunRow {
  readonly id: string
  readonly kind: RunKind
  readonly from_date: string
  readonly to_date: string
  readonly dry_run: boolean
  readonly status: 'pending' | 'running' | 'succeeded' | 'failed'
  readonly attempts: number
  readonly failures: number
  readonly next_try_at: Date | null
  readonly requested_by: string
  readonly requested_at: Date
  readonly started_at: Date | null
  readonly finished_at: Date | null
  readonly error_code: string | null
  readonly error: string | null
  readonly summary: Record<string, unknown> | null
}

const runSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(RUN_KINDS),
  from: z.string(),
  to: z.string(),
  dry_run: z.boolean(),
  full: z.boolean(),
  status: z.enum(['pending', 'running', 'succeeded', 'failed']),
  attempts: z.number().int(),
  failures: z.number().int(),
  /** When a run that failed is tried again by itself. */
  next_try_at: z.string().nullable(),
  requested_by: z.string(),
  requested_at: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  summary: z.looseObject({ run_id: z.string() }).nullable(),
})

const toWire = (row: RunRow) => ({
  id: row.id,
  kind: row.kind,
  from: row.from_date,
  to: row.to_date,
  dry_run: row.dry_run,
  full: row.kind === 'full',
  status: row.status,
  attempts: row.attempts,
  failures: row.failures,
  next_try_at: instant(row.next_try_at),
  requested_by: row.requested_by,
  requested_at: row.requested_at.toISOString(),
  started_at: instant(row.started_at),
  finished_at: instant(row.finished_at),
  error: row.error_code === null ? null : { code: row.error_code, message: row.error ?? '' },
  summary: row.summary,
})

/** Only a full run may leave out its dates: it looks at all time. */
const runBody = z
  .strictObject({
    ...dateRangeShape(),
    dry_run: z.boolean().default(false),
    full: z.boolean().default(false),
  })
  .superRefine((body, context) => {
    dateRangeRule(body.full ? Number.POSITIVE_INFINITY : DAYS_MAX)(body, context)
    for (const name of ['from', 'to'] as const)
      if (!body.full && body[name] === undefined)
        context.addIssue({ code: 'custom', path: [name], message: 'is required unless full is true' })
  })

type RunBody = z.infer<typeof runBody>

/** The dates asked for; those that a full run leaves out are the first and the last one of the shop. */
const readDates = async (deps: Deps, { from, to }: RunBody): Promise<{ from: string; to: string }> => {
  const today = businessDateOf(deps.env.clock.now(), deps.shop.account.zone)
  const first = from ?? (await readActivity(deps.db)).first_date ?? to ?? today
  return { from: first, to: to ?? (today < first ? first : today) }
}

const readRun = async (deps: Deps, id: string): Promise<RunRow> => {
  const row = await deps.db.first<RunRow>(selectRun, [id])
  if (!row) throw new TillwatchError('not_found')
  return row
}

const waitForRun = async (deps: Deps, id: string): Promise<RunRow> => {
  const { machine } = deps.env
  const startedMs = machine.nowMs()
  for (;;) {
    const row = await readRun(deps, id)
    if (row.status === 'succeeded' || row.status === 'failed') return row
    if (machine.nowMs() - startedMs > WAIT_MAX_MS) return row
    await machine.sleep(LOOK_MS)
  }
}

const addStart = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/reconciliation/runs',
      summary: 'Reconcile business dates now; 202 when it takes longer than the answer may',
      allow: STARTERS,
      scope: 'shop',
      cost: 10,
      body: runBody,
      answers: { 201: runSchema, 202: runSchema },
      errors: [],
    },
    async ({ body, principal, facts }) => {
      const id = newId(deps.env, 'run')
      const { from, to } = await readDates(deps, body)
      const kind = body.full ? 'full' : 'manual'
      const at = deps.env.clock.now()
      await deps.db.run(insertManual, [id, kind, from, to, body.dry_run, principal.actorId, at])
      deps.wakeups.wake('reconcile')
      facts.log['run'] = id
      const row = await waitForRun(deps, id)
      const finished = row.status === 'succeeded' || row.status === 'failed'
      return { status: finished ? 201 : 202, body: toWire(row) }
    },
  )

const addList = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/reconciliation/runs',
      summary: 'Runs, newest first',
      allow: READERS,
      scope: 'shop',
      query: z.strictObject({ limit: limitField(), cursor: cursorField(timePosition('run')).optional() }),
      answers: { 200: pageSchema(runSchema) },
      errors: [],
    },
    async ({ query: { limit, cursor } }) => {
      const rows = await deps.db.rows<RunRow>(listRuns, [cursor?.at ?? null, cursor?.id ?? null, limit + 1])
      const position = (row: RunRow) => ({ at: row.requested_at.toISOString(), id: row.id })
      return { status: 200, body: pageOf(rows, limit, toWire, position) }
    },
  )

const addOne = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/reconciliation/runs/{id}',
      summary: 'One run with its summary',
      allow: READERS,
      scope: 'shop',
      params: idParams('run'),
      answers: { 200: runSchema },
      errors: [],
    },
    async ({ params }) => ({ status: 200, body: toWire(await readRun(deps, params.id)) }),
  )

const addExport = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/reconciliation/runs/{id}/export',
      summary:
        "The dates' balance transactions as CSV, in the columns of Stripe's itemised report and then ours",
      allow: READERS,
      scope: 'shop',
      cost: 10,
      sensitive: true,
      params: idParams('run'),
      query: z.strictObject({ format: z.enum(['csv']).default('csv') }),
      answers: { 200: z.string() },
      errors: [],
    },
    async ({ params }) => {
      const run = await readRun(deps, params.id)
      const name = `reconciliation-${run.from_date}-${run.to_date}.csv`
      return new Response(exportCsv(deps, run.from_date, run.to_date), {
        headers: {
          'Content-Type': 'text/csv; charset=UTF-8',
          'Content-Disposition': `attachment; filename="${name}"`,
          'Cache-Control': 'no-store',
        },
      })
    },
  )

/** Runs: start, list, one, export; and where reconciliation stands. */
export const addRunRoutes = (api: Api, deps: Deps): void => {
  addStart(api, deps)
  addList(api, deps)
  addStatus(api, deps)
  addOne(api, deps)
  addExport(api, deps)
}
