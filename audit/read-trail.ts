import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { AuditRow } from './http/audit-wire.ts'

const listEntries = loadSql(import.meta.url, 'sql/audit_entry_list.sql')

/** Where a page ended. */
export interface TrailPlace {
  readonly at: Date
  readonly seq: bigint | string
}

/** Up to `limit` rows of the trail behind `after`, newest first; `filters` made by `filterParams`. */
export const readTrail = async (
  db: Db,
  filters: readonly unknown[],
  after: TrailPlace | undefined,
  limit: number,
): Promise<AuditRow[]> =>
  db.rows<AuditRow>(listEntries, [...filters, after?.at ?? null, after?.seq ?? null, limit])
