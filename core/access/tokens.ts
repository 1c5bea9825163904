import { createHash } from 'node:crypto'
import type { Env } from '../env.ts'
import { TillwatchError } from '../errors.ts'
import { ID_PREFIX, newId } from '../ids.ts'
import type { Database, Db } from '../postgres/db.ts'
import { loadSql } from '../postgres/sql.ts'
import { ANONYMOUS, type Principal, type Role } from './roles.ts'

const insertToken = loadSql(import.meta.url, 'sql/api_token_insert.sql')
const findToken = loadSql(import.meta.url, 'sql/api_token_find_by_digest.sql')
const touchToken = loadSql(import.meta.url, 'sql/api_token_touch.sql')
const revokeTokenRow = loadSql(import.meta.url, 'sql/api_token_revoke.sql')
const listTokenRows = loadSql(import.meta.url, 'sql/api_token_list.sql')

/** How stale `last_used_at` may be. */
const TOUCH_AFTER_MS = 60_000
const SECRET_BYTES = 32

/** The shape of every token of ours, so that scanners and our own URL check can find leaked ones. */
export const TOKEN_SHAPE = /tw_([0-9a-z]{26})_([0-9a-f]{64})/
const WHOLE_TOKEN = new RegExp(`^${TOKEN_SHAPE.source}$`)

const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()

export interface NewToken {
  readonly name: string
  readonly role: Role
  readonly tillId?: string | null
  readonly expiresAt?: Date | null
  /** Who holds it, when somebody holds several: one person never approves what he asked for. */
  readonly person?: string | null
  /** What it is narrowed to within its role (scopes.ts); null or nothing: all that the role may. */
  readonly scopes?: readonly string[] | null
}

/** A token as it may be shown; its secret is nowhere. */
export interface TokenRow {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly till_id: string | null
  readonly person: string | null
  readonly created_at: Date
  readonly expires_at: Date | null
  readonly revoked_at: Date | null
  readonly last_used_at: Date | null
  readonly scopes: readonly string[] | null
  readonly rotated_to: string | null
}

/** Makes a token and answers its text, the only time it is ever seen. */
export const createToken = async (
  env: Pick<Env, 'clock' | 'random'>,
  db: Db,
  wanted: NewToken,
): Promise<{ id: string; token: string }> => {
  const id = newId(env, 'token')
  const secret = Buffer.from(env.random.bytes(SECRET_BYTES)).toString('hex')
  const params = [
    id,
    wanted.name,
    wanted.role,
    wanted.tillId ?? null,
    digestOf(secret),
    env.clock.now(),
    wanted.expiresAt ?? null,
    wanted.person ?? null,
    wanted.scopes ?? null,
  ]
  await db.run(insertToken, params)
  return { id, token: `tw_${id.slice(ID_PREFIX.token.length + 1)}_${secret}` }
}

/** Every token, newest first. */
export const listTokens = async (db: Db): Promise<TokenRow[]> => db.rows<TokenRow>(listTokenRows)

/** Ends a token: the next request with it is refused. False when there is no such token. */
export const revokeToken = async (env: Pick<Env, 'clock'>, db: Db, id: string): Promise<boolean> =>
  (await db.run(revokeTokenRow, [id, env.clock.now()])) === 1

const rotateTokenRow = loadSql(import.meta.url, 'sql/api_token_rotate.sql')
const findTokenById = loadSql(import.meta.url, 'sql/api_token_find.sql')

/**
 * Makes a token in place of another one: same name, role, till, person and scopes. The older one works for `overlapS` seconds more, so
 * that whoever uses it has time to change. Undefined when there is no such token or it is over.
 */
export const rotateToken = async (
  env: Pick<Env, 'clock' | 'random'>,
  db: Database,
  id: string,
  overlapS: number,
): Promise<{ id: string; token: string; old_expires_at: Date } | undefined> =>
  db.withTransaction(async (unit) => {
    const old = await unit.first<TokenRow>(findTokenById, [id])
    const now = env.clock.now()
    if (!old || !isUsable(old, now)) return undefined
    const made = await createToken(env, unit, {
      name: old.name,
      role: old.role,
      tillId: old.till_id,
      person: old.person,
      scopes: old.scopes,
      expiresAt:
        old.expires_at && new Date(now.getTime() + (old.expires_at.getTime() - old.created_at.getTime())),
    })
    const until = new Date(now.getTime() + overlapS * 1_000)
    const end = old.expires_at !== null && old.expires_at < until ? old.expires_at : until
    await unit.run(rotateTokenRow, [id, made.id, end])
    return { ...made, old_expires_at: end }
  })

type FoundToken = Pick<
  TokenRow,
  'id' | 'name' | 'role' | 'till_id' | 'expires_at' | 'revoked_at' | 'last_used_at' | 'scopes'
>

const isUsable = (token: Pick<TokenRow, 'expires_at' | 'revoked_at'>, now: Date): boolean =>
  token.revoked_at === null && (token.expires_at === null || token.expires_at > now)

/**
 * Who stands behind an `Authorization: Bearer tw_...` header. Throws `unauthenticated` without saying why: a missing,
 * garbled, unknown, expired or revoked token look alike. The secret is compared by its digest alone.
 */
export const authenticate = async (
  env: Pick<Env, 'clock'>,
  db: Db,
  authorization: string | undefined,
): Promise<Principal> => {
  const [scheme, text, ...rest] = (authorization ?? '').split(' ')
  const match = WHOLE_TOKEN.exec(text ?? '')
  if (scheme?.toLowerCase() !== 'bearer' || rest.length > 0 || !match?.[1] || !match[2]) {
    throw new TillwatchError('unauthenticated')
  }
  const now = env.clock.now()
  const found = await db.first<FoundToken>(findToken, [`${ID_PREFIX.token}_${match[1]}`, digestOf(match[2])])
  if (!found || !isUsable(found, now)) throw new TillwatchError('unauthenticated')
  const usedMs = found.last_used_at?.getTime() ?? 0
  if (now.getTime() - usedMs >= TOUCH_AFTER_MS) await db.run(touchToken, [found.id, now])
  return {
    ...ANONYMOUS,
    actorId: found.id,
    name: found.name,
    role: found.role,
    tillId: found.till_id,
    scopes: found.scopes,
  }
}
