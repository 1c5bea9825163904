import { z } from '@hono/zod-openapi'
import { type Principal, type Role, seesTill, tillsOf } from '#core/access/roles.ts'
import { defineRoute } from '#core/http/api.ts'
import {
  amountField,
  currencyField,
  fits,
  idField,
  instantField,
  textField,
  withCode,
} from '#core/http/fields.ts'
import {
  cursorField,
  limitField,
  pageOf,
  pageSchema,
  rangeRule,
  rangeShape,
  timePosition,
} from '#core/http/page.ts'
import type { Api } from '#core/http/root.ts'
import { TillwatchError } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { listPaymentsOfSale } from '../payments/list-by-sale.ts'
import { paymentSchema, toPaymentWire } from '../payments/payment-wire.ts'
import { cancelSale } from './cancel-sale.ts'
import { openSale, readSale, type NewSale } from './open-sale.ts'
import { saleSchema, toSaleWire, type SaleRow } from './sale-wire.ts'

const listSales = loadSql(import.meta.url, '../sql/sale_list.sql')

const LINES_MAX = 40
const QUANTITY_MAX = 10_000
const NAME_MAX = 200
const REF_MAX = 100

/** Who rings up sales. */
const SELLS: readonly Role[] = ['cashier', 'manager']
/** Who may look. */
const READS: readonly Role[] = ['cashier', 'finance', 'oncall', 'manager', 'auditor']

const lineSchema = z.strictObject({
  name: textField(NAME_MAX),
  quantity: z.number().int().min(1).max(QUANTITY_MAX),
  unit_amount: amountField(0),
  tax_amount: amountField(0).optional(),
  discount_amount: amountField(0).optional(),
})

const tillField = () => z.string().regex(/^[a-z0-9_-]{1,40}$/, 'is not a till id')

const newSaleSchema = z
  .strictObject({
    till_id: tillField(),
    currency: currencyField(),
    lines: z.array(lineSchema).min(1).max(LINES_MAX),
    tip_amount: amountField(0).optional(),
    customer_ref: textField(REF_MAX).optional(),
    cashier_ref: textField(REF_MAX).optional(),
    sold_at: instantField().optional(),
    external_ref: textField(REF_MAX).optional(),
  })
  .refine(
    ({ currency, lines, tip_amount: tip }) =>
      [
        tip ?? 0n,
        ...lines.flatMap((line) => [line.unit_amount, line.tax_amount ?? 0n, line.discount_amount ?? 0n]),
      ].every((amount) => fits(amount, currency)),
    withCode('currency_amount_invalid', 'an amount is not one that the currency counts'),
  )

const saleId = z.strictObject({ id: idField('sale') })
const fullSaleSchema = saleSchema.extend({
  lines: z.array(
    z.strictObject({
      name: z.string(),
      quantity: z.number().int(),
      unit_amount: z.number().int(),
      tax_amount: z.number().int(),
      discount_amount: z.number().int(),
    }),
  ),
  payments: z.array(paymentSchema),
})

const listQuery = z
  .strictObject({
    till_id: tillField().optional(),
    status: z.enum(['open', 'closed', 'canceled']).optional(),
    external_ref: textField(REF_MAX).optional(),
    ...rangeShape(),
    limit: limitField(),
    cursor: cursorField(timePosition('sale')).optional(),
  })
  .superRefine(rangeRule)

const toNewSale = (body: z.output<typeof newSaleSchema>, now: Date, traceId: string): NewSale => ({
  tillId: body.till_id,
  currency: body.currency,
  lines: body.lines.map((line) => ({
    name: line.name,
    quantity: line.quantity,
    unitAmount: line.unit_amount,
    taxAmount: line.tax_amount ?? 0n,
    discountAmount: line.discount_amount ?? 0n,
  })),
  tipAmount: body.tip_amount ?? 0n,
  customerRef: body.customer_ref ?? null,
  cashierRef: body.cashier_ref ?? null,
  externalRef: body.external_ref ?? null,
  soldAt: body.sold_at ?? now,
  traceId,
})

