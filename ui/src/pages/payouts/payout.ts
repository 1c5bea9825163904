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
  /** Ours, in logs and events. */
  readonly trace_id: string | null
  /** The bank's own, once it told it. */
  readonly bank_trace_id: string | null
  readonly bank_trace_status: string | null
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

type Traced = Pick<Payout, 'bank_trace_status'>

/** Words for a reference of the bank's that is not there, short and whole; that there is none only Stripe can say. */
const NO_TRACE: Readonly<Record<string, readonly [short: string, whole: string]>> = {
  pending: ['not known yet', 'not known yet: it comes up to ten days after the payout arrived'],
  unsupported: ['none', 'none: the bank gives no reference for this payout'],
}
const UNTOLD = ['not told', 'Stripe has not told it'] as const

const wordsFor = ({ bank_trace_status: status }: Traced): readonly [short: string, whole: string] =>
  status === null ? UNTOLD : (NO_TRACE[status] ?? [status, status])

/** Why the bank's reference is not there. */
export const whyNoTrace = (payout: Traced): string => wordsFor(payout)[1]

/** The same in a word or two, for a list. */
export const noTrace = (payout: Traced): string => wordsFor(payout)[0]
