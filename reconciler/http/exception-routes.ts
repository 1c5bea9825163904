import { z } from '@hono/zod-openapi'
import { businessDateOf } from '#core/business-date.ts'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { instantField } from '#core/http/fields.ts'
import { cursorField, limitField, pageOf, pageSchema } from '#core/http/page.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { readApprovals } from '../desk/approvals.ts'
import { readHistory } from '../desk/desk-exception.ts'
import { filterOf, queryFilterShape, type ExceptionFilter } from '../desk/filter.ts'
import { readSides } from '../desk/read-sides.ts'
import { atRiskSchema, readSummary, summarySchema } from '../desk/summary.ts'
import type { Category } from '#core/contracts/exceptions.ts'
import { deskTiersOf } from '../domain/desk-tiers.ts'
import { REASONS } from '../domain/reasons.ts'
import { exceptionHead, exceptionLines } from './exception-csv.ts'
import {
  exceptionSchema,
  toWhole,
  toWire,
  wholeSchema,
  type ListedException,
  type NoteRow,
} from './exception-wire.ts'
import { dateRangeRule, idParams, READERS, wire } from './wire.ts'

const listExceptions = loadSql(import.meta.url, '../sql/exceptions_list.sql')
const selectException = loadSql(import.meta.url, '../sql/exception_select.sql')
const listNotes = loadSql(import.meta.url, '../sql/exception_notes_list.sql')

const DAYS_MAX = 1_830
const SORTS = ['date', 'age', 'amount', 'severity', 'due'] as const
type Sort = (typeof SORTS)[number]
type SignedSort = Sort | `-${Sort}`
const SIGNED_SORTS: readonly SignedSort[] = SORTS.flatMap((sort) => [sort, `-${sort}`] as const)

/** Where a page ended: the list's order, the instant at which its first page counted ages, and the last item. */
const position = () =>
  z.strictObject({
    sort: z.enum(SIGNED_SORTS),
    at: instantField(),
    key: z.number().int(),
    id: z.string().regex(/^exc_\w{1,80}$/),
  })

const listQuery = z
  .strictObject({
    ...queryFilterShape(),
    sort: z.enum(SIGNED_SORTS).default('-date'),
    limit: limitField(),
    cursor: cursorField(position()).optional(),
  })
  .superRefine(dateRangeRule(DAYS_MAX))
  .superRefine(({ sort, cursor }, context) => {
    if (cursor && cursor.sort !== sort)
      context.addIssue({ code: 'custom', path: ['cursor'], message: 'is of a list in another order' })
  })

type SortedException = ListedException & { readonly sort_key: bigint }

/** Rows read and sent at once by the export. */
const CHUNK = 500

/** The exceptions of a filter as a stream of CSV, in a list's order; all ages are counted at `now`. */
const streamCsv = (
  { db }: Pick<Deps, 'db'>,
  filter: ExceptionFilter,
  sort: SignedSort,
  now: Date,
): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder()
  const order = [sort.replace('-', ''), sort.startsWith('-') ? -1 : 1]
  let last: SortedException | undefined
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(exceptionHead())),
    pull: async (controller) => {
      const place = [last?.sort_key ?? null, last?.id ?? null, CHUNK]
      const params = [JSON.stringify(filter), now, ...order, ...place]
      const rows = await db.rows<SortedException>(listExceptions, params)
      last = rows.at(-1)
      if (rows.length > 0) controller.enqueue(encoder.encode(exceptionLines(rows, now)))
      if (rows.length < CHUNK) controller.close()
    },
  })
}

const exportQuery = z
  .strictObject({
    ...queryFilterShape(),
    sort: z.enum(SIGNED_SORTS).default('-date'),
    format: z.enum(['csv']).default('csv'),
  })
  .superRefine(dateRangeRule(DAYS_MAX))