/** A till that the caller may not see is no till of the shop to him. */
export const checkTill = (principal: Pick<Principal, 'tillId' | 'tills'>, tillId: string): void => {
  if (seesTill(principal, tillId)) return
  const issues = [{ path: 'till_id', message: 'is not a till of this shop' }]
  throw new TillwatchError('validation_failed', undefined, { details: { issues } })
}

const addOpenSale = (api: Api, deps: Deps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/sales',
      summary: 'Open a sale; the same sale under the same external_ref is the one that exists',
      allow: SELLS,
      scope: 'store',
      body: newSaleSchema,
      answers: { 201: saleSchema, 200: saleSchema },
      errors: ['amount_invalid', 'currency_amount_invalid', 'external_ref_reused'],
    },
    async ({ principal, body, facts }) => {
      checkTill(principal, body.till_id)
      const sale = toNewSale(body, deps.env.clock.now(), facts.traceId)
      const opened = await deps.db.withTransaction(async (db) => {
        const { id, known } = await openSale(deps, db, sale)
        return { isNew: known === undefined, row: known ?? (await readSale(db, id)) }
      })
      if (!opened.row) throw new TillwatchError('not_found')
      facts.log['sale_id'] = opened.row.id
      if (opened.isNew) deps.wakeups.wake('relay')
      return { status: opened.isNew ? 201 : 200, body: toSaleWire(opened.row) }
    },
  )
}

const addListSales = (api: Api, deps: Deps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/sales',
      summary: 'Sales, newest first',
      allow: READS,
      scope: 'store',
      query: listQuery,
      answers: { 200: pageSchema(saleSchema) },
      errors: [],
    },
    async ({ principal, query }) => {
      if (query.till_id !== undefined && !seesTill(principal, query.till_id))
        return { status: 200, body: { data: [], next_cursor: null } }
      const rows = await deps.db.rows<SaleRow>(listSales, [
        query.till_id === undefined ? tillsOf(principal) : [query.till_id],
        query.status ?? null,
        query.from ?? null,
        query.to ?? null,
        query.external_ref ?? null,
        query.cursor?.at ?? null,
        query.cursor?.id ?? null,
        query.limit + 1,
      ])
      const page = pageOf(rows, query.limit, toSaleWire, ({ sold_at: at, id }) => ({ at, id }))
      return { status: 200, body: page }
    },
  )
}

const addReadSale = (api: Api, deps: Deps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/sales/{id}',
      summary: 'A sale with its lines and tenders',
      allow: READS,
      scope: 'store',
      params: saleId,
      answers: { 200: fullSaleSchema },
      errors: [],
    },
    async ({ principal, params }) => {
      const sale = await readSale(deps.db, params.id)
      if (!sale || !seesTill(principal, sale.till_id)) throw new TillwatchError('not_found')
      const rows = await listPaymentsOfSale(deps.db, sale.id)
      const payments = rows.map((payment) => toPaymentWire(payment, principal.role))
      return { status: 200, body: { ...toSaleWire(sale), lines: sale.lines, payments } }
    },
  )
}

const addCancelSale = (api: Api, deps: Deps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/sales/{id}/cancel',
      summary: 'Cancel a sale that nobody has paid or is paying',
      allow: SELLS,
      scope: 'store',
      params: saleId,
      body: z.strictObject({}),
      bodyOptional: true,
      answers: { 200: saleSchema },
      errors: ['invalid_state'],
    },
    async ({ principal, params, facts }) => {
      const { before, sale } = await cancelSale(deps, principal, params.id, facts.traceId)
      const audited = ({ status, amount_paid }: typeof before) => ({ status, amount_paid })
      facts.audit = { object: params.id, before: audited(before), after: audited(sale) }
      deps.wakeups.wake('relay')
      return { status: 200, body: toSaleWire(sale) }
    },
  )
}

/** `POST /sales`, `GET /sales`, `GET /sales/{id}`, `POST /sales/{id}/cancel`. */
export const addSaleRoutes = (api: Api, deps: Deps): void => {
  addOpenSale(api, deps)
  addListSales(api, deps)
  addReadSale(api, deps)
  addCancelSale(api, deps)
}
