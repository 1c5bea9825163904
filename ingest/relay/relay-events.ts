import type { Deps } from '#core/service.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { EVENT_COLUMNS, toEventRow, type StoredEvent } from './event-rows.ts'

const freezeBatch = loadSql(import.meta.url, 'sql/relay_batch_freeze.sql')
const selectOpenBatches = loadSql(import.meta.url, 'sql/relay_batch_select_open.sql')
const selectEvents = loadSql(import.meta.url, 'sql/event_select_by_batch.sql')
const markRelayed = loadSql(import.meta.url, 'sql/relay_batch_mark_relayed.sql')
const countUnrelayed = loadSql(import.meta.url, 'sql/event_count_unrelayed.sql')

/** Larger blocks only stall the event loop (performance.md D). */
const BATCH_EVENTS_MAX = 2_000
const OPEN_BATCHES_MAX = 100
/** Key of the advisory lock of whoever relays. */
const RELAY_LOCK = 7_305_010

type RelayDeps = Pick<Deps, 'env' | 'db' | 'clickhouse' | 'metrics'>

const insertCounted = async (
  { clickhouse, metrics }: RelayDeps,
  events: readonly StoredEvent[],
  batchId: bigint,
): Promise<void> => {
  const rows = events.map(toEventRow)
  const count = (result: 'ok' | 'failed') =>
    metrics.clickhouseRows.inc({ stream: 'payment_events', result }, rows.length)
  try {
    await clickhouse.insert('payment_events_raw_v1', EVENT_COLUMNS, rows, `batch-${batchId}`)
    count('ok')
  } catch (error) {
    count('failed')
    throw error
  }
}

const sendBatch = async (deps: RelayDeps, batchId: bigint): Promise<void> => {
  const events = await deps.db.rows<StoredEvent>(selectEvents, [batchId])
  await insertCounted(deps, events, batchId)
  const now = deps.env.clock.now()
  await deps.db.run(markRelayed, [batchId, now])
  const newest = events.at(-1)
  if (newest) deps.metrics.ingestLag.set(Math.max(0, now.getTime() - newest.recorded_at.getTime()) / 1_000)
}

/** Batches that were frozen and not marked: a relay died, or ClickHouse was away, between insert and mark. */
const resendOpenBatches = async (deps: RelayDeps): Promise<void> => {
  for (;;) {
    const open = await deps.db.rows<{ id: bigint }>(selectOpenBatches, [OPEN_BATCHES_MAX])
    for (const { id } of open) await sendBatch(deps, id)
    if (open.length < OPEN_BATCHES_MAX) return
  }
}

const relayAll = async (deps: RelayDeps): Promise<void> => {
  await resendOpenBatches(deps)
  for (;;) {
    const batch = await deps.db.first<{ id: bigint }>(freezeBatch, [deps.env.clock.now(), BATCH_EVENTS_MAX])
    if (!batch) return
    await sendBatch(deps, batch.id)
  }
}

/** How many events wait for ClickHouse, and the instant at which the oldest of them was recorded. */
export const measureBacklog = async (db: Deps['db']): Promise<{ pending: number; oldest: Date | null }> =>
  (await db.first<{ pending: number; oldest: Date | null }>(countUnrelayed)) ?? { pending: 0, oldest: null }

/**
 * Sends every event that ClickHouse does not have, oldest first, in frozen batches of at most 2,000 whose token makes a
 * repeated insert the same insert (reliability.md rows 10, 44-46). One relay at a time per database; the others return at
 * once. Throws `analytics_unavailable` when ClickHouse is away: nothing is lost and payments go on.
 */
export const relayEvents = async (deps: RelayDeps): Promise<void> => {
  // A lock of the session, not of a database transaction: none may be held across the call to ClickHouse.
  const session = await deps.db.pool.connect()
  let broken: unknown
  try {
    const answer = await session.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [
      RELAY_LOCK,
    ])
    if (!answer.rows[0]?.mine) return
    try {
      await relayAll(deps)
    } finally {
      await session.query('SELECT pg_advisory_unlock($1)', [RELAY_LOCK])
    }
  } catch (error) {
    broken = error
    throw error
  } finally {
    // A session in doubt is closed, which lets go of its lock.
    session.release(broken !== undefined)
  }
}
