import { createHash } from 'node:crypto'
import type { Env } from '../env.ts'
import type { Db } from '../postgres/db.ts'
import { loadSql } from '../postgres/sql.ts'

const insertEvent = loadSql(import.meta.url, 'sql/webhook_event_insert.sql')

/** An object of Stripe's that somebody read, to be applied by the inbox like any delivery. */
export interface SubmittedObject {
  readonly source: 'poller' | 'reconciler'
  readonly object: { readonly id: string; readonly object: string; readonly created: number }
}

/**
 * Puts a snapshot of a Stripe object into the inbox under an id made of its content, so that the same state is accepted
 * once. The caller wakes `inbox` after its commit. The event's id when it was new.
 */
export const submitObject = async (
  env: Env,
  db: Db,
  submitted: SubmittedObject,
): Promise<string | undefined> => {
  const { object, source } = submitted
  const payload = JSON.stringify({ type: `${object.object}.snapshot`, data: { object } })
  const id = `${source}_${createHash('sha256').update(payload).digest('hex').slice(0, 40)}`
  const created = new Date(object.created * 1000)
  const params = [
    id,
    `${object.object}.snapshot`,
    object.object,
    object.id,
    source,
    payload,
    created,
    env.clock.now(),
  ]
  return (await db.run(insertEvent, params)) === 1 ? id : undefined
}
