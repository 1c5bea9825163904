import type { Labels } from '../domain/labels.ts'

export type Severity = 'critical' | 'warning' | 'info'

/** What happened to the incident that people are told of now; that somebody took it is told to the pager alone. */
export type Change = 'fired' | 'escalated' | 'taken' | 'resolved'

/** A payment among those that made the alert, so that one can look at real ones. */
export interface SamplePayment {
  readonly id: string
  readonly text: string
  readonly url: string
}

/** A fact of the measurement as a line of a message: "Failed", "21 of 240". */
export interface Fact {
  readonly name: string
  readonly value: string
}

/** Where to look next. */
export interface NoticeLink {
  readonly text: string
  readonly url: string
}

/** Everything that a message about an incident says; each channel renders the same notice in its own shape. */
export interface Notice {
  readonly incident: {
    readonly id: string
    /** The same for every message of the incident: one thread of mail, one incident of the pager. */
    readonly key: string
    readonly openedAt: Date
    readonly url: string
    readonly ackUrl: string
  }
  /** Counts up with each message of the incident. */
  readonly number: number
  readonly at: Date
  readonly change: Change
  readonly alert: {
    readonly name: string
    readonly severity: Severity
    readonly labels: Labels
    /** One line: what is wrong, with value, line and window. */
    readonly headline: string
  }
  /** Value, threshold, window, numerator and denominator, estimated lost sales. */
  readonly facts: readonly Fact[]
  /** The likely cause in words, or null when the facts name none. */
  readonly cause: string | null
  /** What the cause was read from: "Decline codes", "insufficient_funds: 18, do_not_honor: 3". */
  readonly breakdown?: readonly Fact[]
  readonly samples: readonly SamplePayment[]
  /** Headlines of the incident's other alerts, the worst being the notice's own. */
  readonly others?: readonly string[]
  readonly links?: readonly NoticeLink[]
  /** What it is about, as people call it: "Bakery". Nothing when it is about all of the shop. */
  readonly place?: string
  /** In which people read times; UTC without one. */
  readonly zone?: string
  readonly runbook: { readonly title: string; readonly url: string; readonly steps: readonly string[] }
}
