import type { Env } from '../env.ts'
import { TillwatchError } from '../errors.ts'
import type { Db } from '../postgres/db.ts'
import { readCookie, SESSION_COOKIE } from './cookies.ts'
import { refuseOtherSites } from './csrf.ts'
import type { Principal } from './roles.ts'
import { findSession, principalOf, touchSession } from './sessions.ts'
import { authenticate } from './tokens.ts'

/** The request as far as it says who sends it. */
export interface Sender {
  readonly method: string
  readonly url: string
  readonly headers: Headers
}

/**
 * Who sends a request: a token in `Authorization`, else a person by the session's cookie. Throws `unauthenticated` for nobody,
 * for a session that is not finished, locked or over, and `csrf_refused` for a change that another site sends.
 */
export const identify = async (
  deps: { readonly env: Pick<Env, 'clock' | 'wall'>; readonly db: Db },
  { method, url, headers }: Sender,
): Promise<Principal> => {
  const authorization = headers.get('authorization') ?? undefined
  const secret = readCookie(headers.get('cookie'), SESSION_COOKIE)
  if (authorization !== undefined || secret === undefined)
    return authenticate(deps.env, deps.db, authorization)
  refuseOtherSites(method, url, headers)
  const session = await findSession(deps.env, deps.db, secret)
  if (session?.state !== 'active') throw new TillwatchError('unauthenticated')
  await touchSession(deps.env, deps.db, session)
  return principalOf(session)
}
