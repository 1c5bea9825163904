import type { Env } from '#core/env.ts'
import { newId } from '#core/ids.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Notice } from '../messages/notice.ts'

const insert = loadSql(import.meta.url, 'sql/deliveries_insert.sql')

/** Where a notice goes. */
export interface Address {
  readonly channel: string
  readonly contact: string
}

/**
 * Has a notice sent to each address once the caller's database transaction is committed: what is told and that it is told
 * are one commit, so nothing is told that did not happen and nothing happens untold.
 */
export const addDeliveries = async (
  env: Pick<Env, 'clock' | 'random'>,
  db: Db,
  notice: Notice,
  addresses: readonly Address[],
): Promise<void> => {
  if (addresses.length === 0) return
  const rows = addresses.map(({ channel, contact }) => ({
    id: newId(env, 'alertDelivery'),
    incident_id: notice.incident.id,
    channel,
    contact,
    thread: JSON.stringify([notice.incident.key, notice.incident.id, channel, contact]),
    change: notice.change,
    notice,
  }))
  await db.run(insert, [JSON.stringify(rows), env.clock.now()])
}
