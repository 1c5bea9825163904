import type { TillPayment } from './domain/tender.ts'

/** What a till took and gave back today, as `GET /tills/{id}/today` answers it. */
export interface Today {
  readonly business_date: string
  readonly totals: readonly {
    readonly method: 'card' | 'cash' | 'check'
    readonly currency: string
    readonly count: number
    readonly amount: number
    readonly refund_count: number
    readonly refund_amount: number
    readonly open: number
    readonly failed: number
  }[]
  readonly payments: readonly TodayPayment[]
}

export interface TodayPayment extends Omit<TillPayment, 'sale' | 'reader'> {
  readonly amount_captured: number
  readonly amount_refunded: number
  readonly created_at: string
}

/** A refund that waits for a second person, or what became of it. */
export interface Approval {
  readonly id: string
  readonly status: 'pending' | 'approved' | 'rejected' | 'expired'
  readonly payment_id: string | null
  readonly amount: number
  readonly currency: string
  readonly requested_at: string
  readonly decided_name: string | null
  readonly decision_note: string | null
}
