import { z } from '@hono/zod-openapi'

/** How a request stands; nobody has to do anything for it to expire. */
export const APPROVAL_STATES = ['pending', 'approved', 'rejected', 'expired'] as const

/** A request for a second person, of either kind. */
export const approvalSchema = z.object({
  id: z.string(),
  kind: z.enum(['refund', 'exception']),
  status: z.enum(APPROVAL_STATES),
  payment_id: z.string().nullable(),
  exception_id: z.string().nullable(),
  amount: z.number().int(),
  currency: z.string(),
  reason: z.string(),
  why: z.string(),
  requested_by: z.string(),
  requested_name: z.string(),
  requested_at: z.string(),
  expires_at: z.string().nullable(),
  decided_name: z.string().nullable(),
  decided_at: z.string().nullable(),
  decision_note: z.string().nullable(),
  refund_id: z.string().nullable(),
})

/** A row of the view `approvals`. */
export interface ApprovalRow {
  readonly amount: string | bigint
  readonly requested_at: Date
  readonly expires_at: Date | null
  readonly decided_at: Date | null
  readonly [more: string]: unknown
}

/** A request as it is shown. */
export const toApprovalWire = ({ amount, requested_at, expires_at, decided_at, ...row }: ApprovalRow) => ({
  ...row,
  amount: Number(amount),
  requested_at: requested_at.toISOString(),
  expires_at: expires_at?.toISOString() ?? null,
  decided_at: decided_at?.toISOString() ?? null,
})
