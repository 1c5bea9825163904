import { z } from '@hono/zod-openapi'
import { seesTill, type Role } from '#core/access/roles.ts'
import { defineRoute } from '#core/http/api.ts'
import { AMOUNT_MAX, amountField, currencyField, idField, textField } from '#core/http/fields.ts'
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
import { loadSql } from '#core/postgres/sql.ts'
import { visibleDeclineCode } from '../domain/decline-advice.ts'
import { PAYMENT_STATUSES } from '../domain/payment-state.ts'
import { runCardAttempt } from '../readers/pay-at-reader.ts'
import { stopPayment } from '../readers/stop-payment.ts'
import { prepareCancel, prepareCapture, prepareConfirm } from './change-payment.ts'
import { runMoneyCall, type MoneyCalls } from './money-calls.ts'
import { moneyCallOf } from './money-route.ts'
import {
  cancelPaymentOperation,
  capturePaymentOperation,
  confirmPaymentOperation,
} from './payment-operations.ts'
import { paymentAnswerSchema, paymentSchema, toPaymentWire, type PaymentRow } from './payment-wire.ts'
import { fullPaymentSchema, readPayment } from './read-payment.ts'
import { PAYMENT_ERRORS, paymentMethodField, readerField, TAKES_MONEY } from './tender-routes.ts'

const listPayments = loadSql(import.meta.url, '../sql/payment_list.sql')

const READS: readonly Role[] = ['cashier', 'finance', 'oncall', 'manager', 'auditor']
const REF_MAX = 100

const paymentId = z.strictObject({ id: idField('pay') })

const amountParameter = () =>
  z
    .string()
    .regex(/^\d{1,8}$/, 'must be an integer of minor units')
    .transform((text) => BigInt(text))
    .openapi({ type: 'integer', minimum: 0, maximum: AMOUNT_MAX })

const listQuery = z
  .strictObject({
    status: z.enum(PAYMENT_STATUSES).optional(),
    method: z.enum(['card', 'cash', 'check']).optional(),
    ...rangeShape(),
    amount_min: amountParameter().optional(),
    amount_max: amountParameter().optional(),
    currency: currencyField().optional(),
    till_id: z
      .string()
      .regex(/^[a-z0-9_-]{1,40}$/, 'is not a till id')
      .optional(),
    customer_ref: textField(REF_MAX).optional(),
    decline_code: z
      .string()
      .regex(/^[a-z_]{1,60}$/, 'is not a decline code')
      .optional(),
    q: textField(REF_MAX).optional(),
    limit: limitField(),
    cursor: cursorField(timePosition('pay')).optional(),
  })
  .superRefine(rangeRule)
  .refine(({ amount_min: min, amount_max: max }) => min === undefined || max === undefined || min <= max, {
    path: ['amount_min'],
    message: 'must not be more than amount_max',
  })

type ListQuery = z.output<typeof listQuery>

const listParams = (query: ListQuery, till: string | null): unknown[] => [
  till,
  query.status ?? null,
  query.method ?? null,
  query.from ?? null,
  query.to ?? null,
  query.amount_min?.toString() ?? null,
  query.amount_max?.toString() ?? null,
  query.currency ?? null,
  query.customer_ref ?? null,
  query.decline_code ?? null,
  query.q ?? null,
  query.cursor?.at ?? null,
  query.cursor?.id ?? null,
  query.limit + 1,
]

const addList = (api: Api, { deps }: MoneyCalls): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/payments',
      summary: 'Payments, newest first',
      allow: READS,
      query: listQuery,
      answers: { 200: pageSchema(paymentSchema) },
      errors: [],
    },
    async ({ principal, query }) => {
      const { till_id: till, decline_code: code } = query
      const mayAsk =
        (till === undefined || seesTill(principal, till)) &&
        visibleDeclineCode(code ?? null, principal.role) === (code ?? null)
      const params = listParams(query, principal.tillId ?? till ?? null)
      const rows = mayAsk ? await deps.db.rows<PaymentRow>(listPayments, params) : []
      const page = pageOf(
        rows,
        query.limit,
        (payment) => toPaymentWire(payment, principal.role),
        ({ created_at: at, id }) => ({ at, id }),
      )
      return { status: 200, body: page }
    },
  )
}

