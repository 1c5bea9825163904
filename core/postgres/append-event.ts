import type { Env } from '../env.ts'
import { eventBodySchema, type EventBodyInput, type EventType } from '../contracts/event.ts'
import { newId } from '../ids.ts'
import type { Db } from './db.ts'
import { loadSql } from './sql.ts'

const insertEvent = loadSql(import.meta.url, 'sql/event_insert.sql')

/** Adds an event in the caller's database transaction, so that it exists exactly when its fact does. */
export const appendEvent = async (
  env: Pick<Env, 'clock' | 'random'>,
  db: Db,
  type: EventType,
  occurredAt: Date,
  body: EventBodyInput,
): Promise<void> => {
  const full = eventBodySchema.parse(body)
  const params = [
    newId(env, 'event'),
    type,
    occurredAt,
    env.clock.now(),
    full.payment_id || null,
    JSON.stringify(full),
  ]
  await db.run(insertEvent, params)
}
