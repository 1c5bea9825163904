import type { Role } from '#core/access/roles.ts'

/** An exception of the desk, as the API lists it. */
export interface Exception {
  readonly id: string
  readonly category: string
  readonly object: string
  readonly status: 'open' | 'resolved'
  readonly healed: boolean
  readonly severity: 'low' | 'medium' | 'high' | 'critical'
  readonly currency: string
  readonly expected: number
  readonly actual: number
  readonly difference: number
  readonly value: number
  readonly date: string
  readonly occurred_at: string
  readonly age_s: number
  readonly due_at: string
  readonly overdue: boolean
  readonly owner: string | null
  readonly payment_id: string | null
  readonly text: string
  readonly details: Readonly<Record<string, string>>
  readonly resolution: string | null
  readonly reason: string | null
  readonly resolved_by: string | null
  readonly resolved_at: string | null
  readonly adjustment_entry: string | null
  readonly last_note: { readonly text: string; readonly by: string; readonly at: string } | null
  readonly approval: Approval | null
  readonly version: number
  readonly opened_run_id: string
  readonly first_seen_at: string
  readonly last_seen_at: string
}

interface Approval {
  readonly id: string
  readonly resolution: string
  readonly reason: string
  readonly note: string | null
  readonly account: string | null
  readonly counterpart_id: string | null
  readonly requested_by: string
  readonly requested_at: string
}

interface Posting {
  readonly account: string
  readonly object: string | null
  readonly currency: string
  readonly amount: number
}

type Facts = Readonly<Record<string, unknown>>

/** A balance transaction, a payout or a movement: whatever fields it has. */
export type SideFacts = Facts & { readonly currency: string }

export interface Reason {
  readonly code: string
  readonly text: string
  readonly note_required: boolean
}

export interface HistoryLine {
  readonly version: number
  readonly change: string
  readonly status: string
  readonly difference: number
  readonly at: string
  readonly run_id: string | null
  readonly by: { readonly kind: 'run' | 'person' | 'age'; readonly name: string | null }
  readonly before: Facts
  readonly after: Facts
  readonly why: string | null
}

/** Everything about one exception. */
export interface WholeException extends Exception {
  readonly stripe: { readonly rows: readonly SideFacts[]; readonly payout: SideFacts | null }
  readonly ledger: {
    readonly movements: readonly SideFacts[]
    readonly entries: readonly {
      readonly id: string
      readonly kind: string
      readonly date: string
      readonly recorded_at: string
      readonly postings: readonly Posting[]
    }[]
  }
  readonly differing: readonly string[]
  readonly notes: readonly {
    readonly id: string
    readonly text: string
    readonly by: string
    readonly role: string
    readonly at: string
  }[]
  readonly approvals: readonly (Approval & {
    readonly status: 'pending' | 'approved' | 'rejected' | 'expired'
    readonly postings: readonly Posting[]
    /** Roles that may agree to it while it waits, by its amount. */
    readonly agreers: readonly Role[]
    readonly decided_by: string | null
    readonly decided_at: string | null
    readonly decision_note: string | null
  })[]
  readonly reasons: readonly Reason[]
  readonly history: readonly HistoryLine[]
}

type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain'

export const SEVERITY_TONE: Readonly<Record<Exception['severity'], Tone>> = {
  low: 'plain',
  medium: 'info',
  high: 'warn',
  critical: 'bad',
}

/** Where it stands, in a word. */
export const standing = (row: Exception): { readonly text: string; readonly tone: Tone } => {
  if (row.status === 'open')
    return row.approval
      ? { text: 'waits for a second person', tone: 'info' }
      : { text: row.overdue ? 'overdue' : 'open', tone: row.overdue ? 'bad' : 'warn' }
  return { text: row.healed ? 'healed' : (row.resolution ?? 'resolved').replaceAll('_', ' '), tone: 'good' }
}

/** Accounts to which a person may book a difference; the platform has the last word. */
export const ACCOUNTS = [
  'revenue:sales',
  'revenue:refunds',
  'expense:stripe_fees',
  'expense:stripe_adjustments',
  'expense:tax_on_fees',
  'expense:cash_over_short',
  'receivable:disputes',
  'stripe:reserves',
  'liability:refunds_owed',
  'liability:tips',
  'liability:tax',
  'liability:stripe_advances',
  'equity:topups',
] as const
