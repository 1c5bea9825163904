import { z } from '@hono/zod-openapi'
import { ackEndsAt, nextStep } from '../domain/escalation.ts'
import type { IncidentDelivery, MemberAlert, StoredIncident, TimelineRow } from '../incidents/incident.ts'
import type { WholeIncident } from '../incidents/find-incident.ts'
import { instant } from './wire.ts'

/** How an incident stands, as people say it. `silenced` is one that nobody is told of further now. */
export const STATUSES = ['firing', 'acknowledged', 'silenced', 'resolved'] as const
export type Status = (typeof STATUSES)[number]

const text = () => z.string()
const maybe = () => z.string().nullable()
const number = () => z.number().nullable()
const labels = () => z.record(z.string(), z.string())

export const incidentSchema = z.strictObject({
  id: text(),
  status: z.enum(STATUSES),
  severity: z.enum(['critical', 'warning', 'info']),
  rule: text(),
  labels: labels(),
  headline: text(),
  opened_at: text(),
  acknowledged: z.strictObject({ at: text(), by: text(), via: text(), until: text() }).nullable(),
  silenced_by: maybe(),
  resolved_at: maybe(),
  resolved_by: maybe(),
  messages: z.number().int(),
  version: z.number().int(),
})

/** How an incident stands now. */
export const statusOf = ({
  resolved_at: resolved,
  acked_at: acked,
  muted_by: muted,
}: StoredIncident): Status => {
  if (resolved !== null) return 'resolved'
  if (acked !== null) return 'acknowledged'
  return muted === null ? 'firing' : 'silenced'
}

const escalationOf = (incident: StoredIncident) => ({
  countedFrom: incident.counted_from,
  toldSteps: incident.told_steps,
  ackedAt: incident.acked_at,
})

const acknowledgedOf = (incident: StoredIncident) => {
  const { acked_at: at, acked_by: by, acked_via: via, policy } = incident
  const until = ackEndsAt(policy, escalationOf(incident))
  if (at === null || by === null || until === null) return null
  return { at: at.toISOString(), by, via: via ?? 'api', until: until.toISOString() }
}

/** An incident on the wire. */
export const toIncident = (incident: StoredIncident) => ({
  id: incident.id,
  status: statusOf(incident),
  severity: incident.severity,
  rule: incident.rule,
  labels: incident.labels,
  headline: incident.headline,
  opened_at: incident.opened_at.toISOString(),
  acknowledged: acknowledgedOf(incident),
  silenced_by: incident.muted_by,
  resolved_at: instant(incident.resolved_at),
  resolved_by: incident.resolved_by,
  messages: incident.messages,
  version: incident.version,
})

const fact = () => z.strictObject({ name: text(), value: text() })
const figures = () => ({ value: number(), line: number(), numerator: number(), denominator: number() })

/** What one evaluation saw, as it is stored. */
export interface EvaluationRow {
  readonly at: Date
  readonly result: {
    readonly labels: Readonly<Record<string, string>>
    readonly finding: string
    readonly value: number | null
    readonly line: number | null
    readonly numerator: number | null
    readonly denominator: number | null
  }
}

export const evaluationSchema = z.strictObject({
  at: text(),
  labels: labels(),
  finding: text(),
  ...figures(),
})

/** One point of a graph. */
export const toEvaluation = ({ at, result }: EvaluationRow) => ({
  at: at.toISOString(),
  labels: result.labels,
  finding: result.finding,
  value: result.value,
  line: result.line,
  numerator: result.numerator,
  denominator: result.denominator,
})

const messageSchema = z.strictObject({
  id: text(),
  channel: text(),
  contact: text(),
  change: text(),
  status: text(),
  attempts: z.number().int(),
  created_at: text(),
  ended_at: maybe(),
  reason: maybe(),
})

const toMessage = ({ created_at: created, ended_at: ended, ...rest }: IncidentDelivery) => ({
  ...rest,
  created_at: created.toISOString(),
  ended_at: instant(ended),
})

export const wholeSchema = incidentSchema.extend({
  cause: maybe(),
  facts: z.array(fact()),
  samples: z.array(z.strictObject({ id: text(), text: text(), url: text() })),
  runbook: z.strictObject({ title: text(), url: text(), steps: z.array(text()) }).nullable(),
  next_step: z.strictObject({ at: text(), tell: z.array(text()) }).nullable(),
  alerts: z.array(
    z.strictObject({
      labels: labels(),
      phase: text(),
      since: text(),
      headline: maybe(),
      facts: z.array(fact()),
      ...figures(),
    }),
  ),
  evaluations: z.array(evaluationSchema),
  deliveries: z.array(messageSchema),
  timeline: z.array(
    z.strictObject({ at: text(), what: text(), by: text(), detail: z.record(z.string(), z.unknown()) }),
  ),
})

const toAlert = ({ labels: own, phase, since, judgement }: MemberAlert) => ({
  labels: own,
  phase,
  since: since.toISOString(),
  headline: judgement?.headline ?? null,
  facts: [...(judgement?.facts ?? [])],
  value: judgement?.value ?? null,
  line: judgement?.line ?? null,
  numerator: judgement?.numerator ?? null,
  denominator: judgement?.denominator ?? null,
})

const toTimeline = ({ at, what, by, detail }: TimelineRow) => ({ at: at.toISOString(), what, by, detail })

const nextOf = (incident: StoredIncident) => {
  if (incident.resolved_at !== null || incident.muted_by !== null) return null
  const next = nextStep(incident.policy, escalationOf(incident))
  return next === undefined ? null : { at: next.at.toISOString(), tell: [...next.contacts] }
}

/** Everything about one incident, on the wire. */
export const toWhole = (whole: WholeIncident, evaluations: readonly EvaluationRow[]) => {
  const { incident } = whole
  const { notice } = incident
  return {
    ...toIncident(incident),
    cause: notice?.cause ?? null,
    facts: [...(notice?.facts ?? [])],
    samples: [...(notice?.samples ?? [])],
    runbook: notice && { ...notice.runbook, steps: [...notice.runbook.steps] },
    next_step: nextOf(incident),
    alerts: whole.alerts.map(toAlert),
    evaluations: evaluations.map(toEvaluation),
    deliveries: whole.deliveries.map(toMessage),
    timeline: whole.timeline.map(toTimeline),
  }
}
