type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain'

/** A payout of Stripe's, with what its own items came to. */
export interface Payout {
  readonly id: string
  readonly currency: string
  readonly amount: number
  readonly status: string
  readonly automatic: boolean
  readonly method: string
  readonly arrival_at: string
  readonly created: string
  readonly balance_transaction: string | null
  readonly failure_code: string | null
  readonly reconciliation_status: string
  readonly trace_id: string | null
  /** Open ones about this payout itself. */
  readonly exceptions: number
  readonly items: { readonly count: number; readonly net: number; readonly complete: boolean } | null
}

/** One balance transaction of a payout, and what it answers. */
export interface PayoutLine {
  readonly id: string
  readonly type: string
  readonly reporting_category: string
  readonly source: string | null
  readonly amount: number
  readonly fee: number
  readonly net: number
  readonly currency: string
  readonly created: string
  readonly gone: boolean
  readonly state: string | null
  readonly counterpart: string | null
}

export const PAYOUT_TONE: Readonly<Record<string, Tone>> = {
  paid: 'good',
  in_transit: 'info',
  pending: 'info',
  failed: 'bad',
  canceled: 'plain',
}

export const LINE_TONE: Readonly<Record<string, Tone>> = {
  matched: 'good',
  explained: 'good',
  adjusted: 'info',
  exception: 'bad',
}

/** Whether the payout is the sum of its items: only automatic ones say what is in them. */
export const sumOf = (payout: Payout): { readonly text: string; readonly tone: Tone } => {
  if (payout.exceptions > 0) return { text: 'exception open', tone: 'bad' }
  if (!payout.automatic) return { text: 'made by hand', tone: 'plain' }
  if (payout.items === null) return { text: 'not itemised yet', tone: 'info' }
  if (!payout.items.complete) return { text: 'items still coming', tone: 'info' }
  return payout.items.net === payout.amount
    ? { text: 'sum of its items', tone: 'good' }
    : { text: 'not the sum of its items', tone: 'bad' }
}