const addRead = (api: Api, { deps }: MoneyCalls): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/payments/{id}',
      summary: 'A payment with its refunds, payout, postings, notes and timeline',
      allow: READS,
      params: paymentId,
      answers: { 200: fullPaymentSchema },
      errors: [],
    },
    async ({ principal, params }) => ({ status: 200, body: await readPayment(deps, principal, params.id) }),
  )
}

const addConfirm = (api: Api, money: MoneyCalls): void => {
  const { deps } = money
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/payments/{id}/confirm',
      summary: 'Another attempt, with the same or another payment method',
      allow: TAKES_MONEY,
      idempotent: true,
      params: paymentId,
      body: z
        .strictObject({
          payment_method: paymentMethodField().optional(),
          reader_id: readerField().optional(),
        })
        .refine((body) => body.payment_method === undefined || body.reader_id === undefined, {
          path: ['reader_id'],
          message: 'not together with payment_method',
        }),
      bodyOptional: true,
      answers: { 200: paymentAnswerSchema, 202: paymentAnswerSchema },
      errors: PAYMENT_ERRORS,
    },
    async (request) => {
      const { principal, params, body } = request
      return runCardAttempt(money, moneyCallOf(request), {
        paymentId: params.id,
        readerId: body.reader_id,
        isFirst: false,
        prepare: async (db) => prepareConfirm(deps, db, principal, params.id),
        operation: confirmPaymentOperation,
      })
    },
  )
}

const addCapture = (api: Api, money: MoneyCalls): void => {
  defineRoute(
    api,
    money.deps,
    {
      method: 'post',
      path: '/payments/{id}/capture',
      summary: 'Take the money of an authorised payment, all or a part',
      allow: TAKES_MONEY,
      idempotent: true,
      params: paymentId,
      body: z.strictObject({ amount: amountField().optional() }),
      bodyOptional: true,
      answers: { 200: paymentAnswerSchema, 202: paymentAnswerSchema },
      errors: PAYMENT_ERRORS,
    },
    async (request) => {
      const { principal, params, body } = request
      return runMoneyCall(
        money,
        moneyCallOf(request),
        {
          point: 'capture_payment',
          objectId: params.id,
          prepare: async (db) => prepareCapture(db, principal, params.id, body.amount ?? null),
        },
        capturePaymentOperation,
      )
    },
  )
}

const addCancel = (api: Api, money: MoneyCalls): void => {
  defineRoute(
    api,
    money.deps,
    {
      method: 'post',
      path: '/payments/{id}/cancel',
      summary: 'End a payment whose money was not taken',
      allow: TAKES_MONEY,
      idempotent: true,
      params: paymentId,
      body: z.strictObject({}),
      bodyOptional: true,
      answers: { 200: paymentAnswerSchema, 202: paymentAnswerSchema },
      errors: ['invalid_state', 'payment_refused', 'provider_mismatch', 'provider_unavailable'],
    },
    async (request) => {
      const { principal, params } = request
      await stopPayment(money.deps, principal, params.id)
      return runMoneyCall(
        money,
        moneyCallOf(request),
        {
          point: 'cancel_payment',
          objectId: params.id,
          prepare: async (db) => prepareCancel(db, principal, params.id),
        },
        cancelPaymentOperation,
      )
    },
  )
}

/** Payments: search, one, and the rest of their life. */
export const addPaymentRoutes = (api: Api, money: MoneyCalls): void => {
  addList(api, money)
  addRead(api, money)
  addConfirm(api, money)
  addCapture(api, money)
  addCancel(api, money)
}
