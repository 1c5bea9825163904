import { z } from '@hono/zod-openapi'
import type { Principal, Role } from '#core/access/roles.ts'
import { defineRoute } from '#core/http/api.ts'
import { cursorField, limitField, pageOf, pageSchema } from '#core/http/page.ts'
import type { Api } from '#core/http/root.ts'
import { toWireAmount } from '#core/money.ts'
import type { Deps } from '#core/service.ts'
import { PAYMENT_STATUSES } from '../domain/payment-state.ts'
import { paymentSchema, toPaymentWire, type PaymentRow } from '../payments/payment-wire.ts'
import { exportPayments } from './export-payments.ts'
import { filterRules, filterShape, type Filters } from './filter-query.ts'
import { afterPosition, fitsSort, orderOf, positionOf, positionSchema, SORTS } from './list-page.ts'
import { conditionsOf } from './payment-conditions.ts'
import { COLUMN_NAMES, DEFAULT_COLUMNS, type ColumnName } from './payment-columns.ts'
import { whereOf } from './where.ts'

const READS: readonly Role[] = ['cashier', 'finance', 'oncall', 'manager', 'auditor']

const sortField = () => z.enum(SORTS).default('-created')

const listQuery = z
  .strictObject({
    ...filterShape(),
    sort: sortField(),
    limit: limitField(),
    cursor: cursorField(positionSchema).optional(),
  })
  .superRefine(filterRules)
  .refine(({ sort, cursor }) => cursor === undefined || fitsSort(sort, cursor), {
    path: ['cursor'],
    message: 'is not a cursor of a list in this order',
  })

const addList = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/payments',
      summary: 'Payments that match filters or a search, newest first unless sorted otherwise',
      allow: READS,
      scope: 'store',
      query: listQuery,
      answers: { 200: pageSchema(paymentSchema) },
      errors: [],
    },
    async ({ principal, query }) => {
      const { sort, limit, cursor, ...filters } = query
      const conditions = [...conditionsOf(deps, principal, filters), ...afterPosition(sort, cursor)]
      const { text, values } = whereOf(conditions, 2)
      const rows = await deps.db.rows<PaymentRow>(
        `SELECT p.* FROM payments p WHERE ${text} ORDER BY ${orderOf(sort)} LIMIT $1`,
        [limit + 1, ...values],
      )
      const toWire = (payment: PaymentRow) => toPaymentWire(payment, principal.role)
      return { status: 200, body: pageOf(rows, limit, toWire, positionOf(sort)) }
    },
  )

interface CountRow {
  readonly status: (typeof PAYMENT_STATUSES)[number]
  readonly currency: string
  readonly count: bigint
  readonly amount: bigint
  readonly amount_refunded: bigint
}

const moneySchema = z.strictObject({
  currency: z.string(),
  count: z.number().int(),
  amount: z.number().int(),
  amount_refunded: z.number().int(),
})

const countsSchema = z
  .strictObject({
    total: z.number().int(),
    data: z.array(
      z.strictObject({
        status: z.enum(PAYMENT_STATUSES),
        count: z.number().int(),
        money: z.array(moneySchema),
      }),
    ),
  })
  .openapi('PaymentCounts')

const toCounts = (rows: readonly CountRow[]): z.output<typeof countsSchema> => {
  const data = PAYMENT_STATUSES.map((status) => {
    const money = rows
      .filter((row) => row.status === status)
      .map(({ currency, count, amount, amount_refunded }) => ({
        currency,
        count: Number(count),
        amount: toWireAmount(amount),
        amount_refunded: toWireAmount(amount_refunded),
      }))
    return { status, count: money.reduce((sum, { count }) => sum + count, 0), money }
  })
  return { total: data.reduce((sum, { count }) => sum + count, 0), data }
}

const readCounts = async (deps: Deps, principal: Principal, filters: Filters) => {
  const { text, values } = whereOf(conditionsOf(deps, principal, filters))
  const rows = await deps.db.rows<CountRow>(
    `SELECT p.status, p.currency, count(*) AS count, sum(p.amount)::bigint AS amount,
            sum(p.amount_refunded)::bigint AS amount_refunded
     FROM payments p WHERE ${text} GROUP BY p.status, p.currency ORDER BY p.status, p.currency`,
    values,
  )
  return toCounts(rows)
}

const addCounts = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/payments/counts',
      summary: 'How many payments match, by status and currency; `status` itself is one of the filters',
      allow: READS,
      scope: 'store',
      cost: 1,
      query: z.strictObject(filterShape()).superRefine(filterRules),
      answers: { 200: countsSchema },
      errors: [],
    },
    async ({ principal, query }) => ({ status: 200, body: await readCounts(deps, principal, query) }),
  )

const columnsField = () =>
  z
    .string()
    .max(600)
    .transform((text) => text.split(','))
    .refine(
      (names) => names.every((name) => (COLUMN_NAMES as readonly string[]).includes(name)),
      `are names of columns with commas between: ${COLUMN_NAMES.join(', ')}`,
    )
    .transform((names) => names as ColumnName[])
    .openapi({ type: 'string' })

const addExport = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/payments/export',
      summary: 'Every payment that matches, as CSV with the chosen columns, in the order of the list',
      allow: READS,
      scope: 'store',
      cost: 10,
      sensitive: true,
      query: z
        .strictObject({
          ...filterShape(),
          sort: sortField(),
          format: z.literal('csv').default('csv'),
          columns: columnsField().optional(),
        })
        .superRefine(filterRules),
      answers: { 200: z.string() },
      errors: [],
    },
    async ({ principal, query }) => {
      const { sort, format: _format, columns = DEFAULT_COLUMNS, ...filters } = query
      const body = exportPayments(deps, principal.role, {
        conditions: conditionsOf(deps, principal, filters),
        sort,
        columns,
      })
      return new Response(body, {
        headers: {
          'Content-Type': 'text/csv; charset=UTF-8',
          'Content-Disposition': 'attachment; filename="payments.csv"',
          'Cache-Control': 'no-store',
        },
      })
    },
  )

/** `GET /payments`, `/payments/counts`, `/payments/export`: one search, three answers. Add them before `/payments/{id}`. */
export const addSearchRoutes = (api: Api, deps: Deps): void => {
  addList(api, deps)
  addCounts(api, deps)
  addExport(api, deps)
}
