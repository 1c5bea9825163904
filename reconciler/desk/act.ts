import type { Principal } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { readApprovals } from './approvals.ts'
import {
  lockedOf,
  lockExceptions,
  readActor,
  readPerson,
  requireVersion,
  type Desk,
  type DeskException,
} from './desk-exception.ts'
import { addNote, assign } from './edit.ts'
import type { Wish } from './plan-resolution.ts'
import { reopen } from './reopen.ts'
import { approve, reject, resolve } from './resolve.ts'

const lockTogether = loadSql(import.meta.url, '../sql/exceptions_lock_ids.sql')

/** What a person does at the desk, with one exception or with many. */
export type Action =
  | { readonly type: 'assign'; readonly owner: string | null }
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'resolve'; readonly wish: Wish }
  | { readonly type: 'reopen'; readonly note: string }
  | { readonly type: 'approve'; readonly note: string | null }
  | { readonly type: 'reject'; readonly note: string }

export type Outcome = 'done' | 'pending_approval' | 'expired'

/** The exceptions that the action touches beside those named: the other side of a match, made or asked for. */
const readTogether = async (db: Db, ids: readonly string[], action: Action): Promise<string[]> => {
  if (action.type === 'resolve' && action.wish.counterpartId !== null)
    return [...ids, action.wish.counterpartId]
  if (action.type === 'approve') {
    const counterparts: string[] = []
    for (const id of ids)
      for (const { status, counterpart_id: other } of await readApprovals(db, id))
        if (status === 'pending' && other !== null) counterparts.push(other)
    return [...ids, ...counterparts]
  }
  if (action.type !== 'reopen') return [...ids]
  return (await db.rows<{ id: string }>(lockTogether, [ids])).map(({ id }) => id)
}

const perform = async (
  desk: Desk,
  exception: DeskException,
  locked: ReadonlyMap<string, DeskException>,
  action: Action,
): Promise<Outcome> => {
  if (action.type === 'resolve') return resolve(desk, exception, action.wish, locked)
  if (action.type === 'approve') {
    const isSamePerson = async (actorId: string): Promise<boolean> =>
      (await readPerson(desk.db, actorId))?.person === desk.actor.person
    return approve(desk, exception, locked, action.note, isSamePerson)
  }
  if (action.type === 'assign') await assign(desk, exception, action.owner)
  if (action.type === 'note') await addNote(desk, exception, action.text)
  if (action.type === 'reopen') await reopen(desk, exception, locked, action.note)
  if (action.type === 'reject') await reject(desk, exception, action.note)
  return 'done'
}

/** The desk of one database transaction. */
export const openDesk = async (deps: Deps, db: Db, principal: Principal): Promise<Desk> => ({
  env: deps.env,
  db,
  shop: deps.shop,
  actor: await readActor(db, principal),
  now: deps.env.clock.now(),
})

/**
 * Does one action with one exception, as it was at `version`: a second call with the same version does nothing and throws
 * `version_stale`. Throws `approval_expired` after it has ended a request whose facts changed.
 */
export const actOnOne = async (
  deps: Deps,
  principal: Principal,
  id: string,
  version: number,
  action: Action,
): Promise<Outcome> => {
  const outcome = await deps.db.withTransaction(async (db) => {
    const desk = await openDesk(deps, db, principal)
    const locked = await lockExceptions(db, await readTogether(db, [id], action))
    const exception = lockedOf(locked, id)
    await requireVersion(db, exception, version)
    return perform(desk, exception, locked, action)
  })
  if (outcome === 'expired') throw new TillwatchError('approval_expired')
  return outcome
}

/** Says which of many exceptions a refusal is about. */
const named = (error: unknown, id: string): unknown =>
  error instanceof TillwatchError
    ? new TillwatchError(error.code, error.message, {
        details: { ...error.details, exception_id: id },
        cause: error,
      })
    : error

/**
 * Does one action with each of `ids`, in the caller's database transaction; the first refusal is thrown, so that nothing is
 * done. One that an earlier step of the same call has brought along, as the other side of a match, is done already.
 */
export const actOnAll = async (
  desk: Desk,
  ids: readonly string[],
  action: Action,
): Promise<Readonly<Record<Outcome, number>>> => {
  const locked = new Map(await lockExceptions(desk.db, await readTogether(desk.db, ids, action)))
  const counts = { done: 0, pending_approval: 0, expired: 0 }
  const statusBefore = new Map([...locked].map(([id, { status }]) => [id, status]))
  for (const id of ids) {
    const now = lockedOf(locked, id)
    if (now.status !== statusBefore.get(id)) {
      counts.done += 1
      continue
    }
    try {
      const outcome = await perform(desk, now, locked, action)
      if (outcome === 'expired') throw new TillwatchError('approval_expired')
      counts[outcome] += 1
    } catch (error) {
      throw named(error, id)
    }
    for (const [key, row] of await lockExceptions(desk.db, together(locked, now))) locked.set(key, row)
  }
  return counts
}

/** Those whose state an action on `exception` may have changed. */
const together = (locked: ReadonlyMap<string, DeskException>, exception: DeskException): string[] => {
  const entry = exception.adjustment_entry
  const others = [...locked.values()].filter(
    ({ id, adjustment_entry: other }) => id !== exception.id && other !== null && other === entry,
  )
  return [exception.id, ...others.map(({ id }) => id)]
}
