import { loadSql } from '#core/postgres/sql.ts'
import type { Measure, Reading } from '../../domain/rule.ts'

const select = loadSql(import.meta.url, 'sql/heartbeat_select.sql')

/** Under this name the second path is known in `alert_heartbeats`. */
export const SECOND_PATH = 'second_path'

export interface HeartbeatReading extends Reading {
  /** Milliseconds since the second path was heard. */
  readonly agoMs: number
}

/** When Alertmanager's Watchdog was heard last; no reading where there never was one, for then nobody set it up. */
export const heartbeatMeasure: Measure<HeartbeatReading> = {
  name: 'second_path_heartbeat',
  from: 'postgres',
  read: async ({ db }, at) => {
    const row = await db.first<{ at: Date }>(select, [SECOND_PATH])
    // It may be heard while we ask: that is now, never the future.
    return row === undefined ? [] : [{ labels: {}, agoMs: Math.max(0, at.getTime() - row.at.getTime()) }]
  },
}
