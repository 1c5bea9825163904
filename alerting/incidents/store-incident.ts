import { TillwatchError } from '#core/errors.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Address } from '../deliveries/add-deliveries.ts'
import { readNotice, type StoredIncident, type TimelineWhat } from './incident.ts'

const lock = loadSql(import.meta.url, 'sql/incident_lock.sql')
const update = loadSql(import.meta.url, 'sql/incident_update.sql')
const insertTimeline = loadSql(import.meta.url, 'sql/timeline_insert.sql')
const listTold = loadSql(import.meta.url, 'sql/told_addresses_list.sql')

/** Something to be written into an incident's timeline. */
export interface Happening {
  readonly what: TimelineWhat
  readonly by: string
  readonly detail?: Readonly<Record<string, unknown>>
}

/** An incident as it comes from Postgres: its notice's instants are texts there. */
export const fromRow = (row: StoredIncident): StoredIncident => ({
  ...row,
  notice: row.notice && readNotice(row.notice),
})

/** The incident, held until the caller's database transaction ends. Throws `not_found`. */
export const lockIncident = async (db: Db, id: string): Promise<StoredIncident> => {
  const row = await db.first<StoredIncident>(lock, [id])
  if (!row) throw new TillwatchError('not_found')
  return fromRow(row)
}

/**
 * Writes `incident` over the version it was read with; false, and nothing is written, when somebody changed it since. What
 * of it never changes (key, rule, policy ...) is not looked at.
 */
export const saveIncident = async (db: Db, incident: StoredIncident): Promise<boolean> =>
  (await db.run(update, [
    incident.id,
    incident.version,
    incident.headline,
    incident.counted_from,
    incident.told_steps,
    incident.messages,
    incident.acked_at,
    incident.acked_by,
    incident.acked_via,
    incident.muted_by,
    incident.resolved_at,
    incident.resolved_by,
    incident.notice && JSON.stringify(incident.notice),
  ])) > 0

/** Adds to an incident's timeline, in the order given. */
export const addToTimeline = async (
  db: Db,
  id: string,
  at: Date,
  happenings: readonly Happening[],
): Promise<void> => {
  if (happenings.length > 0) await db.run(insertTimeline, [id, at, JSON.stringify(happenings)])
}

/** Who was told of each of these incidents, by incident. */
export const toldOf = async (db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, Address[]>> => {
  const told = new Map<string, Address[]>(ids.map((id) => [id, []]))
  if (ids.length === 0) return told
  const rows = await db.rows<Address & { incident_id: string }>(listTold, [ids])
  for (const { incident_id: id, channel, contact } of rows) told.get(id)?.push({ channel, contact })
  return told
}
