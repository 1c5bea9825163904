import { stringify } from 'csv-stringify/sync'
import { csvText } from '#core/http/csv-text.ts'
import type { Db } from '#core/postgres/db.ts'
import { readTrail } from '../read-trail.ts'
import type { AuditRow } from './audit-wire.ts'

/** Rows read and sent at once; the whole export is never in memory. */
const CHUNK = 500

const COLUMNS = [
  'position',
  'id',
  'at',
  'kind',
  'actor_id',
  'actor_name',
  'role',
  'action',
  'object',
  'status',
  'code',
  'ip',
  'user_agent',
  'route',
  'request_id',
  'trace_id',
  'before',
  'after',
  'hash',
] as const

const cell = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'bigint' || typeof value === 'number') return value.toString()
  return csvText(typeof value === 'string' ? value : JSON.stringify(value))
}

/** Rows of the trail as a stream of CSV in UTF-8, newest first, with a header line; `filters` as the list takes them. */
export const exportAudit = (db: Db, filters: readonly unknown[]): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder()
  let last: AuditRow | undefined
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(stringify([[...COLUMNS]]))),
    pull: async (controller) => {
      const rows = await readTrail(db, filters, last, CHUNK)
      last = rows.at(-1)
      const lines = rows.map((row) => COLUMNS.map((column) => cell(row[column])))
      if (lines.length > 0) controller.enqueue(encoder.encode(stringify(lines)))
      if (rows.length < CHUNK) controller.close()
    },
  })
}
