import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { slicesOf, withinRetention } from './domain/poll-window.ts'
import { pollSlice } from './poll-events.ts'

const countSettled = loadSql(import.meta.url, 'sql/webhook_event_count_settled.sql')

/** Longer than applying takes while the worker runs; the person who asked waits. */
const WAIT_MS = 60_000
const LOOK_AGAIN_MS = 50

/** What a replay found. `processed` of the `newEvents` were applied within a minute. */
export interface Replayed {
  readonly since: Date
  readonly events: number
  readonly newEvents: number
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
 * minute until they are applied. The poller's cursor is not touched, and may be at work meanwhile: an event is stored once
 * whoever brings it. Throws `provider_unavailable` when Stripe is away; what was found until then is kept.
 */
export const replayEvents = async (deps: Deps, since: Date): Promise<Replayed> => {
  const now = deps.env.clock.now()
  const from = withinRetention(since, now)
  const newIds: string[] = []
  let events = 0
  for (const slice of slicesOf(from, now)) {
    const polled = await pollSlice(deps, slice)
    events += polled.events
    newIds.push(...polled.newIds)
  }
  const processed = newIds.length === 0 ? 0 : await untilSettled(deps, newIds)
  deps.log.info({ since: from.toISOString(), events, new: newIds.length, processed }, 'events replayed')
  return { since: from, events, newEvents: newIds.length, processed }
}
