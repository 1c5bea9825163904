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

const insertEvents = loadSql(import.meta.url, 'sql/event_insert_many.sql')

/** An event that is to be added. */
export interface NewEvent {
  readonly type: EventType
  readonly occurredAt: Date
  readonly body: EventBodyInput
}

/** Adds events in their order, in one statement of the caller's database transaction; nothing for none. */
export const appendEvents = async (
  env: Pick<Env, 'clock' | 'random'>,
  db: Db,
  events: readonly NewEvent[],
): Promise<void> => {
  if (events.length === 0) return
  const bodies = events.map(({ body }) => eventBodySchema.parse(body))
  await db.run(insertEvents, [
    events.map(() => newId(env, 'event')),
    events.map(({ type }) => type),
    events.map(({ occurredAt }) => occurredAt),
    env.clock.now(),
    bodies.map((body) => body.payment_id || null),
    bodies.map((body) => JSON.stringify(body)),
  ])
}
