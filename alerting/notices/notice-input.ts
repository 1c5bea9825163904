import type { Labels } from '../domain/labels.ts'
import type { AlertRule, Judgement } from '../domain/rule.ts'
import type { Change, Severity } from '../messages/notice.ts'

/** A raised alert of an incident, as the engine judged it last. */
export interface NoticedAlert {
  readonly labels: Labels
  readonly judgement: Judgement
}

/** What the engine knows of an incident when people are to be told of it. */
export interface NoticeInput {
  readonly incident: { readonly id: string; readonly key: string; readonly openedAt: Date }
  readonly rule: AlertRule
  /** All alerts of the incident; when it is resolved, as they were judged last. */
  readonly alerts: readonly NoticedAlert[]
  readonly change: Change
  /** Counts up with each message of the incident, from 1. */
  readonly number: number
  readonly at: Date
  readonly severity: Severity
}
