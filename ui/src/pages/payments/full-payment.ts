import type { Payment } from './payment.ts'

/** One row of what happened to a payment. */
export interface TimelineRow {
  readonly at: string
  readonly source: string
  readonly type: string
  readonly id: string | null
  readonly status: string | null
  readonly detail: string | null
  readonly author: string | null
}

/** One line of the ledger about a payment. */
export interface Posting {
  readonly entry_id: string
  readonly kind: string
  readonly business_date: string
  readonly account: string
  readonly currency: string
  readonly amount: number
}

/** A payment with everything that belongs to it. */
export interface FullPayment extends Payment {
  readonly failure_message: string | null
  readonly attention: { readonly code: string; readonly at: string; readonly detail: string | null } | null
  readonly accepted_at: string
  readonly metadata: Readonly<Record<string, string>>
  /** What Stripe kept of it and what it left, in the currency of its balance; null while that is not known. */
  readonly fee: number | null
  readonly net: number | null
  readonly balance_currency: string | null
  readonly advice: { readonly say: string } | null
  readonly refunds: readonly {
    readonly id: string
    readonly amount: number
    readonly currency: string
    readonly status: string
  }[]
  readonly disputes: readonly { readonly id: string; readonly status: string; readonly reason: string }[]
  readonly payout: { readonly id: string; readonly status: string } | null
  readonly postings: readonly Posting[]
  readonly timeline: readonly TimelineRow[]
}
