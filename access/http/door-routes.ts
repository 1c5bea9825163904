import { z } from '@hono/zod-openapi'
import { digestOf } from '#core/access/sessions.ts'
import { wallOf } from '#core/env.ts'
import { TillwatchError } from '#core/errors.ts'
import { seesTill } from '#core/access/roles.ts'
import { defineRoute } from '#core/http/api.ts'
import { clientIp } from '#core/http/client-ip.ts'
import { idField, textField } from '#core/http/fields.ts'
import { newId } from '#core/ids.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { allowTry, noteFailure } from '../guard.ts'
import { acceptInvitation, addPerson } from '../people.ts'
import { isNobodyYet } from '../person.ts'
import { readSetupToken } from '../setup-token.ts'
import { demoAccounts } from '../demo-people.ts'
import { withDevice } from './session-wire.ts'
import type { AccessDeps } from './session-routes.ts'

const insertDevice = loadSql(import.meta.url, '../sql/device_insert.sql')
const listDevices = loadSql(import.meta.url, '../sql/device_list.sql')
const revokeDevice = loadSql(import.meta.url, '../sql/device_revoke.sql')

const password = () => z.string().min(1).max(1_000)
const done = z.object({ done: z.boolean() })
const publicRoute = { method: 'post', allow: 'public', scope: 'own' } as const

const addFirstAdmin = (api: Api, deps: AccessDeps): void =>
  defineRoute(
    api,
    deps,
    {
      ...publicRoute,
      path: '/setup',
      summary: 'Makes the first admin, with the token that the start printed',
      body: z.strictObject({
        setup_token: z.string().min(1).max(200),
        email: z.email().max(200),
        name: textField(100),
        password: password(),
      }),
      answers: { 201: done },
      errors: [
        'credentials_invalid',
        'rate_limited',
        'invalid_state',
        'password_refused',
        'validation_failed',
      ],
    },
    async ({ body, context }) => {
      const ip = clientIp(context)
      await allowTry(deps, 'setup', ip)
      if (!(await isNobodyYet(deps.db)))
        throw new TillwatchError('invalid_state', 'There are people already.')
      if (!(await readSetupToken(deps, body.setup_token))) {
        await noteFailure(deps, 'password', 'setup', ip)
        throw new TillwatchError('credentials_invalid')
      }
      const { email, name, password: chosen } = body
      await addPerson(
        deps,
        { email, name, role: 'admin', stores: null, pin: null, password: chosen },
        'setup',
      )
      return { status: 201, body: { done: true } }
    },
  )

const addInvitation = (api: Api, deps: AccessDeps): void =>
  defineRoute(
    api,
    deps,
    {
      ...publicRoute,
      path: '/invitations/accept',
      summary: 'Takes up an invitation: chooses the password',
      body: z.strictObject({ invitation_token: z.string().min(1).max(200), password: password() }),
      answers: { 200: done },
      errors: ['credentials_invalid', 'rate_limited', 'password_refused'],
    },
    async ({ body, context }) => {
      const ip = clientIp(context)
      await allowTry(deps, 'invitation', ip)
      try {
        await acceptInvitation(deps, body.invitation_token, body.password)
      } catch (error) {
        if (error instanceof TillwatchError && error.code === 'credentials_invalid')
          await noteFailure(deps, 'password', 'invitation', ip)
        throw error
      }
      return { status: 200, body: { done: true } }
    },
  )

const deviceSchema = z.object({ id: z.string(), till: z.object({ id: z.string(), name: z.string() }) })

const makeDevice = async (deps: AccessDeps, tillId: string, by: string) => {
  const till = deps.shop.tills.find(({ id }) => id === tillId)
  if (!till) throw new TillwatchError('not_found')
  const id = newId(deps.env, 'device')
  const secret = Buffer.from(deps.env.random.bytes(32)).toString('hex')
  await deps.db.run(insertDevice, [id, till.id, digestOf(secret), wallOf(deps.env).now(), by])
  return { status: 201, body: { id, till: { id: till.id, name: till.name } }, headers: withDevice(secret) }
}

interface DeviceRow {
  readonly created_at: Date
  readonly [more: string]: unknown
}

const addDevices = (api: Api, deps: AccessDeps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/tills/{id}/device',
      summary: 'Makes this browser a till, so that cashiers log in with their PIN',
      allow: ['manager', 'admin'],
      scope: 'store',
      stepUp: true,
      params: z.strictObject({ id: textField(40) }),
      answers: { 201: deviceSchema },
      errors: ['not_found'],
    },
    async ({ params, principal, facts }) => {
      if (!seesTill(principal, params.id)) throw new TillwatchError('not_found')
      const answer = await makeDevice(deps, params.id, principal.actorId)
      facts.audit = { object: answer.body.id, after: { till: params.id } }
      return answer
    },
  )
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/devices',
      summary: 'Browsers that are tills',
      allow: ['manager', 'admin', 'auditor'],
      scope: 'shop',
      answers: { 200: z.object({ data: z.array(z.looseObject({ id: z.string() })) }) },
      errors: [],
    },
    async () => {
      const rows = await deps.db.rows<DeviceRow>(listDevices)
      const data = rows.map(({ created_at, ...row }) => ({ ...row, created_at: created_at.toISOString() }))
      return { status: 200, body: { data } }
    },
  )
  defineRoute(
    api,
    deps,
    {
      method: 'delete',
      path: '/devices/{id}',
      summary: 'Ends a till: its browser takes no PIN any more',
      allow: ['manager', 'admin'],
      scope: 'shop',
      stepUp: true,
      params: z.strictObject({ id: idField('dev') }),
      answers: { 200: z.object({ id: z.string() }) },
      errors: ['not_found'],
    },
    async ({ params, facts }) => {
      if ((await deps.db.run(revokeDevice, [params.id, wallOf(deps.env).now()])) === 0)
        throw new TillwatchError('not_found')
      facts.audit = { object: params.id, after: { revoked: true } }
      return { status: 200, body: { id: params.id } }
    },
  )
}

const accountSchema = z.object({
  name: z.string(),
  email: z.string(),
  role: z.string(),
  password: z.string(),
  code: z.string().nullable(),
  pin: z.string().nullable(),
  till_id: z.string().nullable(),
})

/** With a real key these two do not exist. */
const requireDemo = ({ demo }: AccessDeps): void => {
  if (!demo) throw new TillwatchError('not_found')
}

const addDemo = (api: Api, deps: AccessDeps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/demo/accounts',
      summary:
        "The sandbox's ready accounts, with the code that their authenticator shows now; 404 with a real key",
      allow: 'public',
      scope: 'own',
      answers: { 200: z.object({ data: z.array(accountSchema) }) },
      errors: ['not_found'],
    },
    async () => {
      requireDemo(deps)
      return { status: 200, body: { data: await demoAccounts(deps) } }
    },
  )
  defineRoute(
    api,
    deps,
    {
      ...publicRoute,
      path: '/demo/till-device',
      summary: "Makes this browser one of the sandbox's tills; 404 with a real key",
      body: z.strictObject({ till_id: textField(40) }),
      answers: { 201: deviceSchema },
      errors: ['not_found'],
    },
    async ({ body }) => {
      requireDemo(deps)
      return makeDevice(deps, body.till_id, 'demo')
    },
  )
}

/** Ways in: the first admin, invitations, browsers that are tills, and the sandbox's ready accounts. */
export const addDoorRoutes = (api: Api, deps: AccessDeps): void => {
  addFirstAdmin(api, deps)
  addInvitation(api, deps)
  addDevices(api, deps)
  addDemo(api, deps)
}
