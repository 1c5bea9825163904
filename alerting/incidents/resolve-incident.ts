import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { addDeliveries } from '../deliveries/add-deliveries.ts'
import type { Notice } from '../messages/notice.ts'
import { incidentLinks } from '../people/ack-link.ts'
import type { Word } from './ack-incident.ts'
import type { StoredIncident } from './incident.ts'
import { addToTimeline, lockIncident, saveIncident, toldOf } from './store-incident.ts'

const closeMembers = loadSql(import.meta.url, 'sql/members_close.sql')

/** The last word to people: what they were told before, and who says that it is over. */
const lastNotice = (
  notify: Deps['notify'],
  before: Notice,
  number: number,
  { id, by, at }: Word,
): Notice => ({
  ...before,
  // The links of the message before may be too old by now.
  incident: { ...before.incident, ...incidentLinks(notify, id, at) },
  number,
  at,
  change: 'resolved',
  alert: { ...before.alert, headline: `Closed by ${by}. Before: ${before.alert.headline}` },
})

/**
 * A person closes an incident, and everybody who was told of it hears so. Alerts of it that are still raised open no new
 * one until all that their window counts happened after this (`windowMs + keepMs`), unless they resolve and fire again
 * before (docs/alerting.md). Nothing happens when it is over already. Throws `not_found`.
 */
export const resolveIncident = async (
  { db, env, notify }: Pick<Deps, 'db' | 'env' | 'notify'>,
  word: Word & { readonly why?: string | null },
): Promise<StoredIncident> =>
  db.withTransaction(async (own) => {
    const incident = await lockIncident(own, word.id)
    if (incident.resolved_at !== null) return incident
    const messages = incident.messages + (incident.notice === null ? 0 : 1)
    const notice = incident.notice && lastNotice(notify, incident.notice, messages, word)
    const to = { ...incident, resolved_at: word.at, resolved_by: word.by, messages, notice }
    await saveIncident(own, to)
    await own.run(closeMembers, [word.id, word.at])
    const detail = { why: word.why ?? null }
    await addToTimeline(own, word.id, word.at, [{ what: 'resolved', by: word.by, detail }])
    const told = (await toldOf(own, [word.id])).get(word.id) ?? []
    if (notice !== null) await addDeliveries(env, own, notice, told)
    return { ...to, version: incident.version + 1 }
  })
