import type { Deps } from '#core/service.ts'
import type { Labels } from '../domain/labels.ts'
import type { AlertRule, Judgement } from '../domain/rule.ts'
import type { Change, Notice, Severity } from '../messages/notice.ts'
import { incidentLinks } from '../people/ack-link.ts'

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

/**
 * Everything that people are told of an incident now. Never throws and never waits long: what cannot be looked up within
 * two seconds is said to be not known, for a message without a cause is better than none.
 */
export const composeNotice = async (deps: Deps, input: NoticeInput): Promise<Notice> => {
  const { incident, rule, alerts, change, number, at, severity } = input
  const worst = alerts[0]
  return Promise.resolve({
    incident: { ...incident, ...incidentLinks(deps.notify, incident.id, at) },
    number,
    at,
    change,
    alert: {
      name: rule.name,
      severity,
      labels: { ...worst?.labels, component: rule.component },
      headline: worst?.judgement.headline ?? rule.name,
    },
    facts: worst?.judgement.facts ?? [],
    cause: null,
    samples: [],
    runbook: {
      title: rule.runbook.title,
      url: `${deps.notify.publicUrl}/docs/alerts#${rule.runbook.anchor}`,
      steps: rule.runbook.steps,
    },
  })
}
