import { loadSql } from '#core/postgres/sql.ts'
import type { Measure, Reading } from '../../domain/rule.ts'

const listOverdue = loadSql(import.meta.url, 'sql/queues_list_overdue.sql')

/** How long the oldest work of one queue has been due. */
export interface QueueReading extends Reading {
  /** Milliseconds; 0 when nothing is due. */
  readonly overdueMs: number
}

/**
 * Work that is due and not done, one reading per queue, labelled `queue`. Inbox and relay have rows of their own. Jobs of BullMQ are
 * only wake-ups: what must not wait are these rows.
 */
export const queueMeasure: Measure<QueueReading> = {
  name: 'queues',
  from: 'postgres',
  read: async ({ db }, at) => {
    const rows = await db.rows<{ queue: string; due_since: Date | null }>(listOverdue, [at])
    return rows.map(({ queue, due_since: since }) => ({
      labels: { queue },
      overdueMs: since === null ? 0 : at.getTime() - since.getTime(),
    }))
  },
}
