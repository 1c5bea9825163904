import { ackEndsAt, nextStep, type EscalationPolicy, type Incident } from './escalation.ts'

/** The alerts of one group, as one evaluation left them: people are told of a group, not of each alert in it. */
export interface GroupState {
  /** Since when an alert of the group is raised that nothing mutes; null when there is none. */
  readonly loudSince: Date | null
  /** True while any alert of the group is raised, muted or not. */
  readonly isRaised: boolean
}

/** How a group is told. */
export interface GroupPolicy extends EscalationPolicy {
  /** A cause that fires a moment after its effect must still mute it; Alertmanager's group_wait. */
  readonly waitMs: number
}

/** What is to be done about a group now; several in order, each a row and perhaps a message. */
export type Action =
  | { readonly do: 'open' }
  | { readonly do: 'tell'; readonly step: number; readonly contacts: readonly string[] }
  | { readonly do: 'expire_ack' }
  | { readonly do: 'resolve' }

const isDue = (at: Date | null | undefined, now: Date): boolean =>
  at !== null && at !== undefined && at <= now

/** Steps that are due, in order; an engine that slept through several tells each once. */
const dueSteps = (policy: GroupPolicy, incident: Incident, now: Date): Action[] => {
  const actions: Action[] = []
  let told = incident.toldSteps
  for (;;) {
    const next = nextStep(policy, { ...incident, toldSteps: told })
    if (next === undefined || !isDue(next.at, now)) return actions
    actions.push({ do: 'tell', step: next.step, contacts: next.contacts })
    told += 1
  }
}

const onNew = ({ loudSince }: GroupState, policy: GroupPolicy, now: Date): Action[] => {
  if (loudSince === null || now.getTime() - loudSince.getTime() < policy.waitMs) return []
  return [{ do: 'open' }, ...dueSteps(policy, { countedFrom: now, toldSteps: 0, ackedAt: null }, now)]
}

const onOpen = (group: GroupState, incident: Incident, policy: GroupPolicy, now: Date): Action[] => {
  if (!group.isRaised) return [{ do: 'resolve' }]
  if (isDue(ackEndsAt(policy, incident), now)) {
    const again = { countedFrom: now, toldSteps: 0, ackedAt: null }
    return [{ do: 'expire_ack' }, ...(group.loudSince === null ? [] : dueSteps(policy, again, now))]
  }
  // What is muted now is not told further, but it stays open: a silence ends, an alert that is muted is not over.
  return group.loudSince === null ? [] : dueSteps(policy, incident, now)
}

/**
 * What to do about a group of alerts: it opens one incident once it has been loud for `waitMs`, tells the steps of its
 * policy until somebody takes it, asks again when that person's time is up, and ends when nothing of it is raised.
 */
export const decideIncident = (
  group: GroupState,
  incident: Incident | null,
  policy: GroupPolicy,
  now: Date,
): Action[] => (incident === null ? onNew(group, policy, now) : onOpen(group, incident, policy, now))
