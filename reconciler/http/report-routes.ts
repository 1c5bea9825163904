import { z } from '@hono/zod-openapi'
import { businessDateOf } from '#core/business-date.ts'
import { isCurrency } from '#core/currencies.ts'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { instantField } from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import { readBalanceSummary, type ReportQuery } from '../reports/read-report.ts'
import {
  BALANCE_SUMMARY,
  baseName,
  itemizedType,
  knownColumns,
  REPORT_NAME,
  type ItemizedType,
} from '../reports/report-types.ts'
import { asCsv, asJson, csvText, streamReport } from '../reports/stream-report.ts'
import { SUMMARY_COLUMNS, summaryLines } from '../reports/summary-lines.ts'
import { PAYMENTS } from '../scope.ts'
import { dateField, dateRangeRule, READERS } from './wire.ts'

/** Ten years; a report is streamed, so this only stops a slip of the keyboard. */
const DAYS_MAX = 3_660

const zoneField = () =>
  z.string().refine((zone) => zone === 'UTC' || Intl.supportedValuesOf('timeZone').includes(zone), {
    message: 'must be a time zone such as Europe/London',
  })

const columnsField = () =>
  z
    .string()
    .max(2_000)
    .transform((text) => text.split(','))
    .superRefine((columns, context) => {
      const known = new Set(knownColumns())
      const odd = columns.filter((column, at) => !known.has(column) || columns.indexOf(column) !== at)
      if (odd.length === 0) return
      context.addIssue({
        code: 'custom',
        message: `unknown or twice: ${odd.join(', ').slice(0, 200)}; there are ${[...known].join(', ')}`,
      })
    })
    .openapi({ type: 'string' })

const reportQuery = z
  .strictObject({
    from: dateField().optional(),
    to: dateField().optional(),
    currency: z.string().refine(isCurrency, 'must be a currency such as gbp').optional(),
    balance_type: z
      .string()
      .regex(/^[a-z_]{1,40}$/)
      .default(PAYMENTS),
    reporting_category: z
      .string()
      .regex(/^[a-z_]{1,60}$/)
      .optional(),
    timezone: zoneField().optional(),
    columns: columnsField().optional(),
    as_of: instantField().optional(),
    format: z.enum(['csv', 'json']).default('csv'),
  })
  .superRefine(dateRangeRule(DAYS_MAX))

type Query = z.output<typeof reportQuery>

/** A report without `to` ends with the last finished date: an unfinished one would give other numbers an hour later. */
const readQuery = (deps: Deps, query: Query): ReportQuery => {
  const zone = query.timezone ?? deps.shop.account.zone
  const now = deps.env.clock.now()
  return {
    from: query.from ?? null,
    to: query.to ?? businessDateOf(new Date(now.getTime() - 86_400_000), zone),
    zone,
    currency: query.currency ?? null,
    balanceType: query.balance_type === 'all' ? null : query.balance_type,
    category: query.reporting_category ?? null,
    asOf: query.as_of ?? now,
  }
}

const invalid = (message: string) =>
  new TillwatchError('query_invalid', message, { details: { issues: [{ path: 'query', message }] } })

const respond = (
  body: ReadableStream<Uint8Array> | string,
  name: string,
  format: Query['format'],
): Response =>
  new Response(body, {
    headers: {
      'Content-Type': format === 'csv' ? 'text/csv; charset=UTF-8' : 'application/json; charset=UTF-8',
      'Cache-Control': 'no-store',
      ...(format === 'csv' ? { 'Content-Disposition': `attachment; filename="${name}.csv"` } : {}),
    },
  })

const answerSummary = async (deps: Deps, query: ReportQuery, format: Query['format']): Promise<string> => {
  if (query.from === null) throw invalid('from is needed for a balance summary')
  const summaries = await readBalanceSummary(deps.db, { ...query, from: query.from })
  const lines = summaryLines(summaries, query.from, query.to)
  if (format === 'csv') return csvText([[...SUMMARY_COLUMNS], ...lines])
  const writing = asJson(SUMMARY_COLUMNS)
  return writing.head + writing.page(lines, true) + writing.foot
}

const answerItemized = (
  deps: Deps,
  type: ItemizedType,
  query: ReportQuery,
  columns: readonly string[],
  format: Query['format'],
): ReadableStream<Uint8Array> => {
  if (query.from === null && type.rows !== 'unpaid') throw invalid('from is needed for this report')
  return streamReport(deps, type, query, columns, format === 'csv' ? asCsv(columns) : asJson(columns))
}

/** Stripe's reports from our own mirror (docs/reports.md). */
export const addReportRoutes = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/reconciliation/reports/{type}',
      summary: "Stripe's balance and payout reports from the mirror, with Stripe's column names",
      allow: READERS,
      scope: 'shop',
      cost: 10,
      sensitive: true,
      params: z.strictObject({ type: z.string().regex(REPORT_NAME) }),
      query: reportQuery,
      answers: { 200: z.string() },
      errors: [],
    },
    async ({ params, query: given }) => {
      const query = readQuery(deps, given)
      const { format } = given
      const base = baseName(params.type)
      const name = `${base}-${query.from ?? 'start'}-${query.to}`
      if (base === BALANCE_SUMMARY) return respond(await answerSummary(deps, query, format), name, format)
      const type = itemizedType(params.type)
      if (!type) throw new TillwatchError('not_found')
      const columns = given.columns ?? type.columns
      return respond(answerItemized(deps, type, query, columns, format), name, format)
    },
  )
