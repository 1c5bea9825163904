import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { slicesOf, withinRetention } from './domain/poll-window.ts'
import { OBJECT_KINDS } from './object-kinds.ts'
import { pollSlice } from './poll-events.ts'
import { pollObjects } from './poll-objects.ts'

const countSettled = loadSql(import.meta.url, 'sql/webhook_event_count_settled.sql')

/** Longer than applying takes while the worker runs; the person who asked waits. */
const WAIT_MS = 60_000
const LOOK_AGAIN_MS = 50

/** What a replay found. `processed` of the `fresh` ones were applied within a minute. */
export interface Replayed {
  /** Events were read from here on; Stripe lists them for thirty days. */
  readonly eventsSince: Date
  readonly events: number
  readonly objects: number
  readonly fresh: number
  readonly processed: number
}

const untilSettled = async (deps: Deps, ids: readonly string[]): Promise<number> => {
  const { machine } = deps.env
  const deadline = machine.nowMs() + WAIT_MS
  for (;;) {
    const row = await deps.db.first<{ processed: number; waiting: number }>(countSettled, [ids])
    if (!row || row.waiting === 0 || machine.nowMs() >= deadline) return row?.processed ?? 0
    await machine.sleep(LOOK_AGAIN_MS)
  }
}

/**
 * Lists Stripe's events from `since` (at most 30 days back) to now, puts the unknown ones into the inbox and waits up to a
 * minute until they are applied; then does the same with the objects made from `since` on, however long ago, that still tell
 * what no event did. The poller's cursors are not touched, and it may be at work meanwhile: an event is stored once whoever
 * brings it. Throws `provider_unavailable` when Stripe is away; what was found until then is kept.
 */
export const replayEvents = async (deps: Deps, since: Date): Promise<Replayed> => {
  const now = deps.env.clock.now()
  const eventsSince = withinRetention(since, now)
  const done = { events: 0, objects: 0, fresh: 0, processed: 0 }
  const settle = async (ids: readonly string[]): Promise<void> => {
    done.fresh += ids.length
    if (ids.length > 0) done.processed += await untilSettled(deps, ids)
  }
  const newEvents: string[] = []
  for (const slice of slicesOf(eventsSince, now)) {
    const { events, newIds } = await pollSlice(deps, slice)
    done.events += events
    newEvents.push(...newIds)
  }
  await settle(newEvents)
  for (const kind of OBJECT_KINDS) {
    const { objects, newIds } = await pollObjects(deps, kind, since, now)
    done.objects += objects
    await settle(newIds)
  }
  deps.log.info({ since: since.toISOString(), ...done }, "Stripe's events and objects replayed")
  return { eventsSince, ...done }
}
