import { TillwatchError } from '#core/errors.ts'
import type { Env } from '#core/env.ts'
import type { Principal } from '#core/access/roles.ts'
import { appendEvents } from '#core/postgres/append-event.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Shop } from '#core/shop.ts'
import { actBy, rate, type Severity } from '../domain/severity.ts'
import { insertHistory } from './insert-history.ts'
import { setPairingState } from './set-pairing-state.ts'

const lockRows = loadSql(import.meta.url, '../sql/exceptions_lock.sql')
const saveRows = loadSql(import.meta.url, '../sql/exceptions_save.sql')
const listHistory = loadSql(import.meta.url, '../sql/exception_history_list.sql')
const selectPerson = loadSql(import.meta.url, '../sql/actor_select_person.sql')

export type Resolution = 'accepted' | 'write_off' | 'forced_match' | 'adjusted'

/** An exception as it is stored. */
export interface DeskException {
  readonly id: string
  readonly category: string
  readonly object: string
  readonly status: 'open' | 'resolved'
  readonly healed: boolean
  readonly severity: Severity
  readonly currency: string
  readonly expected: bigint
  readonly actual: bigint
  readonly difference: bigint
  readonly business_date: string
  readonly payment_id: string | null
  readonly details: Readonly<Record<string, string>>
  readonly version: number
  readonly opened_run_id: string
  readonly last_seen_run_id: string
  readonly resolved_run_id: string | null
  readonly first_seen_at: Date
  readonly last_seen_at: Date
  readonly resolved_at: Date | null
  readonly occurred_at: Date
  readonly due_at: Date
  readonly next_rating_at: Date | null
  readonly owner: string | null
  readonly resolution: Resolution | 'healed' | null
  readonly reason: string | null
  readonly resolved_by: string | null
  readonly resolved_by_name: string | null
  readonly adjustment_entry: string | null
}

/** Who acts. `person` is the same for all tokens of one person; a token whose person nobody named stands for its name. */
export interface Actor {
  readonly actorId: string
  readonly role: string
  readonly name: string
  readonly person: string
}

/** One action at the desk: who, when, by which settings, and in which database transaction. */
export interface Desk {
  readonly env: Env
  readonly db: Db
  readonly shop: Pick<Shop, 'account' | 'exceptions' | 'write_off_tiers'>
  readonly actor: Actor
  readonly now: Date
}

/** The person behind a token, in one spelling; undefined for a token that there is not. */
export const readPerson = async (
  db: Db,
  actorId: string,
): Promise<Pick<Actor, 'name' | 'person'> | undefined> =>
  db.first<Pick<Actor, 'name' | 'person'>>(selectPerson, [actorId])

/** Who stands behind a principal. Throws `unauthenticated` when the token is gone. */
export const readActor = async (db: Db, principal: Principal): Promise<Actor> => {
  const row = await readPerson(db, principal.actorId)
  if (!row) throw new TillwatchError('unauthenticated')
  return { actorId: principal.actorId, role: principal.role, ...row }
}

