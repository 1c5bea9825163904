import { z } from '@hono/zod-openapi'
import { tillsOf, type Principal, type Role } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { idField, textField } from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import { newId } from '#core/ids.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { runMoneyCall, type MoneyCalls } from '../payments/money-calls.ts'
import { auditedPayment, moneyCallOf } from '../payments/money-route.ts'
import { prepareRefund } from '../refunds/prepare-refund.ts'
import { createRefundOperation } from '../refunds/refund-operation.ts'
import { refundSchema } from '../refunds/refund-wire.ts'
import { APPROVAL_STATES, approvalSchema, toApprovalWire, type ApprovalRow } from './approval-wire.ts'
import { decideRefund, lockPending, requireSecond, type RefundApproval } from './decide-refund.ts'

const listRows = loadSql(import.meta.url, 'sql/approvals_list.sql')

const READS: readonly Role[] = ['cashier', 'finance', 'manager', 'auditor']
const DECIDES: readonly Role[] = ['finance', 'manager']
interface Wanted {
  readonly status?: string | undefined
  readonly kind?: string | undefined
  readonly id?: string
  readonly payment_id?: string | undefined
  readonly limit: number
}

/** Cashiers see what they asked for themselves; exceptions belong to the whole shop, so a part of it sees none. */
const read = async ({ db, env }: Deps, principal: Principal, wanted: Wanted) => {
  const { status, kind, id, payment_id: payment, limit } = wanted
  const own = principal.role === 'cashier' ? principal.actorId : null
  const which = [status ?? null, kind ?? null, tillsOf(principal), id ?? null]
  const params = [...which, limit, env.clock.now(), own, payment ?? null]
  return (await db.rows<ApprovalRow>(listRows, params)).map(toApprovalWire)
}

const idParams = z.strictObject({ id: idField('apr') })

const addReads = (api: Api, deps: Deps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/approvals',
      summary: 'What waits for a second person, and what became of it',
      allow: READS,
      scope: 'store',
      query: z.strictObject({
        status: z.enum(APPROVAL_STATES).optional(),
        kind: z.enum(['refund', 'exception']).optional(),
        payment_id: idField('pay').optional(),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
      answers: { 200: z.object({ data: z.array(approvalSchema) }) },
      errors: [],
    },
    async ({ principal, query }) => ({ status: 200, body: { data: await read(deps, principal, query) } }),
  )
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/approvals/{id}',
      summary: 'One request for a second person',
      allow: READS,
      scope: 'store',
      params: idParams,
      answers: { 200: approvalSchema },
      errors: [],
    },
    async ({ principal, params }) => {
      const [row] = await read(deps, principal, { id: params.id, limit: 1 })
      if (!row) throw new TillwatchError('not_found')
      return { status: 200, body: row }
    },
  )
}

/** The refund that was asked for, as it is given back. */
const wantedOf = (approval: RefundApproval) => ({
  paymentId: approval.payment_id,
  amount: approval.amount,
  reason: approval.reason,
  inCash: approval.in_cash,
  cashierRef: approval.cashier_ref,
})

const noteBody = z.strictObject({ note: textField(500).optional() })

const addApprove = (api: Api, money: MoneyCalls): void => {
  const { deps } = money
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/approvals/{id}/approve',
      summary: 'Agrees to a refund that another person asked for, and gives it back',
      allow: DECIDES,
      scope: 'store',
      stepUp: true,
      params: idParams,
      body: noteBody,
      bodyOptional: true,
      answers: { 201: refundSchema, 202: refundSchema },
      errors: [
        'second_person_required',
        'refund_over_limit',
        'invalid_state',
        'approval_expired',
        'refund_exceeds_capture',
        'operation_in_progress',
        'idempotency_key_reused',
        'provider_mismatch',
        'payment_refused',
        'provider_unavailable',
      ],
    },
    async (request) => {
      const { principal, params, body, facts } = request
      const refundId = newId(deps.env, 'refund')
      const first = {
        point: 'create_refund' as const,
        objectId: refundId,
        prepare: async (db: Parameters<typeof prepareRefund>[1]) => {
          const approval = await lockPending(deps, db, principal, params.id)
          await requireSecond(deps, db, principal, approval)
          const wanted = { ...wantedOf(approval), refundId, traceId: facts.traceId, requestId: facts.id }
          const agreed = { askedBy: approval.requested_by }
          const prepared = await prepareRefund(deps, db, principal, wanted, agreed)
          await decideRefund(deps, db, principal, params.id, {
            status: 'approved',
            note: body.note ?? null,
            refundId,
          })
          const { before: payment } = prepared
          facts.audit = {
            object: params.id,
            before: { status: approval.status, ...(payment && { payment: auditedPayment(payment) }) },
            after: { status: 'approved', refund: refundId },
          }
          return prepared
        },
      }
      // One key for the request, whoever approves and however often: it is given back once.
      const call = { ...moneyCallOf(request), key: `approve_${params.id}`, body: { approval: params.id } }
      return runMoneyCall(money, call, first, createRefundOperation)
    },
  )
}

const addReject = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/approvals/{id}/reject',
      summary: 'Ends a request without a refund; whoever asked may so take it back',
      allow: READS.filter((role) => role !== 'auditor'),
      scope: 'store',
      params: idParams,
      body: z.strictObject({ note: textField(500) }),
      answers: { 200: approvalSchema },
      errors: ['invalid_state', 'approval_expired'],
    },
    async ({ principal, params, body, facts }) => {
      const { status } = await deps.db.withTransaction(async (db) => {
        const approval = await lockPending(deps, db, principal, params.id)
        const isOwn = approval.requested_by === principal.actorId
        if (principal.role === 'cashier' && !isOwn) throw new TillwatchError('not_found')
        await decideRefund(deps, db, principal, params.id, {
          status: 'rejected',
          note: body.note,
          refundId: null,
        })
        return approval
      })
      facts.audit = { object: params.id, before: { status }, after: { status: 'rejected', note: body.note } }
      const [row] = await read(deps, principal, { id: params.id, limit: 1 })
      return { status: 200, body: row }
    },
  )

/** Refunds beyond one's tier: asked for by one person, given back by another. */
export const addApprovalRoutes = (api: Api, money: MoneyCalls): void => {
  addReads(api, money.deps)
  addApprove(api, money)
  addReject(api, money.deps)
}
