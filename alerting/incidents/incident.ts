import type { Phase } from '../domain/alert-state.ts'
import type { GroupPolicy } from '../domain/incident.ts'
import type { Labels } from '../domain/labels.ts'
import type { Judgement } from '../domain/rule.ts'
import type { Notice, Severity } from '../messages/notice.ts'

/** By which way a person took an incident. */
export type AckVia = 'mail' | 'api' | 'ui' | 'pager'

/** Who ends what is over without anybody's word. */
export const BY_ITSELF = 'auto'

/** How an incident stands: nobody has it, somebody does, or it is over. */
export const INCIDENT_STATES = ['open', 'acked', 'resolved'] as const
export type IncidentState = (typeof INCIDENT_STATES)[number]

/** An incident as it is stored: what people are told of, one per group of alerts at a time. */
export interface StoredIncident {
  readonly id: string
  /** Names the group for pager and mail. */
  readonly key: string
  readonly rule: string
  readonly severity: Severity
  /** The labels that all its alerts share. */
  readonly labels: Labels
  readonly headline: string
  readonly policy: GroupPolicy
  readonly opened_at: Date
  readonly counted_from: Date
  readonly told_steps: number
  readonly messages: number
  readonly acked_at: Date | null
  readonly acked_by: string | null
  readonly acked_via: AckVia | null
  /** Why nobody is told further now ("silence sil_...", "StripeUnreachable"); null when it is loud. */
  readonly muted_by: string | null
  readonly resolved_at: Date | null
  /** Who closed it; `auto` when the alerts ended by themselves. */
  readonly resolved_by: string | null
  /** The newest notice as it was sent; null when nobody was told yet. */
  readonly notice: Notice | null
  readonly version: number
}

export type TimelineWhat =
  | 'opened'
  | 'joined'
  | 'left'
  | 'told'
  | 'muted'
  | 'unmuted'
  | 'acked'
  | 'unacked'
  | 'ack_expired'
  | 'noted'
  | 'resolved'

/** Something that happened to an incident; rows are never changed. */
export interface TimelineRow {
  readonly seq: bigint
  readonly at: Date
  readonly what: TimelineWhat
  /** A person, or `auto`. */
  readonly by: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** An alert that belongs to an open incident now. */
export interface MemberAlert {
  readonly labels: Labels
  readonly phase: Phase
  readonly since: Date
  readonly judgement: Judgement | null
}

/** A message about an incident and what became of it. */
export interface IncidentDelivery {
  readonly id: string
  readonly channel: string
  readonly contact: string
  readonly change: Notice['change']
  readonly status: 'pending' | 'sent' | 'dropped' | 'failed'
  readonly attempts: number
  readonly created_at: Date
  readonly ended_at: Date | null
  readonly reason: string | null
}

/** How an incident stands. */
export const stateOf = ({ resolved_at, acked_at }: StoredIncident): IncidentState => {
  if (resolved_at !== null) return 'resolved'
  return acked_at === null ? 'open' : 'acked'
}

/** A stored notice with its instants as such. */
export const readNotice = (stored: Notice): Notice => ({
  ...stored,
  at: new Date(stored.at),
  incident: { ...stored.incident, openedAt: new Date(stored.incident.openedAt) },
})
