import { z } from '@hono/zod-openapi'
import { toWireAmount } from '#core/money.ts'

/** A row of `disputes`. */
export interface DisputeRow {
  readonly id: string
  readonly payment_id: string
  readonly stripe_charge: string
  readonly currency: string
  readonly amount: bigint
  readonly status: string
  readonly reason: string
  readonly network_reason_code: string | null
  readonly due_by: Date | null
  readonly is_charge_refundable: boolean
  readonly has_evidence: boolean
  readonly opened_at: Date
  readonly closed_at: Date | null
  readonly amount_withdrawn: bigint
  readonly amount_reinstated: bigint
  readonly amount_lost: bigint
  readonly trace_id: string
  readonly updated_at: Date
}

/** A dispute on the wire; amounts in minor units of its charge's currency. */
export const disputeSchema = z
  .strictObject({
    /** Stripe's id. */
    id: z.string(),
    payment_id: z.string(),
    stripe_charge: z.string(),
    currency: z.string(),
    /** What it is about. */
    amount: z.number().int(),
    /** Stripe's status; `warning_...` is an inquiry, which moves no money. */
    status: z.string(),
    reason: z.string(),
    network_reason_code: z.string().nullable(),
    /** Until when the shop can answer. */
    due_by: z.string().nullable(),
    is_charge_refundable: z.boolean(),
    has_evidence: z.boolean(),
    opened_at: z.string(),
    closed_at: z.string().nullable(),
    /** Taken and brought back so far, as the ledger has it. */
    amount_withdrawn: z.number().int(),
    amount_reinstated: z.number().int(),
    /** What of it is written off. */
    amount_lost: z.number().int(),
    trace_id: z.string(),
    updated_at: z.string(),
  })
  .openapi('Dispute')

export const toDisputeWire = (dispute: DisputeRow): z.output<typeof disputeSchema> => ({
  id: dispute.id,
  payment_id: dispute.payment_id,
  stripe_charge: dispute.stripe_charge,
  currency: dispute.currency,
  amount: toWireAmount(dispute.amount),
  status: dispute.status,
  reason: dispute.reason,
  network_reason_code: dispute.network_reason_code,
  due_by: dispute.due_by?.toISOString() ?? null,
  is_charge_refundable: dispute.is_charge_refundable,
  has_evidence: dispute.has_evidence,
  opened_at: dispute.opened_at.toISOString(),
  closed_at: dispute.closed_at?.toISOString() ?? null,
  amount_withdrawn: toWireAmount(dispute.amount_withdrawn),
  amount_reinstated: toWireAmount(dispute.amount_reinstated),
  amount_lost: toWireAmount(dispute.amount_lost),
  trace_id: dispute.trace_id,
  updated_at: dispute.updated_at.toISOString(),
})