/** Locks exceptions in the order of their ids, so that two actions never wait for each other. Throws `not_found`. */
export const lockExceptions = async (
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, DeskException>> => {
  const rows = await db.rows<DeskException>(lockRows, [ids])
  if (rows.length !== new Set(ids).size) throw new TillwatchError('not_found')
  return new Map(rows.map((row) => [row.id, row]))
}

/** The locked exception. Throws `not_found` when it is none of them. */
export const lockedOf = (locked: ReadonlyMap<string, DeskException>, id: string): DeskException => {
  const row = locked.get(id)
  if (!row) throw new TillwatchError('not_found')
  return row
}

/** A line of an exception's history as it is stored. */
export interface HistoryRow {
  readonly version: number
  readonly change: string
  readonly status: 'open' | 'resolved'
  readonly expected: bigint
  readonly actual: bigint
  readonly difference: bigint
  readonly at: Date
  readonly run_id: string | null
  readonly by_kind: 'run' | 'person' | 'age'
  readonly by_id: string | null
  readonly by_name: string | null
  readonly before: Readonly<Record<string, unknown>>
  readonly after: Readonly<Record<string, unknown>>
  readonly why: string | null
}

/** The exception's history after a version, oldest first. */
export const readHistory = async (db: Db, id: string, after = 0): Promise<HistoryRow[]> =>
  db.rows<HistoryRow>(listHistory, [id, after])

/** Refuses an action on what is no longer as the caller saw it: `version_stale`, with every change since. */
export const requireVersion = async (db: Db, row: DeskException, version: number): Promise<void> => {
  if (row.version === version) return
  const lines = await readHistory(db, row.id, Math.min(version, row.version))
  const changed = lines.map((line) => ({
    version: line.version,
    change: line.change,
    at: line.at.toISOString(),
    by: line.by_name,
    before: line.before,
    after: line.after,
    why: line.why,
  }))
  throw new TillwatchError('version_stale', undefined, {
    details: { exception_id: row.id, current_version: row.version, changed },
  })
}

type Patch = Partial<
  Pick<
    DeskException,
    | 'status'
    | 'owner'
    | 'resolution'
    | 'reason'
    | 'resolved_by'
    | 'resolved_by_name'
    | 'resolved_at'
    | 'adjustment_entry'
  >
>

/** What an action did to exceptions, for their history. */
export interface Done {
  readonly change: string
  readonly why: string | null
  /** Facts of the change that are no fields of the exception. */
  readonly besides?: Readonly<Record<string, unknown>>
}

const ratedAgain = (desk: Desk, row: DeskException) => {
  const { severity, nextAt } = rate({ ...row, occurredAt: row.occurred_at }, desk.now, desk.shop.exceptions)
  return { severity, next_rating_at: nextAt, due_at: actBy(severity, desk.now, desk.shop.exceptions) }
}

const shownFields = ['status', 'owner', 'resolution', 'reason', 'adjustment_entry'] as const

const diffOf = (before: DeskException, after: DeskException) => {
  const names = shownFields.filter((name) => before[name] !== after[name])
  const pick = (side: DeskException) => Object.fromEntries(names.map((name) => [name, side[name]]))
  return { before: pick(before), after: pick(after) }
}

const tell = async (desk: Desk, rows: readonly DeskException[]): Promise<void> =>
  appendEvents(
    desk.env,
    desk.db,
    rows.map((row) => ({
      type: row.status === 'resolved' ? ('exception.resolved' as const) : ('exception.opened' as const),
      occurredAt: desk.now,
      body: {
        payment_id: row.payment_id ?? '',
        currency: row.currency,
        amount_minor: row.difference.toString(),
        status: row.category,
        stripe_object: row.object,
      },
    })),
  )

/**
 * Stores the next version of locked exceptions, each with its row of history. One whose status changed is told as an event,
 * its row's pairing follows, and the next run looks at the certificates of its date.
 */
export const saveExceptions = async (
  desk: Desk,
  rows: readonly DeskException[],
  patch: Patch,
  done: Done,
): Promise<DeskException[]> => {
  const next = rows.map((row) => {
    const reopened = row.status === 'resolved' && patch.status === 'open'
    return { ...row, ...patch, ...(reopened ? ratedAgain(desk, row) : {}), version: row.version + 1 }
  })
  const stored = next.map((row) => ({
    ...row,
    expected: undefined,
    actual: undefined,
    difference: undefined,
    changed_at: desk.now,
  }))
  await desk.db.run(saveRows, [JSON.stringify(stored)])
  const lines = next.map((row, at) => {
    const before = rows[at] ?? row
    const { before: old, after } = diffOf(before, row)
    return { ...row, change: done.change, before: old, after: { ...after, ...done.besides }, why: done.why }
  })
  const { actorId, name } = desk.actor
  await insertHistory(desk.db, lines, desk.now, { kind: 'person', actorId, name })
  const moved = next.filter((row, at) => row.status !== rows[at]?.status)
  await tell(desk, moved)
  const objects = moved.map(({ object }) => object)
  await setPairingState(desk.db, objects, patch.status === 'resolved' ? 'adjusted' : 'exception')
  return next
}
