import { TillwatchError } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import type { Severity } from '../messages/notice.ts'
import type { IncidentDelivery, IncidentState, MemberAlert, StoredIncident, TimelineRow } from './incident.ts'
import { fromRow } from './store-incident.ts'

const select = loadSql(import.meta.url, 'sql/incident_select.sql')
const findOpen = loadSql(import.meta.url, 'sql/incident_find_open.sql')
const list = loadSql(import.meta.url, 'sql/incidents_list.sql')
const listTimeline = loadSql(import.meta.url, 'sql/timeline_list.sql')
const listMembers = loadSql(import.meta.url, 'sql/members_list.sql')
const listDeliveries = loadSql(import.meta.url, 'sql/incident_deliveries_list.sql')

/** More than this of one incident nobody reads; the newest are shown. */
const ROWS_MAX = 500

/** An incident with all that is known of it. */
export interface WholeIncident {
  readonly incident: StoredIncident
  /** Oldest first. */
  readonly timeline: readonly TimelineRow[]
  /** Its alerts as they stand now; none once it is over (the timeline names them). */
  readonly alerts: readonly MemberAlert[]
  /** Its messages, oldest first. */
  readonly deliveries: readonly IncidentDelivery[]
}

/** One incident by its id. Throws `not_found`. */
export const findIncident = async ({ db }: Pick<Deps, 'db'>, id: string): Promise<WholeIncident> => {
  const row = await db.first<StoredIncident>(select, [id])
  if (!row) throw new TillwatchError('not_found')
  return {
    incident: fromRow(row),
    timeline: await db.rows<TimelineRow>(listTimeline, [id, ROWS_MAX]),
    alerts: await db.rows<MemberAlert>(listMembers, [id]),
    deliveries: await db.rows<IncidentDelivery>(listDeliveries, [id, ROWS_MAX]),
  }
}

/** The open incident that pager and mail know as `key`, if there is one. */
export const findOpenIncident = async (
  { db }: Pick<Deps, 'db'>,
  key: string,
): Promise<StoredIncident | undefined> => {
  const row = await db.first<StoredIncident>(findOpen, [key])
  return row && fromRow(row)
}

/** Which incidents are listed; what is not given does not narrow. `unresolved` is open or acked; of those open some are `muted`. */
export interface IncidentFilter {
  readonly state?: IncidentState | 'unresolved' | 'loud' | 'muted' | undefined
  readonly severity?: Severity | undefined
  readonly rule?: string | undefined
  readonly store?: string | undefined
  /** Opened in [from, to). */
  readonly from?: Date | undefined
  readonly to?: Date | undefined
}

/** Which part of a list: at most `limit` rows after the last one of the page before. */
export interface IncidentPage {
  readonly limit: number
  readonly after?: { readonly at: Date; readonly id: string } | undefined
}

/** Incidents, newest first: at most `limit` of them (ask for one more than you show to know whether there are more). */
export const listIncidents = async (
  { db }: Pick<Deps, 'db'>,
  filter: IncidentFilter,
  { limit, after }: IncidentPage,
): Promise<StoredIncident[]> => {
  const { state, severity, rule, store, from, to } = filter
  const rows = await db.rows<StoredIncident>(list, [
    ...[state, severity, rule, store, from, to, after?.at, after?.id].map((value) => value ?? null),
    limit,
  ])
  return rows.map(fromRow)
}
