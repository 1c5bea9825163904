/** A request for a second person, as `GET /approvals` tells it. */
export interface Approval {
  readonly id: string
  readonly kind: 'refund' | 'exception'
  readonly status: 'pending' | 'approved' | 'rejected' | 'expired'
  readonly payment_id: string | null
  readonly exception_id: string | null
  readonly amount: number
  readonly currency: string
  readonly reason: string
  readonly why: string
  readonly requested_by: string
  readonly requested_name: string
  readonly requested_at: string
  readonly expires_at: string | null
  readonly decided_name: string | null
  readonly decided_at: string | null
  readonly decision_note: string | null
  readonly refund_id: string | null
}
