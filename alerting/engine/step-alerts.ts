import { evaluateAlert, newAlertState, type Finding } from '../domain/alert-state.ts'
import { identityOf } from '../domain/labels.ts'
import type { AlertRule, Judgement } from '../domain/rule.ts'
import type { Judged, Sight } from './judge-readings.ts'
import type { AlertRecord } from './memory.ts'

/** An alert after an evaluation. */
export interface Stepped {
  readonly alert: AlertRecord
  readonly finding: Finding
  /** As judged now; null when nothing could be. */
  readonly seen: Judgement | null
}

/** Where a rule that could not ask anything is counted: it has no labels to say so of. */
const WHOLE = { labels: {}, labelsKey: identityOf({}) }

const isAtRest = ({ phase, missing, failing }: AlertRecord['state']): boolean =>
  phase === 'inactive' && missing === 0 && failing === 0

const newRecord = (rule: AlertRule, { labels, labelsKey }: typeof WHOLE | Judged, at: Date): AlertRecord => ({
  rule: rule.name,
  labels,
  labelsKey,
  state: newAlertState(at),
  judgement: null,
  incidentId: null,
  loudSince: null,
  closedAt: null,
})

/** What a person closed is let go until all that its window counts happened afterwards, or until it has resolved. */
const closedAfter = (
  { state, closedAt }: AlertRecord,
  { windowMs, keepMs }: AlertRule,
  at: Date,
): Date | null => {
  if (closedAt === null || state.phase === 'inactive') return null
  return at.getTime() - closedAt.getTime() >= windowMs + keepMs ? null : closedAt
}

const step = (
  rule: AlertRule,
  before: AlertRecord,
  finding: Finding,
  seen: Judgement | null,
  at: Date,
): Stepped => {
  const { state } = evaluateAlert(before.state, finding, rule, at)
  const says = finding === 'breached' || finding === 'quiet'
  const after = { ...before, state, judgement: says && seen !== null ? seen : before.judgement }
  return { alert: { ...after, closedAt: closedAfter(after, rule, at) }, finding, seen }
}

/** Not among the readings: by the rule's word that is quiet or no data; an alert at rest is not missed. */
const stepGone = (rule: AlertRule, before: AlertRecord, at: Date): Stepped =>
  step(rule, before, before.state.phase === 'inactive' ? 'quiet' : rule.whenGone, null, at)

const stepBlind = (rule: AlertRule, known: readonly AlertRecord[], at: Date): Stepped[] => {
  const isWholeKnown = known.some(({ labelsKey }) => labelsKey === WHOLE.labelsKey)
  const all = isWholeKnown ? known : [...known, newRecord(rule, WHOLE, at)]
  return all
    .filter(({ labelsKey, state }) => labelsKey === WHOLE.labelsKey || state.phase !== 'inactive')
    .map((alert) => step(rule, alert, 'failed', null, at))
}

const stepSeen = (
  rule: AlertRule,
  known: readonly AlertRecord[],
  judged: readonly Judged[],
  at: Date,
): Stepped[] => {
  const byKey = new Map(known.map((alert) => [alert.labelsKey, alert]))
  const found = judged.map((one) => {
    const before = byKey.get(one.labelsKey) ?? newRecord(rule, one, at)
    return one.judgement === 'failed'
      ? step(rule, before, 'failed', null, at)
      : step(rule, before, one.judgement.finding, one.judgement, at)
  })
  const keys = new Set(judged.map(({ labelsKey }) => labelsKey))
  const gone = known.filter(({ labelsKey }) => !keys.has(labelsKey))
  return [...found, ...gone.map((alert) => stepGone(rule, alert, at))]
}

/**
 * One evaluation of all alerts of a rule: those that were found, and those known from before that were not. A rule that
 * could not ask moves nothing and is counted, so that its blindness is an alert of its own.
 */
export const stepRule = (
  rule: AlertRule,
  known: readonly AlertRecord[],
  sight: Sight,
  at: Date,
): readonly Stepped[] =>
  sight.kind === 'blind' ? stepBlind(rule, known, at) : stepSeen(rule, known, sight.judged, at)

/** A rule that is in the catalogue no more has nothing to say: its alerts end. */
export const stepOrphan = (alert: AlertRecord, at: Date): Stepped => ({
  alert: {
    ...alert,
    state: { ...newAlertState(at), phase: 'inactive' },
    closedAt: null,
    loudSince: null,
  },
  finding: 'quiet',
  seen: null,
})

/** True for an alert of which nothing need be remembered. */
export const isForgettable = ({ state, incidentId, closedAt }: AlertRecord): boolean =>
  isAtRest(state) && incidentId === null && closedAt === null
