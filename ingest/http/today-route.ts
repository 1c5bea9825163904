import { z } from '@hono/zod-openapi'
import { seesTill } from '#core/access/roles.ts'
import { businessDateOf, startOfBusinessDate } from '#core/business-date.ts'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import { toWireAmount } from '#core/money.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { paymentSchema, toPaymentWire, type PaymentRow } from '../payments/payment-wire.ts'

const selectTill = loadSql(import.meta.url, '../sql/till_select.sql')
const readTotals = loadSql(import.meta.url, '../sql/till_read_totals.sql')
const listPayments = loadSql(import.meta.url, '../sql/till_list_payments.sql')

/** How many of the last payments are shown. */
const LAST_MAX = 50

const amount = () => z.number().int()

const todaySchema = z
  .strictObject({
    till: z.strictObject({ id: z.string(), name: z.string() }),
    business_date: z.string(),
    totals: z.array(
      z.strictObject({
        method: z.enum(['card', 'cash', 'check']),
        currency: z.string(),
        count: amount(),
        amount: amount(),
        refund_count: amount(),
        refund_amount: amount(),
        open: amount().openapi({ description: 'Payments without an outcome yet; in no sum' }),
        failed: amount(),
      }),
    ),
    payments: z.array(paymentSchema).openapi({ description: 'The last ones, newest first' }),
  })
  .openapi('TillToday')

interface TotalRow {
  readonly method: 'card' | 'cash' | 'check'
  readonly currency: string
  readonly count: number
  readonly amount: bigint
  readonly open: number
  readonly failed: number
  readonly refund_count: number
  readonly refund_amount: bigint
}

const toTotal = (row: TotalRow) => ({
  ...row,
  amount: toWireAmount(row.amount),
  refund_amount: toWireAmount(row.refund_amount),
})

/** `GET /tills/{id}/today`: what a till took and gave back on the running business date. */
export const addTodayRoute = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/tills/{id}/today',
      summary: "A till's sales of today: totals by method and currency, refunds, the last payments",
      allow: ['cashier', 'finance', 'manager', 'auditor'],
      scope: 'store',
      params: z.strictObject({ id: z.string().regex(/^[a-z0-9_-]{1,40}$/, 'is not a till id') }),
      answers: { 200: todaySchema },
      errors: [],
    },
    async ({ principal, params }) => {
      const till = await deps.db.first<{ id: string; name: string }>(selectTill, [params.id])
      if (!till || !seesTill(principal, till.id)) throw new TillwatchError('not_found')
      const { zone } = deps.shop.account
      const date = businessDateOf(deps.env.clock.now(), zone)
      const from = startOfBusinessDate(date, zone)
      const [totals, payments] = await Promise.all([
        deps.db.rows<TotalRow>(readTotals, [till.id, from]),
        deps.db.rows<PaymentRow>(listPayments, [till.id, from, LAST_MAX]),
      ])
      const body = {
        till,
        business_date: date,
        totals: totals.map(toTotal),
        payments: payments.map((payment) => toPaymentWire(payment, principal.role)),
      }
      return { status: 200, body }
    },
  )
