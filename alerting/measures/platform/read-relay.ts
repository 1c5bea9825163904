import { invariant } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Measure, Reading } from '../../domain/rule.ts'

const readLag = loadSql(import.meta.url, 'sql/relay_read_lag.sql')

/** By then an event has to have arrived in ClickHouse. */
export const ARRIVED_WITHIN_MS = 5 * 60_000

interface LagRow {
  readonly pending: number
  readonly oldest: Date | null
  readonly sent_id: string | null
  readonly sent_type: string | null
  readonly sent_occurred_at: Date | null
  readonly sent_recorded_at: Date | null
}

const readRow = async (db: Parameters<Measure<Reading>['read']>[0]['db'], at: Date): Promise<LagRow> => {
  const row = await db.first<LagRow>(readLag, [new Date(at.getTime() - ARRIVED_WITHIN_MS)])
  invariant(row, 'an aggregate without a row')
  return row
}

/** What waits on our side of the relay. */
export interface OutboxReading extends Reading {
  readonly pending: number
  /** Age of the oldest event that waits, milliseconds; 0 when none does. */
  readonly oldestMs: number
}

/** Events that were recorded and that ClickHouse has not acknowledged; always one reading. */
export const outboxMeasure: Measure<OutboxReading> = {
  name: 'outbox',
  from: 'postgres',
  read: async ({ db }, at) => {
    const { pending, oldest } = await readRow(db, at)
    return [{ labels: {}, pending, oldestMs: oldest === null ? 0 : at.getTime() - oldest.getTime() }]
  },
}

/** Whether what must have arrived did. */
export interface IngestReading extends Reading {
  /** The age of the newest event that is older than five minutes, milliseconds, and whether ClickHouse shows it; null: no such event. */
  readonly ageMs: number | null
  readonly hasArrived: boolean
}

const selectEvent = `
  SELECT count() AS found FROM payment_events_raw_v1
  WHERE type = {type:String} AND occurred_at = {occurred:DateTime64(3, 'UTC')} AND event_id = {id:String}`

/**
 * Looks in ClickHouse for the newest event that was recorded more than five minutes ago: a point of its primary key, however
 * many rows there are. Sees what the outbox cannot: a batch that was acknowledged and is not there. Always one reading; throws when
 * ClickHouse is away.
 */
export const ingestMeasure: Measure<IngestReading> = {
  name: 'clickhouse_ingest',
  from: 'clickhouse',
  read: async ({ db, clickhouse }, at) => {
    const row = await readRow(db, at)
    if (row.sent_recorded_at === null) return [{ labels: {}, ageMs: null, hasArrived: true }]
    const [answer] = await clickhouse.rows<{ found: string }>(selectEvent, {
      type: row.sent_type,
      occurred: row.sent_occurred_at,
      id: row.sent_id,
    })
    const ageMs = at.getTime() - row.sent_recorded_at.getTime()
    return [{ labels: {}, ageMs, hasArrived: Number(answer?.found ?? 0) > 0 }]
  },
}
