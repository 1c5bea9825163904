import { decideIncident, type Action, type GroupPolicy } from '../domain/incident.ts'
import { BY_ITSELF, type StoredIncident } from '../incidents/incident.ts'
import type { Happening } from '../incidents/store-incident.ts'
import type { Group } from './group-alerts.ts'
import type { AlertRecord } from './memory.ts'
import { nameOf } from './mute-alerts.ts'

/** What is to be done about a group, before anybody is told. */
export interface Plan {
  readonly group: Group
  /** As it will be; notices and their number come later. */
  readonly incident: StoredIncident
  readonly isNew: boolean
  readonly happenings: readonly Happening[]
  /** Audiences that are told now: those of all steps that are due. Empty when none is. */
  readonly audiences: readonly string[]
  readonly steps: readonly number[]
  readonly isResolved: boolean
  /** False: there is nothing to write. */
  readonly isChanged: boolean
}

/** Evaluations are five seconds apart, give or take: one that comes a moment early must not cost another five. */
const SLACK_MS = 1_000

/** Longer lists of alerts nobody reads in a timeline. */
const LISTED_MAX = 50

const summaryOf = (alerts: readonly AlertRecord[]) =>
  alerts
    .slice(0, LISTED_MAX)
    .map(({ labels, judgement }) => ({ labels, headline: judgement?.headline ?? null }))

/** The one that is worst off first: still breached before recovering, then the longest. */
export const worstFirst = (alerts: readonly AlertRecord[]): AlertRecord[] =>
  [...alerts].sort(
    ({ state: one }, { state: other }) =>
      Number(other.phase === 'firing') - Number(one.phase === 'firing') ||
      one.since.getTime() - other.since.getTime(),
  )

const headlineOf = (group: Group): string =>
  worstFirst(group.members)[0]?.judgement?.headline ?? group.incident?.headline ?? group.rule?.name ?? ''

const earliest = (alerts: readonly AlertRecord[]): Date | null => {
  const loud = alerts.flatMap(({ loudSince }) => (loudSince === null ? [] : [loudSince.getTime()]))
  return loud.length === 0 ? null : new Date(Math.min(...loud))
}

/** An incident that is about to open; nothing of it is stored yet. */
const blank = (group: Group, id: string, policy: GroupPolicy, at: Date): StoredIncident => ({
  id,
  key: group.key,
  rule: group.rule?.name ?? '',
  severity: group.rule?.severity ?? 'info',
  labels: group.labels,
  headline: headlineOf(group),
  policy,
  opened_at: at,
  counted_from: at,
  told_steps: 0,
  messages: 0,
  acked_at: null,
  acked_by: null,
  acked_via: null,
  muted_by: null,
  resolved_at: null,
  resolved_by: null,
  notice: null,
  version: 1,
})

interface Turn {
  readonly incident: StoredIncident
  readonly happenings: readonly Happening[]
}

/**
 * Mutes an open incident, or makes it loud again once it has been so for the policy's wait. Loud again it is told from its
 * first step: what became due while nobody was to be told is not caught up with.
 */
const turnVolume = (
  incident: StoredIncident,
  loudSince: Date | null,
  why: string | null,
  at: Date,
): Turn & { readonly loudSince: Date | null } => {
  const isSettled =
    loudSince !== null &&
    (incident.muted_by === null || at.getTime() - loudSince.getTime() >= incident.policy.waitMs - SLACK_MS)
  if (isSettled) {
    if (incident.muted_by === null) return { incident, happenings: [], loudSince }
    const again = incident.acked_at === null ? { counted_from: at, told_steps: 0 } : {}
    const happenings: Happening[] = [{ what: 'unmuted', by: BY_ITSELF, detail: { was: incident.muted_by } }]
    return { incident: { ...incident, muted_by: null, ...again }, happenings, loudSince }
  }
  const by = why ?? incident.muted_by
  if (by === incident.muted_by) return { incident, happenings: [], loudSince: null }
  return {
    incident: { ...incident, muted_by: by },
    happenings: [{ what: 'muted', by: BY_ITSELF, detail: { why: by } }],
    loudSince: null,
  }
}

