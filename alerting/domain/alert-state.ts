/** How an alert stands: quiet, breached but not long enough, breached, or quiet but not long enough. */
export type Phase = 'inactive' | 'pending' | 'firing' | 'recovering'

/**
 * What one evaluation of a rule found for one set of labels. Too small a sample, no data and a failure say nothing about the
 * breach; too small a sample is an answer all the same, so nothing is missing.
 */
export type Finding = 'breached' | 'quiet' | 'too_few' | 'no_data' | 'failed'

/** What is remembered of an alert between evaluations; it stands in Postgres, so a restart goes on with it. */
export interface AlertState {
  readonly phase: Phase
  /** When the phase began. */
  readonly since: Date
  /** Evaluations in a row without data, and in a row that failed. */
  readonly missing: number
  readonly failing: number
}

/** How long a breach must last to fire, and how long its absence to resolve; milliseconds. */
export interface Patience {
  readonly forMs: number
  readonly keepMs: number
}

/** What an evaluation changed: told to people only when the alert fired or resolved. */
export type Transition = 'fired' | 'resolved' | null

/** A rule that measures nothing this often in a row is itself a finding. */
export const BLIND_AFTER = 3

interface Step {
  readonly state: AlertState
  readonly transition: Transition
}

/** Phases on evidence, before time is looked at: what cannot be told (no data, failed) moves nothing. */
const NEXT: Readonly<Record<Phase, Readonly<Record<'breached' | 'quiet', Phase>>>> = {
  inactive: { breached: 'pending', quiet: 'inactive' },
  pending: { breached: 'pending', quiet: 'inactive' },
  firing: { breached: 'firing', quiet: 'recovering' },
  recovering: { breached: 'firing', quiet: 'recovering' },
}

/** Phases that end by lasting: into which phase, after which patience, telling what. */
const ENDS: Readonly<Partial<Record<Phase, { to: Phase; after: keyof Patience; tells: Transition }>>> = {
  pending: { to: 'firing', after: 'forMs', tells: 'fired' },
  recovering: { to: 'inactive', after: 'keepMs', tells: 'resolved' },
}

/** How an alert stands that was never evaluated. */
export const newAlertState = (at: Date): AlertState => ({
  phase: 'inactive',
  since: at,
  missing: 0,
  failing: 0,
})

const enter = (state: AlertState, phase: Phase, at: Date): AlertState =>
  phase === state.phase ? state : { ...state, phase, since: at }

/** A clock that was set back makes nothing last longer. */
const lasted = (state: AlertState, at: Date): number => Math.max(0, at.getTime() - state.since.getTime())

/**
 * One evaluation. A breach fires once it lasted `forMs`, its absence resolves once it lasted `keepMs`; neither no data nor
 * a failed measurement ever fires or resolves anything (knowledge: alerting semantics of the rule engines in use).
 */
export const evaluateAlert = (state: AlertState, finding: Finding, patience: Patience, at: Date): Step => {
  if (finding === 'no_data')
    return { state: { ...state, missing: state.missing + 1, failing: 0 }, transition: null }
  if (finding === 'failed') return { state: { ...state, failing: state.failing + 1 }, transition: null }
  if (finding === 'too_few') return { state: { ...state, missing: 0, failing: 0 }, transition: null }
  const seen = enter({ ...state, missing: 0, failing: 0 }, NEXT[state.phase][finding], at)
  const end = ENDS[seen.phase]
  if (end === undefined || lasted(seen, at) < patience[end.after]) return { state: seen, transition: null }
  return { state: enter(seen, end.to, at), transition: end.tells }
}

/** True when people were told of the alert and not yet that it is over. */
export const isRaised = ({ phase }: AlertState): boolean => phase === 'firing' || phase === 'recovering'

/** Which meta alert a rule deserves that cannot see: its data are missing, or asking for them fails. */
export const blindness = ({ missing, failing }: AlertState): 'missing' | 'failing' | null => {
  if (failing >= BLIND_AFTER) return 'failing'
  return missing >= BLIND_AFTER ? 'missing' : null
}
