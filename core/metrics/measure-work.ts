import { loadSql } from '../postgres/sql.ts'
import type { Part } from './gauge-part.ts'
import { OPEN_STATUSES } from './of-payments.ts'
import { TASKS } from './of-platform.ts'

const readOpenPayments = loadSql(import.meta.url, 'sql/gauges_read_open_payments.sql')
const readQueues = loadSql(import.meta.url, 'sql/gauges_read_queues.sql')
const readTasks = loadSql(import.meta.url, 'sql/gauges_read_tasks.sql')

/** Payments that are not over. */
export const OPEN_PAYMENTS: Part = {
  name: 'open payments',
  gauges: (m) => [m.paymentsInState],
  measure: async ({ db, metrics }) => {
    const rows = await db.rows<{ status: string; open: number }>(readOpenPayments)
    const open = new Map(rows.map((row) => [row.status, row.open]))
    for (const status of OPEN_STATUSES) metrics.paymentsInState.set({ status }, open.get(status) ?? 0)
  },
}

interface QueueRow {
  readonly queue: string
  readonly due: number
  readonly since: Date | null
}

/** Work that is due and waits. */
export const QUEUES_OF_WORK: Part = {
  name: 'queues',
  gauges: (m) => [m.queueJobs, m.queueOldest],
  measure: async ({ db, metrics }, now) => {
    for (const { queue, due, since } of await db.rows<QueueRow>(readQueues, [now])) {
      const waitedMs = since === null ? 0 : Math.max(0, now.getTime() - since.getTime())
      metrics.queueJobs.set({ queue, state: 'due' }, due)
      metrics.queueOldest.set({ queue }, waitedMs / 1_000)
    }
  },
}

/** Work that is done by the clock. */
export const SCHEDULED: Part = {
  name: 'scheduled tasks',
  gauges: (m) => [m.taskLastSuccess, m.taskMaxAge],
  measure: async ({ db, metrics, shop }) => {
    const row = await db.first<Record<string, Date | null>>(readTasks)
    for (const [task, maxAgeOf] of Object.entries(TASKS)) {
      const at = row?.[task]
      // What never succeeded has no instant; it shows no sample rather than the year 1970.
      if (at) metrics.taskLastSuccess.set({ task }, at.getTime() / 1_000)
      metrics.taskMaxAge.set({ task }, maxAgeOf(shop))
    }
  },
}

/** Connections of this process; nobody is asked for them. */
export const POOL: Part = {
  name: 'pool',
  gauges: (m) => [m.poolConnections],
  measure: async ({ db: { pool }, metrics }) => {
    metrics.poolConnections.set({ state: 'idle' }, pool.idleCount)
    metrics.poolConnections.set({ state: 'busy' }, pool.totalCount - pool.idleCount)
    metrics.poolConnections.set({ state: 'waiting' }, pool.waitingCount)
    return Promise.resolve()
  },
}
