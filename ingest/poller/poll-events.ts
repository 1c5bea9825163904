import { codeOf } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { overlapFrom, pollFrom, slicesOf, RETENTION_MS, type Slice } from './domain/poll-window.ts'
import { listEvents } from './list-events.ts'
import { OBJECT_KINDS, type ObjectKind } from './object-kinds.ts'
import { pollObjects } from './poll-objects.ts'
import { storeEvents } from './store-events.ts'

const insertCursor = loadSql(import.meta.url, 'sql/poll_cursor_insert.sql')
const lockDue = loadSql(import.meta.url, 'sql/poll_cursor_lock_due.sql')
const advanceCursor = loadSql(import.meta.url, 'sql/poll_cursor_advance.sql')

const EVENTS = 'events'
/** Events first: most of what the objects tell is known then. */
const CURSORS = [EVENTS, ...OBJECT_KINDS.map(({ name }) => name)]
/** Key of the advisory lock of whoever polls. */
const POLLER_LOCK = 7_305_011

type PollDeps = Pick<Deps, 'env' | 'db' | 'stripe' | 'wakeups' | 'log' | 'metrics' | 'shop'>

interface Cursor {
  readonly name: string
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

type Advance = (to: Date, dueAt: Date) => Promise<unknown>

const readEvents = async (deps: PollDeps, cursor: Cursor, now: Date, advance: Advance): Promise<number> => {
  const { at } = cursor
  if (now.getTime() - at.getTime() > RETENTION_MS)
    deps.log.error({ cursor: at.toISOString() }, 'events since the last poll are gone; reconcile those dates')
  let found = 0
  for (const slice of slicesOf(pollFrom(at, now), now)) {
    found += (await pollSlice(deps, slice)).newIds.length
    // What was read once is not read again, should a later slice fail.
    await advance(slice.to, slice.isLast ? nextDueOf(deps, now) : cursor.due_at)
  }
  return found
}

const readObjects = async (
  deps: PollDeps,
  kind: ObjectKind,
  cursor: Cursor,
  now: Date,
  advance: Advance,
): Promise<number> => {
  const { newIds } = await pollObjects(deps, kind, overlapFrom(cursor.at), now)
  await advance(now, nextDueOf(deps, now))
  return newIds.length
}

/** One list since its cursor; Stripe away is noted, and no clock stands still because of it. */
const pollOne = async (deps: PollDeps, cursor: Cursor, now: Date): Promise<void> => {
  const { name } = cursor
  const note = async (to: Date, dueAt: Date, failure: string | null) =>
    deps.db.run(advanceCursor, [name, to, dueAt, failure, now])
  const advance: Advance = async (to, dueAt) => note(to, dueAt, null)
  const kind = OBJECT_KINDS.find((one) => one.name === name)
  try {
    const found = kind
      ? await readObjects(deps, kind, cursor, now, advance)
      : await readEvents(deps, cursor, now, advance)
    deps.metrics.taskRuns.inc({ task: 'poll', result: 'succeeded' })
    if (found > 0) deps.log.info({ found, list: name }, 'polled what nobody had delivered')
  } catch (error) {
    const code = codeOf(error)
    if (code !== 'provider_unavailable') throw error
    await note(cursor.at, nextDueOf(deps, now), code)
    deps.metrics.taskRuns.inc({ task: 'poll', result: 'failed' })
    deps.log.warn({ err: error, list: name, cursor: cursor.at.toISOString() }, 'poll failed; it is repeated')
  }
}

/** Makes the cursors at the platform's first start: what was before is not ours. */
export const ensureCursor = async (deps: PollDeps): Promise<void> => {
  const now = deps.env.clock.now()
  for (const name of CURSORS) await deps.db.run(insertCursor, [name, now, nextDueOf(deps, now)])
}

/**
 * When a poll is due: lists Stripe's events since their cursor less an overlap, then the objects made since theirs, puts what
 * nobody told us into the inbox, then moves the cursor of each list that was read to its end (reliability.md rows 25-27, 33,
 * 34). One poller at a time per database; the others return at once. Stripe away is logged, and repeated from the same place
 * when the next poll is due; throws only when the database is away.
 */
export const pollEvents = async (deps: PollDeps): Promise<void> => {
  const now = deps.env.clock.now()
  // A lock of the session, not of a database transaction: none may be held across the calls to Stripe.
  const session = await deps.db.pool.connect()
  let broken = true
  try {
    const { rows } = await session.query<LockedCursor>(lockDue.text, [CURSORS, now, POLLER_LOCK])
    const due = rows.filter(({ mine }) => mine)
    for (const name of CURSORS) {
      const cursor = due.find((one) => one.name === name)
      if (cursor) await pollOne(deps, cursor, now)
    }
    if (due.length > 0) await session.query('SELECT pg_advisory_unlock($1)', [POLLER_LOCK])
    broken = false
  } finally {
    // A session in doubt is closed, which lets go of its lock.
    session.release(broken)
  }
}
