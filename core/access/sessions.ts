import { createHash } from 'node:crypto'
import { wallOf, type Env } from '../env.ts'
import type { Db } from '../postgres/db.ts'
import { loadSql } from '../postgres/sql.ts'
import type { Principal, Role } from './roles.ts'

const findRow = loadSql(import.meta.url, 'sql/session_find.sql')
const touchRow = loadSql(import.meta.url, 'sql/session_touch.sql')

export type SessionState = 'mfa_required' | 'enrol_required' | 'active' | 'locked'

/** How long a session lives untouched, by role; a till's is long, because its page locks itself (reliability.md §4). */
export const IDLE_S: Readonly<Record<Role, number>> = {
  cashier: 12 * 3_600,
  finance: 900,
  oncall: 3_600,
  manager: 900,
  admin: 900,
  auditor: 900,
}
/** No session outlives a working day. */
export const ABSOLUTE_S = 12 * 3_600
/** The steps before a session is active take minutes. */
export const UNFINISHED_S = 600
/** How stale `last_seen_at` may be. */
const TOUCH_AFTER_MS = 15_000

/** An open session and its person. */
export interface SessionRow {
  readonly id: string
  readonly person_id: string
  readonly state: SessionState
  readonly till_id: string | null
  readonly stepped_up_at: Date | null
  readonly last_seen_at: Date
  readonly created_at: Date
  readonly expires_at: Date
  readonly name: string
  readonly email: string | null
  readonly role: Role
  readonly stores: readonly string[] | null
  readonly status: 'invited' | 'active' | 'removed'
  readonly tills: readonly string[] | null
}

/** Secrets are stored by their digest alone. */
export const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()

const SECRET_SHAPE = /^[0-9a-f]{64}$/

/** When the session ends if nobody touches it any more. */
export const idleEnd = (row: Pick<SessionRow, 'last_seen_at' | 'role'>): Date =>
  new Date(row.last_seen_at.getTime() + IDLE_S[row.role] * 1_000)

const isOpen = (row: SessionRow, now: Date): boolean =>
  row.status !== 'removed' && row.expires_at > now && idleEnd(row) > now

/**
 * The session behind a cookie's value, whatever its state; undefined when there is none, it is too old, or its person was
 * removed. Asked of the database each time: what an admin ends is over with the next request.
 */
export const findSession = async (
  env: Pick<Env, 'clock' | 'wall'>,
  db: Db,
  secret: string | undefined,
): Promise<SessionRow | undefined> => {
  if (secret === undefined || !SECRET_SHAPE.test(secret)) return undefined
  const row = await db.first<SessionRow>(findRow, [digestOf(secret)])
  const now = wallOf(env).now()
  if (!row || !isOpen(row, now)) return undefined
  return row
}

/** Notes the use of a session, at most every few seconds. */
export const touchSession = async (
  env: Pick<Env, 'clock' | 'wall'>,
  db: Db,
  row: SessionRow,
): Promise<void> => {
  const now = wallOf(env).now()
  if (now.getTime() - row.last_seen_at.getTime() < TOUCH_AFTER_MS) return
  await db.run(touchRow, [row.id, now])
}

/** The caller that a session stands for. */
export const principalOf = (row: SessionRow): Principal => ({
  actorId: row.person_id,
  name: row.name,
  role: row.role,
  tillId: row.till_id,
  tills: row.tills,
  sessionId: row.id,
  steppedUpAt: row.stepped_up_at,
  scopes: null,
})
