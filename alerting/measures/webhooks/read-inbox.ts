import { invariant } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Measure, Reading } from '../../domain/rule.ts'

const readInbox = loadSql(import.meta.url, 'sql/inbox_read.sql')

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Windows and ages of the runbook's section 4 and of the alert catalogue, milliseconds. */
export const INBOX_MS = {
  failures: HOUR_MS,
  late: 30 * MINUTE_MS,
  lateAfter: 5 * MINUTE_MS,
  payments: 30 * MINUTE_MS,
  /** The last delivery is searched for this far back; before it, it only counts that it is long ago. */
  search: 24 * HOUR_MS,
  unprocessedAfter: MINUTE_MS,
  stuckAfter: 5 * MINUTE_MS,
} as const

/** The inbox at an instant. */
export interface InboxReading extends Reading {
  readonly at: Date
  /** Distinct events that are failing or parked and last failed within the hour. */
  readonly failed: number
  /** Accepted more than a minute ago and not applied. */
  readonly unprocessed: number
  /** Due for more than five minutes, and nobody has applied them. */
  readonly stuck: number
  /** Given up after the last try. */
  readonly parked: number
  /** When the oldest event was accepted that still is to be applied. */
  readonly oldestWaiting: Date | null
  /** The last delivery of the last day; null: none. */
  readonly lastDelivery: Date | null
  /** Card payments made in the last 30 minutes that succeeded. */
  readonly succeeded: number
  readonly deliveries: number
  /** Deliveries that came more than five minutes after Stripe made their event. */
  readonly late: number
  readonly p95Ms: number | null
}

interface InboxRow {
  readonly failed: number
  readonly unprocessed: number
  readonly stuck: number
  readonly parked: number
  readonly oldest_waiting: Date | null
  readonly last_delivery: Date | null
  readonly succeeded: number
  readonly deliveries: number
  readonly late: number
  readonly p95_ms: number | null
}

const toReading = (row: InboxRow, at: Date): InboxReading => ({
  labels: {},
  at,
  failed: row.failed,
  unprocessed: row.unprocessed,
  stuck: row.stuck,
  parked: row.parked,
  oldestWaiting: row.oldest_waiting,
  lastDelivery: row.last_delivery,
  succeeded: row.succeeded,
  deliveries: row.deliveries,
  late: row.late,
  p95Ms: row.p95_ms,
})

/** Everything that alerts ask of the inbox, in one statement; always one reading. An event counts once however often it came. */
export const inboxMeasure: Measure<InboxReading> = {
  name: 'webhook_inbox',
  from: 'postgres',
  read: async ({ db }, at) => {
    const before = (ms: number) => new Date(at.getTime() - ms)
    const row = await db.first<InboxRow>(readInbox, [
      at,
      before(INBOX_MS.failures),
      before(INBOX_MS.late),
      before(INBOX_MS.payments),
      before(INBOX_MS.search),
      before(INBOX_MS.unprocessedAfter),
      before(INBOX_MS.stuckAfter),
      `${INBOX_MS.lateAfter} milliseconds`,
    ])
    invariant(row, 'a statement without FROM answered no row')
    return [toReading(row, at)]
  },
}
