import { z } from '@hono/zod-openapi'
import { seesTill, type Role } from '#core/access/roles.ts'
import { defineRoute } from '#core/http/api.ts'
import { amountField, idField, textField } from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import { TillwatchError } from '#core/errors.ts'
import { newId } from '#core/ids.ts'
import { approvalSchema } from '../approvals/approval-wire.ts'
import { moneyCallOf, tellBefore } from '../payments/money-route.ts'
import { runMoneyCall, type MoneyCalls } from '../payments/money-calls.ts'
import { requireSeen, seenVersionField } from '../payments/require-seen.ts'
import { prepareRefund } from './prepare-refund.ts'
import { createRefundOperation, loadRefund } from './refund-operation.ts'
import { refundSchema, toRefundWire } from './refund-wire.ts'

const REFUNDS: readonly Role[] = ['cashier', 'finance', 'manager']
const READS: readonly Role[] = ['cashier', 'finance', 'oncall', 'manager', 'auditor']

const REF_MAX = 100

const refundBodySchema = z.strictObject({
  amount: amountField().optional(),
  reason: z
    .enum(['requested_by_customer', 'duplicate', 'fraudulent', 'other'])
    .default('requested_by_customer'),
  method: z
    .enum(['original', 'cash'])
    .default('original')
    .openapi({ description: 'cash for a card payment: only what a failed refund still owes' }),
  cashier_ref: textField(REF_MAX).optional(),
  version: seenVersionField(),
})

const addRefund = (api: Api, money: MoneyCalls): void => {
  const { deps } = money
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/payments/{id}/refunds',
      summary: 'Give back all or a part of a payment',
      allow: REFUNDS,
      scope: 'store',
      stepUp: true,
      idempotent: true,
      params: z.strictObject({ id: idField('pay') }),
      body: refundBodySchema,
      answers: {
        201: refundSchema,
        202: z.union([refundSchema, z.object({ approval: approvalSchema.partial() })]),
      },
      errors: [
        'amount_invalid',
        'currency_amount_invalid',
        'invalid_state',
        'version_stale',
        'refund_exceeds_capture',
        'provider_mismatch',
        'payment_refused',
        'provider_unavailable',
      ],
    },
    async (request) => {
      const { principal, params, body, facts } = request
      const refundId = newId(deps.env, 'refund')
      const wanted = {
        refundId,
        paymentId: params.id,
        amount: body.amount ?? null,
        reason: body.reason,
        inCash: body.method === 'cash',
        cashierRef: body.cashier_ref ?? null,
        traceId: facts.traceId,
        requestId: facts.id,
      }
      const first = {
        // A card or a drawer is known only behind the payment's lock.
        point: 'create_refund' as const,
        objectId: refundId,
        prepare: async (db: Parameters<typeof prepareRefund>[1]) => {
          await requireSeen(db, principal, params.id, body.version)
          return tellBefore(facts, await prepareRefund(deps, db, principal, wanted))
        },
      }
      return runMoneyCall(money, moneyCallOf(request), first, createRefundOperation)
    },
  )
}

const addReadRefund = (api: Api, { deps }: MoneyCalls): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/refunds/{id}',
      summary: 'A refund',
      allow: READS,
      scope: 'store',
      params: z.strictObject({ id: idField('rfd') }),
      answers: { 200: refundSchema },
      errors: [],
    },
    async ({ principal, params }) => {
      const refund = await loadRefund(deps.db, params.id)
      if (!seesTill(principal, refund.till_id)) throw new TillwatchError('not_found')
      return { status: 200, body: toRefundWire(refund) }
    },
  )
}

/** `POST /payments/{id}/refunds`, `GET /refunds/{id}`. */
export const addRefundRoutes = (api: Api, money: MoneyCalls): void => {
  addRefund(api, money)
  addReadRefund(api, money)
}
