import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { isFactorFresh } from '#core/access/authorize.ts'
import type { SessionRow } from '#core/access/sessions.ts'
import { wallOf } from '#core/env.ts'
import { TillwatchError } from '#core/errors.ts'
import { refuseOtherSites } from '#core/access/csrf.ts'
import { defineRoute } from '#core/http/api.ts'
import { clientIp } from '#core/http/client-ip.ts'
import { idField } from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import type { ApiEnv } from '#core/http/request-facts.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Database } from '#core/postgres/db.ts'
import { endSession, endSessionsOf, replaceSession } from '../open-session.ts'
import { hashPassword } from '../people.ts'
import { personById, type Person } from '../person.ts'
import { keepPassword, proveCode, provePassword, requireState } from '../prove.ts'
import { renewRecoveryCodes } from '../recovery-codes.ts'
import { newTotpSecret, totpUri } from '../totp.ts'
import { sessionOf, withSession } from './session-wire.ts'
import type { AccessDeps } from './session-routes.ts'

const setTotp = loadSql(import.meta.url, '../sql/person_set_totp.sql')
const confirmTotp = loadSql(import.meta.url, '../sql/person_confirm_totp.sql')
const listSessions = loadSql(import.meta.url, '../sql/session_list.sql')
const sessionOwner = loadSql(import.meta.url, '../sql/session_owner.sql')

/** One's own session, in the states that the route is for; somebody without a second factor may only get one. */
const own = async (
  deps: AccessDeps,
  c: Context<ApiEnv>,
  states: readonly SessionRow['state'][],
): Promise<{ session: SessionRow; person: Person }> => {
  const { headers } = c.req.raw
  refuseOtherSites(c.req.method, c.req.url, headers)
  const session = requireState(await sessionOf(deps, headers), ...states)
  const person = await personById(deps.db, session.person_id)
  if (!person || session.till_id !== null) throw new TillwatchError('unauthenticated')
  return { session, person }
}

const codes = z.object({ recovery_codes: z.array(z.string()) })
const ANY_ACTIVE = ['active'] as const
const WITH_ENROLMENT = ['active', 'enrol_required'] as const
const route = { allow: 'public', scope: 'own' } as const
const ERRORS = [
  'unauthenticated',
  'session_unfinished',
  'csrf_refused',
  'credentials_invalid',
  'rate_limited',
] as const

const addSecondFactor = (api: Api, deps: AccessDeps): void => {
  defineRoute(
    api,
    deps,
    {
      ...route,
      method: 'post',
      path: '/me/totp',
      summary: 'Begins a new second factor: the secret for the authenticator',
      answers: { 200: z.object({ secret: z.string(), uri: z.string() }) },
      errors: [...ERRORS, 'mfa_required'],
    },
    async ({ context }) => {
      const { session, person } = await own(deps, context, WITH_ENROLMENT)
      // Whoever has a factor proves it before it is replaced: an open screen is not enough.
      if (person.totp_confirmed_at !== null && !isFresh(deps, session))
        throw new TillwatchError('mfa_required')
      const secret = newTotpSecret(deps.env)
      await deps.db.run(setTotp, [person.id, secret])
      return { status: 200, body: { secret, uri: totpUri(secret, person.email ?? person.name) } }
    },
  )
  defineRoute(
    api,
    deps,
    {
      ...route,
      method: 'post',
      path: '/me/totp/confirm',
      summary: 'Ends it with a code of the authenticator; recovery codes are shown once',
      body: z.strictObject({ code: z.string().min(1).max(40) }),
      answers: { 200: codes },
      errors: ERRORS,
    },
    async ({ context, body }) => {
      const { session, person } = await own(deps, context, WITH_ENROLMENT)
      const ip = clientIp(context)
      await proveCode(deps, person, body.code, ip)
      const now = wallOf(deps.env).now()
      const made = await deps.db.withTransaction(async (db) => {
        await db.run(confirmTotp, [person.id, now])
        return renewRecoveryCodes(deps.env, db, person.id)
      })
      const browser = { ip, userAgent: context.req.header('user-agent') ?? '' }
      const secret = await replaceSession(deps, session, 'active', now, browser)
      return { status: 200, body: { recovery_codes: made }, headers: withSession(secret) }
    },
  )
  defineRoute(
    api,
    deps,
    {
      ...route,
      method: 'post',
      path: '/me/recovery-codes',
      summary: 'Ten new recovery codes in place of the old ones, shown once',
      answers: { 200: codes },
      errors: [...ERRORS, 'mfa_required'],
    },
    async ({ context }) => {
      const { session, person } = await own(deps, context, ANY_ACTIVE)
      if (!isFresh(deps, session)) throw new TillwatchError('mfa_required')
      const made = await deps.db.withTransaction((db) => renewRecoveryCodes(deps.env, db, person.id))
      return { status: 200, body: { recovery_codes: made } }
    },
  )
}

