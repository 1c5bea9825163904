import { codeOf } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { ackIncident, unackIncident, type Word } from '../incidents/ack-incident.ts'
import { findOpenIncident } from '../incidents/find-incident.ts'
import { resolveIncident } from '../incidents/resolve-incident.ts'
import { oneLine } from '../messages/plain-text.ts'
import type { PagerEvent } from './read-event.ts'

const isKnown = loadSql(import.meta.url, 'sql/pager_event_is_known.sql')
const insertEvent = loadSql(import.meta.url, 'sql/pager_event_insert.sql')

/** What came of an event: done, known already, or nothing of ours to do. */
export type PagerResult = 'done' | 'duplicate' | 'ignored'

const NAME_MAX = 80

type Act = (deps: Deps, word: Word) => Promise<unknown>

const ACTS: Readonly<Record<string, Act>> = {
  'incident.acknowledged': async (deps, word) => ackIncident(deps, { ...word, via: 'pager' }),
  'incident.unacknowledged': async (deps, word) => unackIncident(deps, word),
  'incident.resolved': async (deps, word) => resolveIncident(deps, { ...word, why: 'resolved in the pager' }),
}

const earlier = (one: Date, other: Date): Date => (one < other ? one : other)

const act = async (deps: Deps, event: PagerEvent): Promise<PagerResult> => {
  const change = ACTS[event.type]
  // What no person did is our own word coming back: we resolved it there, or its own time-out gave it back.
  const isTimeout = event.type === 'incident.unacknowledged'
  if (change === undefined || event.key === null || (event.person === null && !isTimeout)) return 'ignored'
  const incident = await findOpenIncident(deps, event.key)
  // An event that is older than the incident is about one before it under the same key.
  if (incident === undefined || event.at < incident.opened_at) return 'ignored'
  const by = event.person === null ? 'the pager' : `${oneLine(event.person, NAME_MAX)} (pager)`
  await change(deps, { id: incident.id, by, at: earlier(event.at, deps.env.clock.now()) })
  return 'done'
}

/** It was over before the event could be applied: nothing is left to do. */
const isOver = (error: unknown): boolean => ['invalid_state', 'not_found'].includes(codeOf(error))

/**
 * Applies what a person did in the pager to our incident: taken, given back, closed. Each event counts once, however often
 * it comes and in whatever order; what is not about an open incident of ours is ignored.
 */
export const applyPagerEvent = async (deps: Deps, event: PagerEvent): Promise<PagerResult> => {
  if ((await deps.db.first(isKnown, [event.id])) !== undefined) return 'duplicate'
  const result = await act(deps, event).catch((error: unknown): PagerResult => {
    if (isOver(error)) return 'ignored'
    throw error
  })
  await deps.db.run(insertEvent, [event.id, event.type, result, deps.env.clock.now()])
  if (result === 'done') deps.wakeups.wake('alerts')
  return result
}
