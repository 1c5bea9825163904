import type { Deps } from '#core/service.ts'
import { newId } from '#core/ids.ts'
import type { StoredIncident } from '../incidents/incident.ts'
import { BAD_HOUR } from '../messages/testing/notices.ts'
import { incidentLinks } from '../people/ack-link.ts'
import { policyOf } from '../people/policy-of.ts'

const insert = `INSERT INTO alert_incidents
    (id, key, rule, severity, labels, headline, policy, opened_at, counted_from, told_steps, messages, notice, muted_by)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, 1, 1, $9, $10)`

/** What of an incident a test cares about. */
export type Wanted = Partial<
  Pick<StoredIncident, 'key' | 'rule' | 'severity' | 'labels' | 'headline' | 'muted_by'>
>

/** An incident as the engine leaves it after its first message; answers its id. */
export const insertIncident = async (deps: Deps, wanted: Wanted = {}): Promise<string> => {
  const { env, db, shop, notify } = deps
  const id = newId(env, 'incident')
  const at = env.clock.now()
  const {
    key = `key ${id}`,
    rule = BAD_HOUR.alert.name,
    severity = 'critical',
    labels = { store: 'bakery' },
  } = wanted
  const { headline = BAD_HOUR.alert.headline, muted_by: muted = null } = wanted
  const policy = policyOf(shop, { severity, tell: ['on_call', 'it_support'] })
  const notice = {
    ...BAD_HOUR,
    at,
    alert: { ...BAD_HOUR.alert, name: rule, severity, headline },
    incident: { id, key, openedAt: at, ...incidentLinks(notify, id, at) },
  }
  const asText = [labels, headline, policy].map((value) =>
    typeof value === 'string' ? value : JSON.stringify(value),
  )
  await db.run(insert, [id, key, rule, severity, ...asText, at, JSON.stringify(notice), muted])
  await db.run("INSERT INTO alert_timeline (incident_id, at, what, by) VALUES ($1, $2, 'opened', 'auto')", [
    id,
    at,
  ])
  return id
}
