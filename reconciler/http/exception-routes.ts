import { z } from '@hono/zod-openapi'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { cursorField, limitField, pageOf, pageSchema } from '#core/http/page.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { CATEGORIES } from '../domain/classify.ts'
import { explainException } from '../domain/explain.ts'
import { dateField, dateRangeRule, dateRangeShape, idParams, instant, READERS, wire } from './wire.ts'

const listExceptions = loadSql(import.meta.url, '../sql/exceptions_list.sql')
const selectException = loadSql(import.meta.url, '../sql/exception_select.sql')
const listHistory = loadSql(import.meta.url, '../sql/exception_history_list.sql')

interface ExceptionRow {
  readonly id: string
  readonly category: string
  readonly object: string
  readonly status: string
  readonly healed: boolean
  readonly severity: string
  readonly currency: string
  readonly expected: bigint
  readonly actual: bigint
  readonly difference: bigint
  readonly business_date: string
  readonly payment_id: string | null
  readonly details: Record<string, string>
  readonly version: number
  readonly opened_run_id: string
  readonly last_seen_run_id: string
  readonly resolved_run_id: string | null
  readonly first_seen_at: Date
  readonly last_seen_at: Date
  readonly resolved_at: Date | null
}

interface HistoryRow {
  readonly version: number
  readonly change: string
  readonly expected: bigint
  readonly actual: bigint
  readonly difference: bigint
  readonly at: Date
  readonly run_id: string
}

const amounts = () => ({
  expected: z.number().int(),
  actual: z.number().int(),
  difference: z.number().int(),
})

const exceptionSchema = z.strictObject({
  id: z.string(),
  category: z.string(),
  object: z.string(),
  status: z.enum(['open', 'resolved']),
  healed: z.boolean(),
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  currency: z.string(),
  ...amounts(),
  date: z.string(),
  payment_id: z.string().nullable(),
  text: z.string(),
  details: z.record(z.string(), z.string()),
  version: z.number().int(),
  opened_run_id: z.string(),
  last_seen_run_id: z.string(),
  resolved_run_id: z.string().nullable(),
  first_seen_at: z.string(),
  last_seen_at: z.string(),
  resolved_at: z.string().nullable(),
})

const wholeSchema = exceptionSchema.extend({
  history: z.array(
    z.strictObject({
      version: z.number().int(),
      change: z.string(),
      ...amounts(),
      at: z.string(),
      run_id: z.string(),
    }),
  ),
})

const wireAmounts = (row: Pick<ExceptionRow, 'expected' | 'actual' | 'difference'>) => ({
  expected: wire(row.expected),
  actual: wire(row.actual),
  difference: wire(row.difference),
})

const toWire = ({ business_date: date, ...row }: ExceptionRow) => ({
  ...row,
  ...wireAmounts(row),
  text: explainException(row),
  date,
  first_seen_at: row.first_seen_at.toISOString(),
  last_seen_at: row.last_seen_at.toISOString(),
  resolved_at: instant(row.resolved_at),
})

const listQuery = z
  .strictObject({
    status: z.enum(['open', 'resolved']).optional(),
    category: z.enum(CATEGORIES).optional(),
    ...dateRangeShape(),
    limit: limitField(),
    cursor: cursorField(z.strictObject({ date: dateField(), id: z.string().max(100) })).optional(),
  })
  .superRefine(dateRangeRule(1_830))

const addList = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/reconciliation/exceptions',
      summary: 'Exceptions, newest date first',
      allow: READERS,
      query: listQuery,
      answers: { 200: pageSchema(exceptionSchema) },
      errors: [],
    },
    async ({ query: { status, category, from, to, cursor, limit } }) => {
      const filters = [status, category, from, to, cursor?.date, cursor?.id].map((value) => value ?? null)
      const rows = await deps.db.rows<ExceptionRow>(listExceptions, [...filters, limit + 1])
      const position = (row: ExceptionRow) => ({ date: row.business_date, id: row.id })
      return { status: 200, body: pageOf(rows, limit, toWire, position) }
    },
  )

const addOne = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/exceptions/{id}',
      summary: 'One exception with its history',
      allow: READERS,
      params: idParams('exc'),
      answers: { 200: wholeSchema },
      errors: [],
    },
    async ({ params }) => {
      const row = await deps.db.first<ExceptionRow>(selectException, [params.id])
      if (!row) throw new TillwatchError('not_found')
      const history = await deps.db.rows<HistoryRow>(listHistory, [params.id])
      const lines = history.map((line) => ({ ...line, ...wireAmounts(line), at: line.at.toISOString() }))
      return { status: 200, body: { ...toWire(row), history: lines } }
    },
  )

/** Exceptions: list and one. */
export const addExceptionRoutes = (api: Api, deps: Deps): void => {
  addList(api, deps)
  addOne(api, deps)
}
