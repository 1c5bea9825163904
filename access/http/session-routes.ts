import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { refuseOtherSites } from '#core/access/csrf.ts'
import type { SessionRow } from '#core/access/sessions.ts'
import { wallOf } from '#core/env.ts'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { clientIp } from '#core/http/client-ip.ts'
import { idField, textField } from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import type { ApiEnv } from '#core/http/request-facts.ts'
import type { ErrorCode } from '#core/error-codes.ts'
import type { RouteAnswer } from '#core/http/route-spec.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { endSession, openSession, replaceSession, type Browser } from '../open-session.ts'
import { personById, type Person } from '../person.ts'
import { proveCode, provePassword, provePin, proveRecovery, requireState } from '../prove.ts'
import { answerSession, findDevice, sessionFacts, sessionOf, sessionSchema } from './session-wire.ts'

const setState = loadSql(import.meta.url, '../sql/session_set_state.sql')
const listPinPeople = loadSql(import.meta.url, '../sql/pin_people_list.sql')

/** Everything that the routes of people need; `demo` where the sandbox's ready accounts are shown. */
export type AccessDeps = Deps & { readonly demo: boolean }

const browserOf = (c: Context<ApiEnv>): Browser => ({
  ip: clientIp(c),
  userAgent: c.req.header('user-agent') ?? '',
})

/** Whose proof it is, for the audit trail: a public route knows no caller, and who guesses codes is to be seen. */
const noteWhose = (c: Context<ApiEnv>, personId: string): void => {
  c.get('facts').audit = { object: personId }
}

/** A log-in that another site sends would put a person into somebody else's session. Programs name no origin. */
const refuseForeign = (c: Context<ApiEnv>): void => {
  const { headers } = c.req.raw
  if (headers.has('sec-fetch-site') || headers.has('origin'))
    refuseOtherSites(c.req.method, c.req.url, headers)
}

const code = () => z.string().min(1).max(40)

const personOf = async (deps: AccessDeps, session: SessionRow): Promise<Person> => {
  const person = await personById(deps.db, session.person_id)
  if (!person) throw new TillwatchError('unauthenticated')
  return person
}

const ERRORS: readonly ErrorCode[] = [
  'credentials_invalid',
  'rate_limited',
  'session_unfinished',
  'csrf_refused',
  'unauthenticated',
]

interface Step {
  readonly method: 'post' | 'delete'
  readonly path: string
  readonly summary: string
  readonly body?: z.ZodType
  readonly run: (body: never, c: Context<ApiEnv>) => Promise<RouteAnswer>
}

const addStep = (api: Api, deps: AccessDeps, { method, path, summary, body, run }: Step): void =>
  defineRoute(
    api,
    deps,
    {
      method,
      path,
      summary,
      allow: 'public',
      scope: 'own',
      ...(body ? { body } : {}),
      answers: { 200: sessionSchema },
      errors: ERRORS,
    },
    async ({ body: given, context }) => {
      refuseForeign(context)
      return run(given as never, context)
    },
  )

const logIn = (deps: AccessDeps) => async (body: { email: string; password: string }, c: Context<ApiEnv>) => {
  const browser = browserOf(c)
  const old = await sessionOf(deps, c.req.raw.headers)
  const person = await provePassword(deps, body.email, body.password, browser.ip)
  if (old) await endSession(deps, old.id, old.person_id)
  const state = person.totp_confirmed_at === null ? 'enrol_required' : 'mfa_required'
  const secret = await openSession(
    deps,
    { personId: person.id, state, tillId: null, steppedUpAt: null },
    browser,
  )
  return answerSession(deps, secret, await findDevice(deps, c.req.raw.headers))
}

const secondFactor =
  (deps: AccessDeps) =>
  async (body: { code?: string; recovery_code?: string }, c: Context<ApiEnv>): Promise<RouteAnswer> => {
    const browser = browserOf(c)
    const session = requireState(await sessionOf(deps, c.req.raw.headers), 'mfa_required')
    noteWhose(c, session.person_id)
    const person = await personOf(deps, session)
    if (body.code !== undefined) await proveCode(deps, person, body.code, browser.ip)
    else await proveRecovery(deps, person, body.recovery_code ?? '', browser.ip)
    const secret = await replaceSession(deps, session, 'active', wallOf(deps.env).now(), browser)
    return answerSession(deps, secret, await findDevice(deps, c.req.raw.headers))
  }

const stepUp = (deps: AccessDeps) => async (body: { code: string }, c: Context<ApiEnv>) => {
  const browser = browserOf(c)
  const session = requireState(await sessionOf(deps, c.req.raw.headers), 'active')
  noteWhose(c, session.person_id)
  await proveCode(deps, await personOf(deps, session), body.code, browser.ip)
  const secret = await replaceSession(deps, session, 'active', wallOf(deps.env).now(), browser)
  return answerSession(deps, secret, await findDevice(deps, c.req.raw.headers))
}

