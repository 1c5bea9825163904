/** One step: who is told this long after the incident opened, if nobody has taken it by then. */
export interface EscalationStep {
  readonly afterMs: number
  readonly contacts: readonly string[]
}

/** How an incident is told, step by step, and again from the start when nobody came. */
export interface EscalationPolicy {
  readonly steps: readonly EscalationStep[]
  /** How often the whole chain runs; at least once. */
  readonly rounds: number
  /** Between the last step of a round and the first of the next. */
  readonly pauseMs: number
  /** An acknowledgement without an end after this long is void, and the chain starts again. */
  readonly ackExpiresMs: number
}

/** What escalation needs to know of an incident. `toldSteps` counts over all rounds since `countedFrom`. */
export interface Incident {
  /** When it opened, or when its acknowledgement expired. */
  readonly countedFrom: Date
  readonly toldSteps: number
  readonly ackedAt: Date | null
}

export interface DueStep {
  /** Over all rounds, from 0. */
  readonly step: number
  readonly at: Date
  readonly contacts: readonly string[]
}

const roundMs = ({ steps, pauseMs }: EscalationPolicy): number => (steps.at(-1)?.afterMs ?? 0) + pauseMs

/** When the nth step over all rounds is due, and who is told then; undefined after the last one. */
const stepAt = (policy: EscalationPolicy, from: Date, step: number): DueStep | undefined => {
  const round = Math.floor(step / Math.max(1, policy.steps.length))
  const own = policy.steps[step % Math.max(1, policy.steps.length)]
  if (own === undefined || round >= policy.rounds) return undefined
  return {
    step,
    at: new Date(from.getTime() + round * roundMs(policy) + own.afterMs),
    contacts: own.contacts,
  }
}

/** When the acknowledgement of an incident ends by itself; null when there is none. */
export const ackEndsAt = (policy: EscalationPolicy, { ackedAt }: Incident): Date | null =>
  ackedAt && new Date(ackedAt.getTime() + policy.ackExpiresMs)

/**
 * The next step of an incident, due or not; undefined when somebody has taken it, or everybody was told as often as the
 * policy says. A caller that slept through several asks again after each: no step is left out.
 */
export const nextStep = (policy: EscalationPolicy, incident: Incident): DueStep | undefined =>
  incident.ackedAt === null ? stepAt(policy, incident.countedFrom, incident.toldSteps) : undefined