const isFresh = ({ env }: AccessDeps, { stepped_up_at: at }: SessionRow): boolean =>
  isFactorFresh(at, wallOf(env).now())

const addPassword = (api: Api, deps: AccessDeps): void =>
  defineRoute(
    api,
    deps,
    {
      ...route,
      method: 'post',
      path: '/me/password',
      summary: 'Changes the password; every other session of one ends',
      body: z.strictObject({ current: z.string().min(1).max(200), next: z.string().min(1).max(1_000) }),
      answers: { 200: z.object({ changed: z.boolean() }) },
      errors: [...ERRORS, 'password_refused'],
    },
    async ({ context, body }) => {
      const { session, person } = await own(deps, context, ANY_ACTIVE)
      await provePassword(deps, person.email ?? '', body.current, clientIp(context))
      const hashed = await hashPassword(body.next, [person.name, person.email ?? ''])
      await deps.db.withTransaction(async (db) => {
        await keepPassword(db, person.id, hashed)
        await endSessionsOf(deps.env, db, person.id, person.id, session.id)
      })
      return { status: 200, body: { changed: true } }
    },
  )

interface ListedSession {
  readonly id: string
  readonly created_at: Date
  readonly last_seen_at: Date
  readonly expires_at: Date
  readonly [more: string]: unknown
}

const sessionsSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      state: z.string(),
      till_id: z.string().nullable(),
      created_at: z.string(),
      last_seen_at: z.string(),
      expires_at: z.string(),
      ip: z.string(),
      user_agent: z.string(),
      current: z.boolean(),
    }),
  ),
})

const readSessions = async (deps: AccessDeps, personId: string, current: string | null) => {
  const rows = await deps.db.rows<ListedSession>(listSessions, [personId, wallOf(deps.env).now()])
  return rows.map(({ created_at, last_seen_at, expires_at, ...row }) => ({
    ...row,
    created_at: created_at.toISOString(),
    last_seen_at: last_seen_at.toISOString(),
    expires_at: expires_at.toISOString(),
    current: row.id === current,
  }))
}

const sessionParams = z.strictObject({ id: idField('ses') })

const addSessions = (api: Api, deps: AccessDeps): void => {
  defineRoute(
    api,
    deps,
    {
      ...route,
      method: 'get',
      path: '/me/sessions',
      summary: "One's own open sessions",
      answers: { 200: sessionsSchema },
      errors: ERRORS,
    },
    async ({ context }) => {
      const { session } = await own(deps, context, ANY_ACTIVE)
      return { status: 200, body: { data: await readSessions(deps, session.person_id, session.id) } }
    },
  )
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/people/{id}/sessions',
      summary: "Somebody's open sessions",
      allow: ['admin', 'auditor'],
      scope: 'shop',
      params: z.strictObject({ id: idField('per') }),
      answers: { 200: sessionsSchema },
      errors: [],
    },
    async ({ params, principal }) => ({
      status: 200,
      body: { data: await readSessions(deps, params.id, principal.sessionId) },
    }),
  )
}

const ended = z.object({ id: z.string() })

const addSessionEnds = (api: Api, deps: AccessDeps): void => {
  defineRoute(
    api,
    deps,
    {
      ...route,
      method: 'delete',
      path: '/me/sessions/{id}',
      summary: "Ends one of one's own sessions at once",
      params: sessionParams,
      answers: { 200: ended },
      errors: [...ERRORS, 'not_found'],
    },
    async ({ context, params }) => {
      const { session } = await own(deps, context, ANY_ACTIVE)
      await requireOwner(deps.db, params.id, session.person_id)
      await endSession(deps, params.id, session.person_id)
      return { status: 200, body: { id: params.id } }
    },
  )
  defineRoute(
    api,
    deps,
    {
      method: 'delete',
      path: '/sessions/{id}',
      summary: 'Ends a session at once',
      allow: ['admin'],
      scope: 'shop',
      stepUp: true,
      params: sessionParams,
      answers: { 200: ended },
      errors: ['not_found'],
    },
    async ({ params, principal, facts }) => {
      if (!(await endSession(deps, params.id, principal.actorId))) throw new TillwatchError('not_found')
      facts.audit = { object: params.id, after: { ended: true } }
      return { status: 200, body: { id: params.id } }
    },
  )
}

const requireOwner = async (db: Database, sessionId: string, personId: string): Promise<void> => {
  const owner = await db.first<{ person_id: string }>(sessionOwner, [sessionId])
  if (owner?.person_id !== personId) throw new TillwatchError('not_found')
}

/** What people do for themselves: second factor, password, sessions. Tokens have none of it. */
export const addMeRoutes = (api: Api, deps: AccessDeps): void => {
  addSecondFactor(api, deps)
  addPassword(api, deps)
  addSessions(api, deps)
  addSessionEnds(api, deps)
}