const logInByPin =
  (deps: AccessDeps) => async (body: { person_id: string; pin: string }, c: Context<ApiEnv>) => {
    const browser = browserOf(c)
    const device = await findDevice(deps, c.req.raw.headers)
    if (!device) throw new TillwatchError('unauthenticated', 'This browser is no till.')
    const found = await personById(deps.db, body.person_id)
    if (found) noteWhose(c, found.id)
    const mayWork =
      found?.role === 'cashier' && (found.stores === null || found.stores.includes(device.store_id))
    const person = await provePin(deps, mayWork ? found : undefined, body.pin, browser.ip)
    const old = await sessionOf(deps, c.req.raw.headers)
    if (old) await endSession(deps, old.id, person.id)
    const wanted = {
      personId: person.id,
      state: 'active',
      tillId: device.till_id,
      steppedUpAt: null,
    } as const
    return answerSession(deps, await openSession(deps, wanted, browser), device)
  }

const lock =
  (deps: AccessDeps) =>
  async (_body: undefined, c: Context<ApiEnv>): Promise<RouteAnswer> => {
    const session = requireState(await sessionOf(deps, c.req.raw.headers), 'active', 'locked')
    await deps.db.run(setState, [session.id, 'locked', wallOf(deps.env).now()])
    const device = await findDevice(deps, c.req.raw.headers)
    return { status: 200, body: await sessionFacts(deps, { ...session, state: 'locked' }, device) }
  }

const unlock =
  (deps: AccessDeps) => async (body: { pin?: string; password?: string }, c: Context<ApiEnv>) => {
    const browser = browserOf(c)
    const session = requireState(await sessionOf(deps, c.req.raw.headers), 'locked')
    noteWhose(c, session.person_id)
    const person = await personOf(deps, session)
    if (body.pin !== undefined && session.till_id !== null) await provePin(deps, person, body.pin, browser.ip)
    else await provePassword(deps, person.email ?? '', body.password ?? '', browser.ip)
    const secret = await replaceSession(deps, session, 'active', session.stepped_up_at, browser)
    return answerSession(deps, secret, await findDevice(deps, c.req.raw.headers))
  }

const logOut =
  (deps: AccessDeps) =>
  async (_body: undefined, c: Context<ApiEnv>): Promise<RouteAnswer> => {
    const session = await sessionOf(deps, c.req.raw.headers)
    if (session) await endSession(deps, session.id, session.person_id)
    return answerSession(deps, undefined, await findDevice(deps, c.req.raw.headers))
  }

const STEPS = (deps: AccessDeps): readonly Step[] => [
  {
    method: 'post',
    path: '/session',
    summary: 'Begins a log-in with e-mail address and password',
    body: z.strictObject({ email: textField(200), password: z.string().min(1).max(200) }),
    run: logIn(deps),
  },
  {
    method: 'post',
    path: '/session/mfa',
    summary: "Ends a log-in with the authenticator's code, or with a recovery code",
    body: z
      .strictObject({ code: code().optional(), recovery_code: code().optional() })
      .refine(
        (one) => (one.code === undefined) !== (one.recovery_code === undefined),
        'one of the two codes',
      ),
    run: secondFactor(deps),
  },
  {
    method: 'post',
    path: '/session/step-up',
    summary: 'Proves the second factor anew, before money leaves or rights change',
    body: z.strictObject({ code: code() }),
    run: stepUp(deps),
  },
  {
    method: 'post',
    path: '/session/pin',
    summary: 'Logs a cashier in at a browser that is a till',
    body: z.strictObject({ person_id: idField('per'), pin: z.string().min(1).max(40) }),
    run: logInByPin(deps),
  },
  {
    method: 'post',
    path: '/session/lock',
    summary: 'Locks the session until the PIN or password is given',
    run: lock(deps),
  },
  {
    method: 'post',
    path: '/session/unlock',
    summary: 'Opens a locked session again',
    body: z
      .strictObject({ pin: z.string().max(40).optional(), password: z.string().max(200).optional() })
      .refine((one) => (one.pin === undefined) !== (one.password === undefined), 'PIN or password'),
    run: unlock(deps),
  },
  { method: 'delete', path: '/session', summary: 'Logs out', run: logOut(deps) },
]

/** The log-in, step by step. Each answers the session as it is then; a session's secret is only ever in a cookie. */
export const addSessionRoutes = (api: Api, deps: AccessDeps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/session',
      summary: 'Who is logged in with this browser, and how far',
      allow: 'public',
      scope: 'own',
      answers: { 200: sessionSchema },
      errors: [],
    },
    async ({ context }) => {
      const { headers } = context.req.raw
      return {
        status: 200,
        body: await sessionFacts(deps, await sessionOf(deps, headers), await findDevice(deps, headers)),
      }
    },
  )
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/session/pin-people',
      summary: 'Cashiers who may log in at this till by PIN',
      allow: 'public',
      scope: 'own',
      answers: { 200: z.object({ data: z.array(z.object({ id: z.string(), name: z.string() })) }) },
      errors: ['unauthenticated'],
    },
    async ({ context }) => {
      const device = await findDevice(deps, context.req.raw.headers)
      if (!device) throw new TillwatchError('unauthenticated', 'This browser is no till.')
      return { status: 200, body: { data: await deps.db.rows(listPinPeople, [device.store_id]) } }
    },
  )
  for (const step of STEPS(deps)) addStep(api, deps, step)
}
