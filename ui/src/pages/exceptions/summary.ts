interface Risk {
  readonly currency: string
  readonly open: number
  readonly amount: number
}

/** Figures of the exceptions that a filter matches. */
export interface Summary {
  readonly count: number
  readonly open: number
  readonly overdue: number
  readonly unassigned: number
  readonly pending_approval: number
  readonly oldest_age_s: number | null
  readonly value_at_risk: readonly Risk[]
  readonly by_severity: readonly (Risk & { readonly severity: string })[]
  readonly by_category: readonly (Risk & { readonly category: string })[]
}