const addExport = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/reconciliation/exceptions/export',
      summary: 'Every exception that a filter matches as CSV, in the order of the list',
      allow: READERS,
      scope: 'shop',
      cost: 10,
      sensitive: true,
      query: exportQuery,
      answers: { 200: z.string() },
      errors: [],
    },
    async ({ query: { sort, format, ...query } }) => {
      const now = deps.env.clock.now()
      const name = `exceptions-${businessDateOf(now, deps.shop.account.zone)}.${format}`
      return new Response(streamCsv(deps, filterOf(query), sort, now), {
        headers: {
          'Content-Type': 'text/csv; charset=UTF-8',
          'Content-Disposition': `attachment; filename="${name}"`,
          'Cache-Control': 'no-store',
        },
      })
    },
  )

const addList = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/reconciliation/exceptions',
      summary: 'Exceptions with their count and what is at risk; newest date first unless sorted otherwise',
      allow: READERS,
      scope: 'shop',
      query: listQuery,
      answers: {
        200: pageSchema(exceptionSchema).extend({ count: z.number().int(), value_at_risk: atRiskSchema() }),
      },
      errors: [],
    },
    async ({ query: { limit, cursor, sort, ...query } }) => {
      // Every page of a list counts ages at the moment of its first, so that nothing slips between two pages.
      const now = cursor?.at ?? deps.env.clock.now()
      const filter = filterOf(query)
      const order = [sort.replace('-', ''), sort.startsWith('-') ? -1 : 1]
      const params = [
        JSON.stringify(filter),
        now,
        ...order,
        cursor?.key ?? null,
        cursor?.id ?? null,
        limit + 1,
      ]
      const rows = await deps.db.rows<SortedException>(listExceptions, params)
      const page = pageOf(
        rows,
        limit,
        (row) => toWire(row, now),
        (row) => ({ sort, at: now.toISOString(), key: wire(row.sort_key), id: row.id }),
      )
      const { count, value_at_risk } = await readSummary(deps.db, filter, now)
      return { status: 200, body: { ...page, count, value_at_risk } }
    },
  )

const summaryQuery = z.strictObject(queryFilterShape()).superRefine(dateRangeRule(DAYS_MAX))

const addSummary = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/reconciliation/exceptions/summary',
      summary: 'What is at risk in open exceptions, per currency, by severity and by category',
      allow: READERS,
      scope: 'shop',
      query: summaryQuery,
      answers: { 200: summarySchema() },
      errors: [],
    },
    async ({ query }) => ({
      status: 200,
      body: await readSummary(deps.db, filterOf(query), deps.env.clock.now()),
    }),
  )

/** Both sides, notes, requests and history of one exception. Throws `not_found`. */
export const readWhole = async (deps: Pick<Deps, 'db' | 'env' | 'shop'>, id: string) => {
  const { db } = deps
  const row = await db.first<ListedException>(selectException, [id])
  if (!row) throw new TillwatchError('not_found')
  return toWhole(row, deps.env.clock.now(), {
    sides: await readSides(db, row),
    notes: await db.rows<NoteRow>(listNotes, [id]),
    approvals: await readApprovals(db, id),
    tiers: deskTiersOf(deps.shop),
    history: await readHistory(db, id),
    reasons: (REASONS as Readonly<Record<string, (typeof REASONS)[Category]>>)[row.category] ?? [],
  })
}

const addOne = (api: Api, deps: Deps, path: string): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path,
      summary: 'One exception: both sides, notes, requests for approval, history',
      allow: READERS,
      scope: 'shop',
      params: idParams('exc'),
      answers: { 200: wholeSchema },
      errors: [],
    },
    async ({ params }) => ({ status: 200, body: await readWhole(deps, params.id) }),
  )

/** Exceptions: list, figures and one. */
export const addExceptionRoutes = (api: Api, deps: Deps): void => {
  addList(api, deps)
  addSummary(api, deps)
  addExport(api, deps)
  addOne(api, deps, '/exceptions/{id}')
  addOne(api, deps, '/reconciliation/exceptions/{id}')
}
