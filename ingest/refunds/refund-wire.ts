import { z } from '@hono/zod-openapi'
import { toWireAmount } from '#core/money.ts'
import { REFUND_STATUSES, type RefundStatus } from '../domain/payment-state.ts'

/** A refund with what its payment says. */
export interface RefundRow {
  readonly id: string
  readonly payment_id: string
  readonly method: 'card' | 'cash' | 'check'
  readonly currency: string
  readonly amount: bigint
  readonly reason: string
  readonly status: RefundStatus
  readonly stripe_refund: string | null
  readonly failure_reason: string | null
  readonly cashier_ref: string | null
  readonly trace_id: string
  readonly first_writer: string | null
  readonly created_at: Date
  readonly updated_at: Date
  readonly sale_id: string
  readonly till_id: string
  readonly store_id: string
  readonly stripe_charge: string | null
  readonly stripe_payment_intent: string | null
}

/** A refund on the wire. */
export const refundSchema = z
  .strictObject({
    id: z.string(),
    payment_id: z.string(),
    method: z.enum(['card', 'cash', 'check']),
    currency: z.string(),
    amount: z.number().int(),
    reason: z.string(),
    status: z.enum(REFUND_STATUSES),
    stripe_refund: z.string().nullable(),
    failure_reason: z.string().nullable(),
    cashier_ref: z.string().nullable(),
    trace_id: z.string(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .openapi('Refund')

export const toRefundWire = (refund: RefundRow): z.output<typeof refundSchema> => ({
  id: refund.id,
  payment_id: refund.payment_id,
  method: refund.method,
  currency: refund.currency,
  amount: toWireAmount(refund.amount),
  reason: refund.reason,
  status: refund.status,
  stripe_refund: refund.stripe_refund,
  failure_reason: refund.failure_reason,
  cashier_ref: refund.cashier_ref,
  trace_id: refund.trace_id,
  created_at: refund.created_at.toISOString(),
  updated_at: refund.updated_at.toISOString(),
})
