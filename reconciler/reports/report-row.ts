/** A balance transaction with what Stripe's itemised reports say of it. */
export interface ReportRow {
  readonly id: string
  readonly stripe_created: Date
  readonly available_on: Date
  readonly currency: string
  readonly amount: bigint
  readonly fee: bigint
  readonly net: bigint
  readonly reporting_category: string
  readonly type: string
  readonly balance_type: string
  readonly source: string | null
  readonly description: string | null
  readonly exchange_rate: string | null
  /** Of an automatic payout only. */
  readonly payout_id: string | null
  readonly arrival_at: Date | null
  readonly bank_trace_id: string | null
  readonly bank_trace_status: string | null
  readonly charge_id: string | null
  readonly payment_intent_id: string | null
  readonly card_brand: string | null
  readonly payment_id: string | null
  readonly sale_id: string | null
  readonly till_id: string | null
  readonly facing_amount: bigint | null
  readonly facing_currency: string | null
  readonly refund_amount: bigint | null
  readonly dispute_reason: string | null
  /** An event of Stripe's about the charge, as it came; only where a column needs it. */
  readonly charge_event: string | null
}
