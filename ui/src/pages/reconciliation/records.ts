type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain'

/** What one category of one currency came to. */
export interface CategoryTotal {
  readonly category: string
  readonly currency: string
  readonly count: number
  readonly amount: number
  readonly fee: number
  readonly net: number
}

/** A run of the reconciler. */
export interface Run {
  readonly id: string
  readonly kind: 'nightly' | 'manual' | 'full' | 'continuous'
  readonly from: string
  readonly to: string
  readonly dry_run: boolean
  readonly status: 'pending' | 'running' | 'succeeded' | 'failed'
  readonly attempts: number
  readonly failures: number
  readonly next_try_at: string | null
  readonly requested_by: string
  readonly requested_at: string
  readonly started_at: string | null
  readonly finished_at: string | null
  readonly error: { readonly code: string; readonly message: string } | null
  readonly summary: RunSummary | null
}

/** What a run found; a run that failed has none. */
export interface RunSummary {
  readonly run_id: string
  readonly matched?: number
  readonly explained?: number
  readonly posted?: number
  readonly fee_unchecked?: number
  readonly totals?: readonly CategoryTotal[]
  readonly dates?: readonly {
    readonly date: string
    readonly status: string
    readonly certificates: readonly string[]
  }[]
  readonly exceptions?: {
    readonly open: number
    readonly opened: number
    readonly healed: number
    readonly by_category: Readonly<Record<string, number>>
  }
  readonly outstanding?: { readonly count: number; readonly by_currency: Readonly<Record<string, number>> }
}

export const RUN_TONE: Readonly<Record<Run['status'], Tone>> = {
  pending: 'info',
  running: 'info',
  succeeded: 'good',
  failed: 'bad',
}

/** A business date of the calendar. */
export interface CalendarDay {
  readonly date: string
  readonly state: 'clean' | 'exceptions' | 'open' | 'none'
  readonly certificates: readonly {
    readonly id: string
    readonly currency: string
    readonly balance_type: string
    readonly version: number
    readonly closing: number
    readonly clean: boolean
  }[]
  readonly open: number
  readonly value_at_risk: readonly {
    readonly currency: string
    readonly open: number
    readonly amount: number
  }[]
}

export interface CalendarMonth {
  readonly month: string
  readonly today: string
  readonly first_date: string | null
  readonly dates: readonly CalendarDay[]
}

export const DAY_LOOK: Readonly<
  Record<CalendarDay['state'], { readonly text: string; readonly tone: Tone }>
> = {
  clean: { text: 'clean', tone: 'good' },
  exceptions: { text: 'exceptions', tone: 'bad' },
  open: { text: 'not closed yet', tone: 'info' },
  none: { text: 'no business', tone: 'plain' },
}

/** The month so many months later: `2026-12` and 1 make `2027-01`. */
export const monthPlus = (month: string, step: number): string => {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const at = new Date(Date.UTC(year, number - 1 + step, 1))
  return at.toISOString().slice(0, 7)
}

/** One date as it was certified. */
export interface Certificate {
  readonly id: string
  readonly seq: number
  readonly date: string
  readonly currency: string
  readonly balance_type: string
  readonly version: number
  readonly opening: number
  readonly closing: number
  readonly totals: readonly Omit<CategoryTotal, 'currency'>[]
  readonly clean: boolean
  readonly exceptions: readonly string[]
  readonly changes: readonly unknown[]
  readonly legs: {
    readonly pairing: Readonly<Record<string, number>>
    readonly stripe: {
      readonly read_at: string
      readonly available: number
      readonly pending: number
      readonly net_since: number
      readonly agrees: boolean
    } | null
    readonly own_postings: { readonly net: number; readonly rows_net: number; readonly agrees: boolean }
    readonly tills: readonly {
      readonly till: string
      readonly currency: string
      readonly card: number
      readonly refunds: number
      readonly cash: number
      readonly checks: number
    }[]
  }
  readonly previous_digest: string
  readonly digest: string
  readonly evidence_digest: string | null
  readonly format: number
  readonly opening_basis: string | null
  readonly issued_at: string
  readonly run_id: string
  readonly outstanding: readonly {
    readonly account: string
    readonly object: string
    readonly currency: string
    readonly amount: number
    readonly occurred_at: string
    readonly state: string
  }[]
  readonly rows: readonly { readonly id: string }[]
}

/** From when to when dates are certified, and which dates of a range are not: the first by name, and how many. */
export interface ReportRange {
  readonly first_certified_date: string | null
  readonly last_certified_date: string | null
  readonly uncertified_dates: readonly string[]
  readonly uncertified_count: number
  readonly beyond_certified: boolean
}
