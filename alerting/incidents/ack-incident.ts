import { TillwatchError } from '#core/errors.ts'
import type { Deps } from '#core/service.ts'
import type { AckVia, StoredIncident } from './incident.ts'
import { addToTimeline, lockIncident, saveIncident, type Happening } from './store-incident.ts'

/** A person's word on an incident. */
export interface Word {
  readonly id: string
  /** Who says it, as people know them. */
  readonly by: string
  readonly at: Date
}

/** Changes an open incident and says so in its timeline, in one commit. Throws `not_found`, `invalid_state` when it is over. */
const change = async (
  { db }: Pick<Deps, 'db'>,
  { id, at }: Word,
  changeOf: (
    incident: StoredIncident,
  ) => { readonly to: StoredIncident; readonly happening: Happening } | null,
): Promise<StoredIncident> =>
  db.withTransaction(async (own) => {
    const incident = await lockIncident(own, id)
    if (incident.resolved_at !== null) throw new TillwatchError('invalid_state', 'It is over already.')
    const changed = changeOf(incident)
    if (changed === null) return incident
    await saveIncident(own, changed.to)
    await addToTimeline(own, id, at, [changed.happening])
    return { ...changed.to, version: incident.version + 1 }
  })

/**
 * Somebody takes an incident: nobody is told further until `policy.ackExpiresMs` has passed. A second person's word takes it
 * over, the same person's renews it; one that was said before the present one (a webhook that came again) changes nothing.
 * Throws `not_found`, `invalid_state` when it is over.
 */
export const ackIncident = async (
  deps: Pick<Deps, 'db' | 'metrics'>,
  word: Word & { readonly via: AckVia },
): Promise<StoredIncident> => {
  let waitedMs: number | null = null
  const acked = await change(deps, word, (incident) => {
    const { by, via, at } = word
    if (incident.acked_at !== null && incident.acked_at >= at) return null
    // Who takes it over does not answer a call.
    waitedMs = incident.acked_at === null ? at.getTime() - incident.opened_at.getTime() : null
    return {
      to: { ...incident, acked_at: at, acked_by: by, acked_via: via },
      happening: { what: 'acked', by, detail: { via } },
    }
  })
  if (waitedMs !== null)
    deps.metrics.alertAck.observe({ severity: acked.severity }, Math.max(0, waitedMs) / 1_000)
  return acked
}

/**
 * Somebody gives an incident back: it is told again from its first step. Nothing happens when nobody has it. Throws
 * `not_found`, `invalid_state` when it is over.
 */
export const unackIncident = async (deps: Pick<Deps, 'db'>, word: Word): Promise<StoredIncident> =>
  change(deps, word, (incident) => {
    if (incident.acked_at === null) return null
    const given = { acked_at: null, acked_by: null, acked_via: null, counted_from: word.at, told_steps: 0 }
    return {
      to: { ...incident, ...given },
      happening: { what: 'unacked', by: word.by, detail: { had: incident.acked_by } },
    }
  })
