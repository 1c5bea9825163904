import {
  ABSOLUTE_S,
  digestOf,
  UNFINISHED_S,
  type SessionRow,
  type SessionState,
} from '#core/access/sessions.ts'
import { wallOf, type Env } from '#core/env.ts'
import { newId } from '#core/ids.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'

const endAllRows = loadSql(import.meta.url, 'sql/sessions_end_of_person.sql')
const insertSession = loadSql(import.meta.url, 'sql/session_insert.sql')
const endSessionRow = loadSql(import.meta.url, 'sql/session_end.sql')

/** Where a browser is, as far as it says so. */
export interface Browser {
  readonly ip: string
  readonly userAgent: string
}

interface NewSession {
  readonly personId: string
  readonly state: SessionState
  readonly tillId: string | null
  readonly steppedUpAt: Date | null
}

type SessionDeps = { readonly env: Pick<Env, 'clock' | 'random' | 'wall'>; readonly db: Db }

/** Opens a session and answers its secret, which is stored nowhere. */
export const openSession = async (
  { env, db }: SessionDeps,
  wanted: NewSession,
  browser: Browser,
  endsAt?: Date,
): Promise<string> => {
  const now = wallOf(env).now()
  const secret = Buffer.from(env.random.bytes(32)).toString('hex')
  const lifeS = wanted.state === 'active' ? ABSOLUTE_S : UNFINISHED_S
  await db.run(insertSession, [
    newId(env, 'session'),
    wanted.personId,
    digestOf(secret),
    wanted.state,
    wanted.tillId,
    wanted.steppedUpAt,
    now,
    endsAt ?? new Date(now.getTime() + lifeS * 1_000),
    browser.ip,
    browser.userAgent.slice(0, 300),
  ])
  return secret
}

/** Ends a session; false when it was over. */
export const endSession = async ({ env, db }: SessionDeps, id: string, by: string): Promise<boolean> =>
  (await db.run(endSessionRow, [id, wallOf(env).now(), by])) === 1

/**
 * Ends a session and opens one that goes on in its place, with another secret: what somebody may have seen of the session before
 * is worth nothing after a log-in or a step up (reliability.md row 70).
 */
export const replaceSession = async (
  deps: SessionDeps,
  old: SessionRow,
  state: SessionState,
  steppedUpAt: Date | null,
  browser: Browser,
): Promise<string> => {
  const goesOn = old.state === 'active' || old.state === 'locked'
  const wanted = { personId: old.person_id, state, tillId: old.till_id, steppedUpAt }
  const secret = await openSession(deps, wanted, browser, goesOn ? old.expires_at : undefined)
  await endSession(deps, old.id, old.person_id)
  return secret
}

/** Ends every open session of a person but `kept`. */
export const endSessionsOf = async (
  env: Pick<Env, 'clock' | 'wall'>,
  db: Db,
  personId: string,
  by: string,
  kept: string | null = null,
): Promise<void> => {
  await db.run(endAllRows, [personId, wallOf(env).now(), by, kept])
}
