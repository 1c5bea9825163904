import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { addDeliveries } from '../deliveries/add-deliveries.ts'
import type { StoredIncident } from '../incidents/incident.ts'
import { addToTimeline, saveIncident } from '../incidents/store-incident.ts'
import type { Told } from './compose-messages.ts'
import type { Engine, SeenLease } from './engine.ts'
import { beat } from './lead.ts'
import type { AlertRecord } from './memory.ts'
import type { Digest } from './write-digests.ts'

const saveStates = loadSql(import.meta.url, 'sql/states_save.sql')
const reopen = loadSql(import.meta.url, 'sql/states_reopen.sql')
const setMembers = loadSql(import.meta.url, 'sql/members_set.sql')
const insertIncident = loadSql(import.meta.url, 'sql/incident_insert.sql')
const insertEvaluation = loadSql(import.meta.url, 'sql/evaluation_insert.sql')
const insertHeld = loadSql(import.meta.url, 'sql/held_insert.sql')
const settleHeld = loadSql(import.meta.url, 'sql/held_settle.sql')

/** Everything that one evaluation writes; all of it or nothing. */
export interface Outcome {
  readonly at: Date
  /** Machine time at `at`. */
  readonly atMs: number
  /** Alerts to be written. */
  readonly alerts: readonly AlertRecord[]
  /** Of these, the ones whose being let go by a person ended or was moved with the clock. */
  readonly reopened: readonly AlertRecord[]
  readonly told: readonly Told[]
  readonly digests: readonly Digest[]
  readonly results: readonly unknown[]
}

const keyOf = ({ rule, labelsKey }: AlertRecord) => ({ rule, labels_key: labelsKey })

const stateRow = (alert: AlertRecord) => ({
  ...keyOf(alert),
  labels: alert.labels,
  ...alert.state,
  judgement: alert.judgement,
  loud_since: alert.loudSince,
})

const writeAlerts = async (db: Db, { alerts, reopened, at }: Outcome): Promise<void> => {
  if (alerts.length > 0) await db.run(saveStates, [JSON.stringify(alerts.map(stateRow)), at])
  const changed = reopened.map((alert) => ({ ...keyOf(alert), closed_at: alert.closedAt }))
  if (changed.length > 0) await db.run(reopen, [JSON.stringify(changed)])
}

const open = async (db: Db, incident: StoredIncident): Promise<boolean> =>
  (await db.run(insertIncident, [
    incident.id,
    incident.key,
    incident.rule,
    incident.severity,
    JSON.stringify(incident.labels),
    incident.headline,
    JSON.stringify(incident.policy),
    incident.opened_at,
    incident.told_steps,
    incident.messages,
    incident.notice && JSON.stringify(incident.notice),
  ])) > 0

/**
 * Writes one incident with all that happened to it; false, and nothing of it is written, when a person changed it since it was
 * read: the next evaluation decides anew.
 */
const writeIncident = async (engine: Engine, db: Db, told: Told, at: Date): Promise<boolean> => {
  const { plan, incident, happenings, messages, held } = told
  const isOurs = await (plan.isNew ? open(db, incident) : saveIncident(db, incident))
  if (!isOurs) return false
  const members = plan.isResolved ? [] : plan.group.members.map(keyOf)
  await db.run(setMembers, [incident.id, JSON.stringify(members)])
  await addToTimeline(db, incident.id, at, happenings)
  for (const { notice, to } of messages) await addDeliveries(engine.deps.env, db, notice, to)
  if (held.length > 0) {
    const rows = held.map(({ id, address, notice }) => ({ id, ...address, notice }))
    await db.run(insertHeld, [incident.id, JSON.stringify(rows), at])
  }
  return true
}

const writeDigest = async (engine: Engine, db: Db, digest: Digest, at: Date): Promise<void> => {
  const settled = await db.run(settleHeld, [digest.heldIds, at])
  if (settled > 0) await addDeliveries(engine.deps.env, db, digest.notice, [digest.address])
}

/**
 * One commit for one evaluation: how alerts stand, incidents, what happened to them, the messages about it, and the
 * evaluation itself. It begins with the fence: a leader that leads no more throws `LeaseLost` and writes nothing. Answers which
 * plans were written.
 */
export const commit = async (engine: Engine, outcome: Outcome): Promise<readonly Told[]> => {
  const { deps, memory, me } = engine
  const { at, atMs, told, digests, results } = outcome
  const done = await deps.db.withTransaction(async (db) => {
    const seen: SeenLease = await beat(engine, db, at, atMs)
    await writeAlerts(db, outcome)
    const written: Told[] = []
    for (const one of told) if (await writeIncident(engine, db, one, at)) written.push(one)
    for (const digest of digests) await writeDigest(engine, db, digest, at)
    const tookMs = Math.round(deps.env.machine.nowMs() - atMs)
    await db.run(insertEvaluation, [at, me, tookMs, JSON.stringify(results)])
    return { seen, written }
  })
  memory.lease = done.seen
  return done.written
}
