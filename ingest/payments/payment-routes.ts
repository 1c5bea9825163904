import { z } from '@hono/zod-openapi'
import type { Role } from '#core/access/roles.ts'
import { defineRoute } from '#core/http/api.ts'
import { amountField, idField } from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import { runCardAttempt } from '../readers/pay-at-reader.ts'
import { stopPayment } from '../readers/stop-payment.ts'
import { prepareCancel, prepareCapture, prepareConfirm } from './change-payment.ts'
import { runMoneyCall, type MoneyCalls } from './money-calls.ts'
import { moneyCallOf, tellBefore } from './money-route.ts'
import {
  cancelPaymentOperation,
  capturePaymentOperation,
  confirmPaymentOperation,
} from './payment-operations.ts'
import { paymentAnswerSchema } from './payment-wire.ts'
import { requireSeen, seenVersionField } from './require-seen.ts'
import { fullPaymentSchema, readPayment } from './read-payment.ts'
import { PAYMENT_ERRORS, paymentMethodField, readerField, TAKES_MONEY } from './tender-routes.ts'

const READS: readonly Role[] = ['cashier', 'finance', 'oncall', 'manager', 'auditor']

const paymentId = z.strictObject({ id: idField('pay') })

const addRead = (api: Api, { deps }: MoneyCalls): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/payments/{id}',
      summary: 'A payment with its refunds, payout, postings, notes and timeline',
      allow: READS,
      scope: 'store',
      sensitive: true,
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
      scope: 'store',
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
        prepare: async (db) =>
          tellBefore(request.facts, await prepareConfirm(deps, db, principal, params.id)),
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
      scope: 'store',
      idempotent: true,
      params: paymentId,
      body: z.strictObject({ amount: amountField().optional(), version: seenVersionField() }),
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
          prepare: async (db) => {
            await requireSeen(db, principal, params.id, body.version)
            const prepared = await prepareCapture(db, principal, params.id, body.amount ?? null)
            return tellBefore(request.facts, prepared)
          },
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
      scope: 'store',
      idempotent: true,
      params: paymentId,
      body: z.strictObject({ version: seenVersionField() }),
      bodyOptional: true,
      answers: { 200: paymentAnswerSchema, 202: paymentAnswerSchema },
      errors: [
        'invalid_state',
        'version_stale',
        'payment_refused',
        'provider_mismatch',
        'provider_unavailable',
      ],
    },
    async (request) => {
      const { principal, params, body } = request
      const seen = await stopPayment(money.deps, principal, params.id, body.version)
      return runMoneyCall(
        money,
        moneyCallOf(request),
        {
          point: 'cancel_payment',
          objectId: params.id,
          prepare: async (db) => {
            await requireSeen(db, principal, params.id, seen)
            return tellBefore(request.facts, await prepareCancel(db, principal, params.id))
          },
        },
        cancelPaymentOperation,
      )
    },
  )
}

/** Payments: one, and the rest of its life. */
export const addPaymentRoutes = (api: Api, money: MoneyCalls): void => {
  addRead(api, money)
  addConfirm(api, money)
  addCapture(api, money)
  addCancel(api, money)
}
