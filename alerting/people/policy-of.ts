import type { Audience } from '#core/contracts/audiences.ts'
import type { Shop } from '#core/shop.ts'
import type { GroupPolicy } from '../domain/incident.ts'
import type { AlertRule } from '../domain/rule.ts'

const MINUTE_MS = 60_000

/**
 * Two evaluations for what is critical, a little more for the rest: a cause that fires a moment after its effect still
 * mutes it (knowledge: observability §1.1).
 */
const WAIT_MS = { critical: 5_000, warning: 20_000, info: 20_000 } as const

/** Whoever is told once and never again: a day is long enough for the row to be looked at. */
const TOLD_ONCE = { rounds: 1, pauseMs: 0, ackExpiresMs: 24 * 60 * MINUTE_MS } as const

type Told = Pick<AlertRule, 'severity' | 'tell'>

const firstStep = (tell: readonly Audience[]) => (tell.length === 0 ? [] : [{ afterMs: 0, contacts: tell }])

/**
 * How an incident of `rule` is told: at once to whom the rule names, then by the steps of `escalation` in shop.yaml until
 * somebody takes it. Contacts are names of audiences. Info is told once; a rule that names nobody is for the UI alone.
 */
export const policyOf = ({ escalation }: Pick<Shop, 'escalation'>, rule: Told): GroupPolicy => {
  const { severity, tell } = rule
  const waitMs = WAIT_MS[severity]
  if (severity === 'info' || tell.length === 0) return { ...TOLD_ONCE, waitMs, steps: firstStep(tell) }
  const { steps, rounds, pause_min: pause, ack_min: ack } = escalation[severity]
  return {
    waitMs,
    steps: [
      ...firstStep(tell),
      ...steps.map(({ after_min: after, tell: contacts }) => ({ afterMs: after * MINUTE_MS, contacts })),
    ],
    rounds,
    pauseMs: pause * MINUTE_MS,
    ackExpiresMs: ack * MINUTE_MS,
  }
}
