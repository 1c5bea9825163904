import { z } from '@hono/zod-openapi'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import { NOT_ONE, readCertified, readUncertified, type Uncertified } from '../reports/certified-dates.ts'
import { needsChargeEvent, PRESENT_ONLY } from '../reports/columns.ts'
import { readBalanceSummary } from '../reports/read-report.ts'
import {
  BALANCE_SUMMARY,
  baseName,
  itemizedType,
  REPORT_NAME,
  reportNames,
  type ItemizedType,
} from '../reports/report-types.ts'
import { asCsv, asJson, streamReport } from '../reports/stream-report.ts'
import { SUMMARY_COLUMNS, summaryCsv, summaryLines } from '../reports/summary-lines.ts'
import { DAYS_MAX, invalid, readQuery, reportQuery, type Asked, type Query } from './report-query.ts'
import { dateRangeRule, dateRangeShape, READERS } from './wire.ts'

/** Names of the uncertified dates, the first few, and how many there are: an answer without these headers has none. */
const marksOf = ({ dates, count }: Uncertified): Record<string, string> =>
  count === 0
    ? {}
    : { 'Tillwatch-Uncertified-Dates': dates.join(', '), 'Tillwatch-Uncertified-Count': String(count) }

/** A file that is handed on says by its name that it is not final; its lines are a contract and stay Stripe's. */
const fileName = (base: string, { query, uncertified }: Asked): string =>
  `${base}-${query.from ?? 'start'}-${query.to}${uncertified.count > 0 ? '-uncertified' : ''}`

const respond = (
  body: ReadableStream<Uint8Array> | string,
  name: string,
  format: Query['format'],
  uncertified: Uncertified,
): Response =>
  new Response(body, {
    headers: {
      'Content-Type': format === 'csv' ? 'text/csv; charset=UTF-8' : 'application/json; charset=UTF-8',
      'Cache-Control': 'no-store',
      ...(format === 'csv' ? { 'Content-Disposition': `attachment; filename="${name}.csv"` } : {}),
      ...marksOf(uncertified),
    },
  })

const answerSummary = async (
  deps: Deps,
  { query, uncertified }: Asked,
  format: Query['format'],
): Promise<string> => {
  if (query.from === null) throw invalid('from', 'from is needed for a balance summary')
  const summaries = await readBalanceSummary(deps.db, { ...query, from: query.from })
  const lines = summaryLines(summaries, query.from, query.to)
  if (format === 'csv') return summaryCsv(lines)
  const writing = asJson(SUMMARY_COLUMNS, uncertified)
  return writing.head + writing.page(lines, true) + writing.foot
}

const answerItemized = (
  deps: Deps,
  type: ItemizedType,
  { query, uncertified }: Asked,
  given: Query,
): ReadableStream<Uint8Array> => {
  if (query.from === null && type.rows !== 'unpaid') throw invalid('from', 'from is needed for this report')
  const usual = type.columns.filter((column) => given.as_of === undefined || !PRESENT_ONLY.has(column))
  const columns = given.columns ?? usual
  const writing = given.format === 'csv' ? asCsv(columns) : asJson(columns, uncertified)
  return streamReport(deps, type, { ...query, withChargeEvent: needsChargeEvent(columns) }, columns, writing)
}

/** Which reports need every date before their last one: those that say what is held. */
const saysWhatIsHeld = (base: string): boolean =>
  base === BALANCE_SUMMARY || itemizedType(base)?.rows === 'unpaid'

const addReport = (api: Api, deps: Deps): void =>
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
      errors: ['dates_uncertified'],
    },
    async ({ params, query: given }) => {
      const base = baseName(params.type)
      const type = itemizedType(params.type)
      if (base !== BALANCE_SUMMARY && !type) throw new TillwatchError('not_found')
      const asked = await readQuery(deps, given, saysWhatIsHeld(base))
      const body = type
        ? answerItemized(deps, type, asked, given)
        : await answerSummary(deps, asked, given.format)
      return respond(body, fileName(base, asked), given.format, asked.uncertified)
    },
  )

const rangeSchema = z.strictObject({
  reports: z.array(z.string()),
  /** Null before the first certificate. */
  first_certified_date: z.string().nullable(),
  last_certified_date: z.string().nullable(),
  /** Of the range that was asked about: the first of its dates that are not certified, and how many there are. */
  uncertified_dates: z.array(z.string()),
  uncertified_count: z.number().int(),
  /** Whether the range reaches beyond the last certified date, which a report refuses without `uncertified=include`. */
  beyond_certified: z.boolean(),
})

const addRange = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/reconciliation/reports',
      summary:
        'Which reports there are, from when to when dates are certified, and which dates of a range are not',
      allow: READERS,
      scope: 'shop',
      query: z.strictObject(dateRangeShape()).superRefine(dateRangeRule(DAYS_MAX)),
      answers: { 200: rangeSchema },
      errors: [],
    },
    async ({ query: { from = null, to } }) => {
      const { zone } = deps.shop.account
      const asOf = deps.env.clock.now()
      const certified = await readCertified(deps.db, asOf)
      const end = to ?? certified.last
      const { dates, count } =
        end === null || (from !== null && from > end)
          ? NOT_ONE
          : await readUncertified(deps.db, { from, to: end, zone, asOf }, certified, zone)
      const body = {
        reports: reportNames(),
        first_certified_date: certified.first,
        last_certified_date: certified.last,
        uncertified_dates: dates,
        uncertified_count: count,
        beyond_certified: end === null || certified.last === null || end > certified.last,
      }
      return { status: 200, body }
    },
  )

/** Stripe's reports from our own mirror (docs/reports.md). */
export const addReportRoutes = (api: Api, deps: Deps): void => {
  addRange(api, deps)
  addReport(api, deps)
}
