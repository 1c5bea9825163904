import type { Env } from '#core/env.ts'
import type { Logger } from '#core/log.ts'
import type { Database, Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Channel } from '../channels/channel.ts'
import type { Change, Notice } from '../messages/notice.ts'
import { dropReason, fateOf, type Answer, type Fate, type Neighbour } from './domain/plan-delivery.ts'

const claim = loadSql(import.meta.url, 'sql/deliveries_claim.sql')
const listNeighbours = loadSql(import.meta.url, 'sql/deliveries_list_neighbours.sql')
const recordAttempt = loadSql(import.meta.url, 'sql/delivery_record_attempt.sql')
const settle = loadSql(import.meta.url, 'sql/delivery_settle.sql')

const BATCH = 20
/** Longer than any channel waits for an answer. */
const LEASE_MS = 30_000

/** A message that is being sent. */
export interface Delivery {
  readonly id: string
  readonly incident_id: string
  readonly channel: string
  readonly contact: string
  readonly thread: string
  readonly change: Change
  readonly notice: Notice
  readonly attempts: number
  readonly created_at: Date
}

/** What sending needs. */
export interface Sender {
  readonly env: Env
  readonly db: Database
  readonly log: Logger
  readonly channels: ReadonlyMap<string, Channel>
  /** Called in the commit that ends a message as failed: somebody else must be told now. */
  whenFailed(db: Db, delivery: Delivery, reason: string): Promise<void>
  /** Called after each message that ended. */
  whenEnded(delivery: Delivery, status: 'sent' | 'dropped' | 'failed'): void
}

const readNotice = (stored: Notice): Notice => ({
  ...stored,
  at: new Date(stored.at),
  incident: { ...stored.incident, openedAt: new Date(stored.incident.openedAt) },
})

type Thread = Neighbour & { readonly id: string; readonly earlier: boolean }

const fractionOf = (bytes: Uint8Array): number => (bytes[0] ?? 0) / 256

const conclude = async (
  sender: Sender,
  delivery: Delivery,
  fate: Fate | { readonly status: 'dropped'; readonly reason: string },
): Promise<void> => {
  const now = sender.env.clock.now()
  const reason = fate.status === 'sent' ? null : fate.reason
  const isOver = fate.status !== 'pending'
  const next = fate.status === 'pending' ? new Date(now.getTime() + fate.waitMs) : null
  await sender.db.withTransaction(async (db) => {
    const settled = await db.run(settle, [delivery.id, fate.status, reason, isOver ? now : null, next])
    if (settled > 0 && fate.status === 'failed') await sender.whenFailed(db, delivery, fate.reason)
  })
  const { id, channel, change, incident_id: incident } = delivery
  const facts = { delivery: id, incident, channel, change, status: fate.status, reason }
  sender.log[fate.status === 'sent' ? 'info' : 'warn'](facts, 'alert message')
  if (fate.status !== 'pending') sender.whenEnded(delivery, fate.status)
}

const attempt = async (sender: Sender, delivery: Delivery, signal: AbortSignal): Promise<Answer> => {
  const channel = sender.channels.get(delivery.channel)
  if (channel === undefined) return { kind: 'refused', why: `no channel ${delivery.channel} is set up` }
  await sender.db.run(recordAttempt, [delivery.id])
  return channel.send(readNotice(delivery.notice), delivery.contact, signal)
}

const sendOne = async (
  sender: Sender,
  delivery: Delivery,
  thread: readonly Thread[],
  signal: AbortSignal,
): Promise<void> => {
  const before = thread.filter(({ earlier }) => earlier)
  const after = thread.filter(({ earlier }) => !earlier)
  const reason = dropReason(delivery.change, before, after)
  if (reason !== null) return conclude(sender, delivery, { status: 'dropped', reason })
  const answer = await attempt(sender, delivery, signal)
  const spread = fractionOf(sender.env.random.bytes(1))
  return conclude(sender, delivery, fateOf(answer, delivery.attempts + 1, spread))
}

/**
 * Sends every message that is due, of one channel or of all, thread by thread in order, no database transaction open while a receiver is asked.
 * A message is sent at least once: after a crash it is sent again, and its key makes both one for the receiver. Answers
 * how many were looked at; 0 when nothing is due.
 */
export const sendDue = async (
  sender: Sender,
  signal: AbortSignal,
  channel: string | null = null,
): Promise<number> => {
  const now = sender.env.clock.now()
  const until = new Date(now.getTime() + LEASE_MS)
  const claimed = await sender.db.rows<Delivery>(claim, [now, until, BATCH, channel])
  if (claimed.length === 0) return 0
  const neighbours = await sender.db.rows<Thread>(listNeighbours, [claimed.map(({ id }) => id)])
  await Promise.all(
    claimed.map(async (delivery) =>
      sendOne(
        sender,
        delivery,
        neighbours.filter(({ id }) => id === delivery.id),
        signal,
      ),
    ),
  )
  return claimed.length
}
