export type IncidentStatus = 'firing' | 'acknowledged' | 'silenced' | 'resolved'
export type Severity = 'critical' | 'warning' | 'info'
type Labels = Readonly<Record<string, string>>

/** An incident as lists show it. */
export interface Incident {
  readonly id: string
  readonly status: IncidentStatus
  readonly severity: Severity
  readonly rule: string
  readonly labels: Labels
  readonly headline: string
  readonly opened_at: string
  readonly acknowledged: {
    readonly at: string
    readonly by: string
    readonly via: string
    readonly until: string
  } | null
  readonly silenced_by: string | null
  readonly resolved_at: string | null
  readonly resolved_by: string | null
  readonly messages: number
  readonly version: number
}

interface Figures {
  readonly value: number | null
  readonly line: number | null
  readonly numerator: number | null
  readonly denominator: number | null
}

interface Fact {
  readonly name: string
  readonly value: string
}

export interface MemberAlert extends Figures {
  readonly labels: Labels
  readonly phase: string
  readonly since: string
  readonly headline: string | null
  readonly facts: readonly Fact[]
}

export interface Evaluation extends Figures {
  readonly at: string
  readonly labels: Labels
  readonly finding: string
}

export interface Delivery {
  readonly id: string
  readonly channel: string
  readonly contact: string
  readonly change: string
  readonly status: string
  readonly attempts: number
  readonly created_at: string
  readonly ended_at: string | null
  readonly reason: string | null
}

export interface TimelineRow {
  readonly at: string
  readonly what: string
  readonly by: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** Everything about one incident. */
export interface WholeIncident extends Incident {
  readonly cause: string | null
  readonly facts: readonly Fact[]
  readonly samples: readonly { readonly id: string; readonly text: string; readonly url: string }[]
  readonly runbook: {
    readonly title: string
    readonly url: string
    readonly steps: readonly string[]
  } | null
  readonly next_step: { readonly at: string; readonly tell: readonly string[] } | null
  readonly alerts: readonly MemberAlert[]
  readonly evaluations: readonly Evaluation[]
  readonly deliveries: readonly Delivery[]
  readonly timeline: readonly TimelineRow[]
}

type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain'

export const STATUS_TONE: Readonly<Record<IncidentStatus, Tone>> = {
  firing: 'bad',
  acknowledged: 'info',
  silenced: 'plain',
  resolved: 'good',
}

export const SEVERITY_TONE: Readonly<Record<Severity, Tone>> = {
  critical: 'bad',
  warning: 'warn',
  info: 'info',
}

/** What became of a message, in words. */
export const FATES: Readonly<Record<string, { readonly text: string; readonly tone: Tone }>> = {
  pending: { text: 'on its way', tone: 'info' },
  sent: { text: 'sent', tone: 'good' },
  dropped: { text: 'not needed any more', tone: 'plain' },
  failed: { text: 'could not be delivered', tone: 'bad' },
}

/** What happened to an incident, in words. */
export const HAPPENED: Readonly<Record<string, string>> = {
  opened: 'Opened',
  joined: 'One more alert joined',
  left: 'One alert less',
  told: 'People were told',
  muted: 'Silenced',
  unmuted: 'Told again',
  acked: 'Taken',
  unacked: 'Given back',
  ack_expired: 'The time of whoever had it ran out',
  noted: 'Note',
  resolved: 'Over',
}

/** `channel` in words: the pager rings, a mail is written. */
export const CHANNELS = ['mail', 'pager', 'slack', 'webhook'] as const

/** A step of the runbook that somebody did stands in the timeline as a note; this is how it is written and found again. */
export const stepNote = (step: string): string => `Done: ${step}`

/** Labels without those that every alert has, as text. */
export const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .filter(([name]) => name !== 'alertname' && name !== 'severity')
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
