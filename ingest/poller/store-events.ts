import type Stripe from 'stripe'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { readDelivery, type Delivery } from '../webhooks/read-delivery.ts'

const insertPolled = loadSql(import.meta.url, 'sql/webhook_event_insert_polled.sql')

interface PolledEvent extends Delivery {
  readonly payload: string
}

/** What is no snapshot event of API v1 can be neither stored nor applied; it must not hold up the others for ever. */
const readPolled = (deps: Pick<Deps, 'log'>, event: Stripe.Event): PolledEvent[] => {
  const delivery = readDelivery(event)
  if (delivery) return [{ ...delivery, payload: JSON.stringify(event) }]
  deps.log.error({ event: event.id, type: event.type }, 'polled event has an unknown form')
  return []
}

/**
 * Puts a page of listed events into the inbox under their own ids, so that a later delivery of one is a duplicate. Answers
 * the ids that were new, and wakes the inbox for them after the commit.
 */
export const storeEvents = async (
  deps: Pick<Deps, 'db' | 'env' | 'log' | 'wakeups'>,
  page: readonly Stripe.Event[],
): Promise<string[]> => {
  // By id, as deliveries are stored: two writers of the same events never wait for each other in a circle.
  const events = page.flatMap((event) => readPolled(deps, event)).sort((a, b) => (a.id < b.id ? -1 : 1))
  if (events.length === 0) return []
  const rows = await deps.db.rows<{ id: string }>(insertPolled, [
    events.map(({ id }) => id),
    events.map(({ type }) => type),
    events.map(({ objectType }) => objectType),
    events.map(({ objectId }) => objectId),
    events.map(({ payload }) => payload),
    events.map(({ createdAt }) => createdAt),
    deps.env.clock.now(),
  ])
  if (rows.length > 0) deps.wakeups.wake('inbox')
  return rows.map(({ id }) => id)
}
