import { asStorageError } from '#core/postgres/db.ts'
import { createGroupCommit, GROUP_LIMITS } from '#core/postgres/group-commit.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { typeGroupOf } from './type-group.ts'
import { verifyDelivery, type VerifiedDelivery } from './verify-delivery.ts'

const insertMany = loadSql(import.meta.url, 'sql/webhook_event_insert_many.sql')

/** Deliveries are one small statement each group; Stripe's bursts are long. */
const LIMITS = { ...GROUP_LIMITS, groupMax: 200 }

export type ReceiveDelivery = (
  body: Buffer,
  signature: string | undefined,
) => Promise<{ readonly id: string; readonly result: 'accepted' | 'duplicate' }>

const insertGroup =
  (deps: Deps) =>
  async (group: readonly VerifiedDelivery[]): Promise<readonly boolean[]> => {
    const sorted = [...group].sort((a, b) => (a.id < b.id ? -1 : 1))
    const rows = await deps.db
      .rows<{ id: string }>(insertMany, [
        sorted.map(({ id }) => id),
        sorted.map(({ type }) => type),
        sorted.map(({ objectType }) => objectType),
        sorted.map(({ objectId }) => objectId),
        sorted.map(({ payload }) => payload),
        sorted.map(({ createdAt }) => createdAt),
        deps.env.clock.now(),
      ])
      .catch((error: unknown) => {
        throw asStorageError(error)
      })
    const added = new Set(rows.map(({ id }) => id))
    if (added.size > 0) deps.wakeups.wake('inbox')
    // Of two deliveries of one event in one group, the first has added it.
    return group.map(({ id }) => added.delete(id))
  }

const countDelivery = (
  { env, metrics }: Deps,
  { type, createdAt }: VerifiedDelivery,
  result: 'accepted' | 'duplicate',
): void => {
  const group = { type_group: typeGroupOf(type) }
  metrics.webhookEvents.inc({ source: 'webhook', ...group, result })
  // What comes again says nothing of how long the first one took.
  if (result === 'duplicate') return
  const lagMs = env.clock.now().getTime() - createdAt.getTime()
  metrics.webhookDeliveryLag.observe(group, Math.max(0, lagMs) / 1_000)
}

/**
 * The door of Stripe's deliveries: verify, into the inbox by group commit, answer; applying comes later. Resolves only after
 * COMMIT, so that a delivery answered with 200 is never lost; an event already in the inbox is a `duplicate`. Throws
 * `signature_invalid`, `wrong_account` or `storage_unavailable`; Stripe then delivers again.
 */
export const createReceiveDelivery = (deps: Deps): ReceiveDelivery => {
  const inbox = createGroupCommit(insertGroup(deps), LIMITS)
  return async (body, signature) => {
    const delivery = verifyDelivery(deps, body, signature)
    const isNew = await inbox.write(delivery)
    const result = isNew ? 'accepted' : 'duplicate'
    countDelivery(deps, delivery, result)
    return { id: delivery.id, result }
  }
}
