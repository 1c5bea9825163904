import { codeOf } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { pollFrom, slicesOf, RETENTION_MS, type Slice } from './domain/poll-window.ts'
import { listEvents } from './list-events.ts'
import { storeEvents } from './store-events.ts'

const insertCursor = loadSql(import.meta.url, 'sql/poll_cursor_insert.sql')
const lockDue = loadSql(import.meta.url, 'sql/poll_cursor_lock_due.sql')
const advanceCursor = loadSql(import.meta.url, 'sql/poll_cursor_advance.sql')

const CURSOR = 'events'
/** Key of the advisory lock of whoever polls. */
const POLLER_LOCK = 7_305_011

type PollDeps = Pick<Deps, 'env' | 'db' | 'stripe' | 'wakeups' | 'log' | 'metrics' | 'shop'>

interface Cursor {
  readonly at: Date
  readonly due_at: Date
}

interface LockedCursor extends Cursor {
  readonly mine: boolean
}

const nextDueOf = (deps: PollDeps, now: Date): Date => new Date(now.getTime() + deps.shop.poll_every_s * 1000)

/** Reads one slice into the inbox. */
export const pollSlice = async (
  deps: PollDeps,
  slice: Slice,
): Promise<{ readonly events: number; readonly newIds: string[] }> => {
  const pages = await listEvents(deps, slice)
  const newIds: string[] = []
  for (const page of pages) newIds.push(...(await storeEvents(deps, page)))
  return { events: pages.reduce((sum, page) => sum + page.length, 0), newIds }
}

const pollAll = async (deps: PollDeps, cursor: Cursor, now: Date): Promise<void> => {
  let { at } = cursor
  const advance = async (to: Date, dueAt: Date, failure: string | null) =>
    deps.db.run(advanceCursor, [CURSOR, to, dueAt, failure, now])
  if (now.getTime() - at.getTime() > RETENTION_MS)
    deps.log.error({ cursor: at.toISOString() }, 'events since the last poll are gone; reconcile those dates')
  try {
    let found = 0
    for (const slice of slicesOf(pollFrom(at, now), now)) {
      found += (await pollSlice(deps, slice)).newIds.length
      at = slice.to
      await advance(at, slice.isLast ? nextDueOf(deps, now) : cursor.due_at, null)
    }
    if (found > 0) deps.log.info({ found }, 'events polled that nobody had delivered')
  } catch (error) {
    const code = codeOf(error)
    if (code !== 'provider_unavailable') throw error
    // Asked again at the next due moment: no clock stands still because Stripe is away.
    await advance(cursor.at, nextDueOf(deps, now), code)
    deps.log.warn({ err: error, cursor: at.toISOString() }, 'poll failed; it is repeated')
  }
}

/** Makes the cursor at the platform's first start: what was before is not ours. */
export const ensureCursor = async (deps: PollDeps): Promise<void> => {
  const now = deps.env.clock.now()
  await deps.db.run(insertCursor, [CURSOR, now, nextDueOf(deps, now)])
}

/**
 * When the poll is due: lists Stripe's events since the cursor less an overlap, puts those that nobody delivered into the
 * inbox, then moves the cursor (reliability.md rows 25-27, 33, 34). One poller at a time per database; the others return at
 * once. Stripe away is logged, and repeated from the same place when the next poll is due; throws only when the database is
 * away.
 */
export const pollEvents = async (deps: PollDeps): Promise<void> => {
  const now = deps.env.clock.now()
  // A lock of the session, not of a database transaction: none may be held across the calls to Stripe.
  const session = await deps.db.pool.connect()
  let broken = true
  try {
    const { rows } = await session.query<LockedCursor>(lockDue.text, [CURSOR, now, POLLER_LOCK])
    const [cursor] = rows
    if (cursor?.mine) {
      await pollAll(deps, cursor, now)
      await session.query('SELECT pg_advisory_unlock($1)', [POLLER_LOCK])
    }
    broken = false
  } finally {
    // A session in doubt is closed, which lets go of its lock.
    session.release(broken)
  }
}
