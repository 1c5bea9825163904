import { codeOf } from '#core/errors.ts'
import { isStorageOutage, type Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { lockReported } from '../record/lock-reported.ts'
import { afterFailure, afterOutage } from './domain/retry.ts'
import { gatherSnapshots, type GatheredEvent } from './gather-snapshots.ts'
import type { ApplyResult, Handlers, InboxRow } from './inbox-event.ts'
import { typeGroupOf } from './type-group.ts'

const selectDue = loadSql(import.meta.url, 'sql/webhook_event_select_due.sql')
const lockEvents = loadSql(import.meta.url, 'sql/webhook_event_lock.sql')
const markProcessed = loadSql(import.meta.url, 'sql/webhook_event_mark_processed.sql')
const markFailed = loadSql(import.meta.url, 'sql/webhook_event_mark_failed.sql')
const postpone = loadSql(import.meta.url, 'sql/webhook_event_postpone.sql')

/** Events read at once; their payloads are in memory meanwhile. */
const DUE_MAX = 200
/** Database transactions at the same time, of the pool's ten connections. */
const LANES = 4
/** Events applied and committed together. */
const GROUP_MAX = 25

type Known = Pick<GatheredEvent, 'row' | 'traceId'>

interface Settled {
  readonly event: GatheredEvent
  readonly result: ApplyResult | 'failed'
}

/** Events of one subject stay in one lane, in the order in which they came. */
const toLanes = (events: readonly GatheredEvent[]): GatheredEvent[][] => {
  const laneOf = new Map<string, number>()
  const lanes: GatheredEvent[][] = Array.from({ length: LANES }, () => [])
  for (const event of events) {
    const lane = laneOf.get(event.subject) ?? laneOf.size % LANES
    laneOf.set(event.subject, lane)
    lanes[lane]?.push(event)
  }
  return lanes.filter((lane) => lane.length > 0)
}

const applyEvent = async (
  deps: Deps,
  db: Db,
  handlers: Handlers,
  { row, snapshots }: GatheredEvent,
): Promise<ApplyResult> => {
  let result: ApplyResult = 'ignored'
  for (const snapshot of snapshots) {
    const handler = handlers[snapshot.object]
    result = handler ? await handler(deps, db, snapshot, row) : 'ignored'
  }
  return result
}

/** Facts, journal, events and the mark of the inbox: one commit. */
const applyTogether = async (
  deps: Deps,
  handlers: Handlers,
  events: readonly GatheredEvent[],
): Promise<Settled[]> =>
  deps.db.withTransaction(async (db) => {
    const locked = await db.rows<{ id: string }>(lockEvents, [events.map(({ row }) => row.id)])
    const ours = new Set(locked.map(({ id }) => id))
    await lockReported(
      db,
      events.filter(({ row }) => ours.has(row.id)).flatMap(({ snapshots }) => snapshots),
    )
    const applied: { event: GatheredEvent; result: ApplyResult }[] = []
    for (const event of events) {
      if (!ours.has(event.row.id)) continue
      applied.push({ event, result: await applyEvent(deps, db, handlers, event) })
    }
    const ids = applied.map(({ event }) => event.row.id)
    const results = applied.map(({ result }) => result)
    if (ids.length > 0) await db.run(markProcessed, [ids, results, deps.env.clock.now()])
    return applied
  })

const countResult = ({ metrics }: Deps, { source, type }: InboxRow, result: string): void =>
  metrics.webhookEvents.inc({ source, type_group: typeGroupOf(type), result })

/** From its arrival to the commit of what it told, by the business clock. */
const countApplied = ({ env, metrics }: Deps, { received_at: since, type }: InboxRow): void => {
  const waitedMs = Math.max(0, env.clock.now().getTime() - since.getTime())
  metrics.webhookProcessing.observe({ type_group: typeGroupOf(type) }, waitedMs / 1_000)
}

/** What every line about an event says; its trace leads from the till's request to here. */
const factsOf = ({ row, traceId }: Known) => ({
  event: row.id,
  type: row.type,
  object: row.object_id,
  trace_id: traceId ?? undefined,
})

/** An event that cannot be applied while Stripe is away keeps its tries, however long that takes. */
const noteOutage = async (deps: Deps, known: Known, code: string): Promise<void> => {
  const { row } = known
  const at = afterOutage(row.postponed + 1, deps.env.clock.now())
  await deps.db.run(postpone, [row.id, row.attempts, row.postponed, at, code])
  countResult(deps, row, 'postponed')
  deps.log.warn({ ...factsOf(known), code, until: at }, 'event put off')
}

/** Notes the failure of one event; the others flow on (reliability.md row 38). */
const noteFailure = async (deps: Deps, known: Known, error: unknown): Promise<void> => {
  if (codeOf(error) === 'provider_unavailable') return noteOutage(deps, known, 'provider_unavailable')
  const { row } = known
  const now = deps.env.clock.now()
  const attempts = row.attempts + 1
  const { status, nextAttemptAt } = afterFailure(attempts, now)
  const code = codeOf(error)
  await deps.db.run(markFailed, [row.id, row.attempts, status, nextAttemptAt, code, now])
  countResult(deps, row, status)
  const facts = { ...factsOf(known), attempts, code, err: error }
  deps.log.error(facts, `event ${status}`)
}

const applyGroup = async (
  deps: Deps,
  handlers: Handlers,
  events: readonly GatheredEvent[],
): Promise<Settled[]> => {
  try {
    return await applyTogether(deps, handlers, events)
  } catch (error) {
    // An outage says nothing about the events: they keep their tries.
    if (isStorageOutage(error)) throw error
    const [only] = events
    if (events.length === 1 && only) {
      await noteFailure(deps, only, error)
      return [{ event: only, result: 'failed' }]
    }
  }
  const settled: Settled[] = []
  for (const event of events) settled.push(...(await applyGroup(deps, handlers, [event])))
  return settled
}

const tell = (deps: Deps, settled: readonly Settled[]): void => {
  if (settled.some(({ result }) => result === 'recorded')) deps.wakeups.wake('relay')
  for (const { event, result } of settled) {
    if (result === 'failed') continue
    countResult(deps, event.row, result)
    countApplied(deps, event.row)
    deps.log.info({ ...factsOf(event), result }, 'event applied')
  }
}

const applyLane = async (deps: Deps, handlers: Handlers, lane: readonly GatheredEvent[]): Promise<number> => {
  let count = 0
  for (let start = 0; start < lane.length; start += GROUP_MAX) {
    const settled = await applyGroup(deps, handlers, lane.slice(start, start + GROUP_MAX))
    count += settled.length
    tell(deps, settled)
  }
  return count
}

/** One batch; how many events it settled, by applying them or by noting their failure. */
const applyBatch = async (deps: Deps, handlers: Handlers): Promise<number> => {
  const rows = await deps.db.rows<InboxRow>(selectDue, [deps.env.clock.now(), DUE_MAX])
  if (rows.length === 0) return 0
  const { ready, failed } = await gatherSnapshots(deps, rows)
  for (const event of failed) await noteFailure(deps, event, event.error)
  const lanes = await Promise.allSettled(toLanes(ready).map(async (lane) => applyLane(deps, handlers, lane)))
  let settled = failed.length
  for (const lane of lanes) {
    if (lane.status === 'rejected') throw lane.reason
    settled += lane.value
  }
  return settled
}

/**
 * Applies every due event of the inbox: events of different sales side by side, those of one in order. Any number of
 * workers may do it at once. An event that fails is tried again after 5 s, 30 s, 2 min and 10 min, then parked; one that
 * only Stripe's absence kept from being applied is never. Throws only when the database is away.
 */
export const applyInbox = async (deps: Deps, handlers: Handlers): Promise<void> => {
  // Nothing settled though something is due: another worker is at it.
  while ((await applyBatch(deps, handlers)) > 0);
}