const comeAndGo = ({ members, before, incident }: Group): Happening[] => {
  const now = new Set(members.map(nameOf))
  const joined = members.filter(({ incidentId }) => incidentId !== incident?.id)
  const left = before.filter((alert) => !now.has(nameOf(alert)))
  return [
    ...(joined.length === 0
      ? []
      : [{ what: 'joined' as const, by: BY_ITSELF, detail: { alerts: summaryOf(joined) } }]),
    // Those with which it ends are told by its end.
    ...(left.length === 0 || members.length === 0
      ? []
      : [{ what: 'left' as const, by: BY_ITSELF, detail: { alerts: summaryOf(left) } }]),
  ]
}

const act = (turn: Turn, action: Action, group: Group, at: Date): Turn => {
  const { incident, happenings } = turn
  const say = (happening: Happening, change: Partial<StoredIncident>): Turn => ({
    incident: { ...incident, ...change },
    happenings: [...happenings, happening],
  })
  switch (action.do) {
    case 'open':
      return say({ what: 'opened', by: BY_ITSELF, detail: { alerts: summaryOf(group.members) } }, {})
    case 'tell':
      return { incident: { ...incident, told_steps: action.step + 1 }, happenings }
    case 'expire_ack':
      return say(
        { what: 'ack_expired', by: BY_ITSELF, detail: { had: incident.acked_by } },
        { acked_at: null, acked_by: null, acked_via: null, counted_from: at, told_steps: 0 },
      )
    case 'resolve':
      return say({ what: 'resolved', by: BY_ITSELF }, { resolved_at: at, resolved_by: BY_ITSELF })
  }
}

const finish = (group: Group, start: Turn, actions: readonly Action[], isNew: boolean, at: Date): Plan => {
  const done = actions.reduce((turn, action) => act(turn, action, group, at), start)
  const tells = actions.filter((action) => action.do === 'tell')
  const isChanged = actions.length > 0 || done.happenings.length > 0
  return {
    group,
    isNew,
    isChanged,
    // A headline alone is no reason to write: how an alert stands now is read from the alert.
    incident: isChanged ? { ...done.incident, headline: headlineOf(group) } : done.incident,
    happenings: done.happenings,
    audiences: [...new Set(tells.flatMap(({ contacts }) => contacts))],
    steps: tells.map(({ step }) => step),
    isResolved: actions.some((action) => action.do === 'resolve'),
  }
}

/**
 * What to do about one group now. A new incident needs an alert that is still breached: what is already going by the time
 * that people would be told is not worth waking them. `why` names what mutes the group when nothing of it is loud.
 */
export const planGroup = (
  group: Group,
  policy: GroupPolicy,
  why: string | null,
  newIncidentId: () => string,
  at: Date,
): Plan | null => {
  const { members, incident } = group
  const isRaised = members.length > 0
  if (incident === null) {
    const loudSince = earliest(members.filter(({ state }) => state.phase === 'firing'))
    const waited = { ...policy, waitMs: Math.max(0, policy.waitMs - SLACK_MS) }
    const actions = decideIncident({ loudSince, isRaised }, null, waited, at)
    if (actions.length === 0) return null
    const start = { incident: blank(group, newIncidentId(), policy, at), happenings: [] }
    return finish(group, start, actions, true, at)
  }
  const { loudSince, ...turned } = isRaised
    ? turnVolume(incident, earliest(members), why, at)
    : { incident, happenings: [], loudSince: null }
  const start = { ...turned, happenings: [...comeAndGo(group), ...turned.happenings] }
  // Nobody further is told of what has been quiet since: it is on its way out, or it comes back and is told then.
  const isBreached = members.some(({ state }) => state.phase === 'firing')
  const actions = decideIncident(
    { loudSince: isBreached ? loudSince : null, isRaised },
    {
      countedFrom: start.incident.counted_from,
      toldSteps: start.incident.told_steps,
      ackedAt: start.incident.acked_at,
    },
    incident.policy,
    at,
  )
  return finish(group, start, actions, false, at)
}
