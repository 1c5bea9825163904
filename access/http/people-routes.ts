import { z } from '@hono/zod-openapi'
import { ROLES } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { idField, textField } from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { addPerson, changePerson, invite, removePerson, resetMfa, setPin, shownPerson } from '../people.ts'
import type { AccessDeps } from './session-routes.ts'

const listPeople = loadSql(import.meta.url, '../sql/people_list.sql')

const personSchema = z.object({
  id: z.string(),
  email: z.string().nullable(),
  name: z.string(),
  role: z.enum(ROLES),
  stores: z.array(z.string()).nullable(),
  status: z.enum(['invited', 'active', 'removed']),
  has_pin: z.boolean(),
  has_mfa: z.boolean(),
  created_at: z.string(),
  removed_at: z.string().nullable(),
  removed_why: z.string().nullable(),
  last_seen_at: z.string().nullable(),
  version: z.number(),
})

interface Row {
  readonly id: string
  readonly created_at: Date
  readonly removed_at: Date | null
  readonly last_seen_at: Date | null
  readonly [more: string]: unknown
}

const toWire = ({ created_at, removed_at, last_seen_at, ...row }: Row) => ({
  ...row,
  created_at: created_at.toISOString(),
  removed_at: removed_at?.toISOString() ?? null,
  last_seen_at: last_seen_at?.toISOString() ?? null,
})

const idParams = z.strictObject({ id: idField('per') })
const stores = z.array(textField(40)).max(100).nullable()
const SEES = ['admin', 'auditor'] as const
const invited = z.object({ id: z.string(), invitation_link: z.string().nullable() })

const read = async ({ db }: AccessDeps, id: string) => {
  const [row] = await db.rows<Row>(listPeople, [id])
  if (!row) throw new TillwatchError('not_found')
  return toWire(row)
}

/** The secret stands behind the `#`: browsers send that part to nobody, so that no log of any server holds it. */
const linkOf = (deps: AccessDeps, secret: string): string => `${deps.notify.publicUrl}/invitation#${secret}`

const addLists = (api: Api, deps: AccessDeps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/people',
      summary: 'People with access, and those who had it',
      allow: SEES,
      scope: 'shop',
      sensitive: true,
      query: z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(500) }),
      answers: { 200: z.object({ data: z.array(personSchema) }) },
      errors: [],
    },
    async ({ query: { limit } }) => {
      const rows = await deps.db.rows<Row>(listPeople, [null])
      return { status: 200, body: { data: rows.slice(0, limit).map(toWire) } }
    },
  )
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/people/{id}',
      summary: 'One person',
      allow: SEES,
      scope: 'shop',
      params: idParams,
      answers: { 200: personSchema },
      errors: ['not_found'],
    },
    async ({ params }) => ({ status: 200, body: await read(deps, params.id) }),
  )
}

const addNew = (api: Api, deps: AccessDeps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/people',
      summary: 'Gives somebody access; the link of the invitation is shown once',
      allow: ['admin'],
      scope: 'shop',
      stepUp: true,
      body: z.strictObject({
        name: textField(100),
        email: z.email().max(200).nullable().default(null),
        role: z.enum(ROLES),
        stores: stores.default(null),
        pin: z.string().max(8).nullable().default(null),
      }),
      answers: { 201: invited },
      errors: ['validation_failed'],
    },
    async ({ body, principal, facts }) => {
      const id = await addPerson(deps, body, principal.actorId)
      const { pin: _pin, ...after } = body
      facts.audit = { object: id, after }
      const link = body.email === null ? null : linkOf(deps, await invite(deps, id))
      return { status: 201, body: { id, invitation_link: link } }
    },
  )

const route = { method: 'post', allow: ['admin'], scope: 'shop', stepUp: true, params: idParams } as const

const addChanges = (api: Api, deps: AccessDeps): void => {
  defineRoute(
    api,
    deps,
    {
      ...route,
      path: '/people/{id}/change',
      summary: 'Changes name, role or stores',
      body: z.strictObject({
        version: z.number().int(),
        name: textField(100).optional(),
        role: z.enum(ROLES).optional(),
        stores: stores.optional(),
      }),
      answers: { 200: personSchema },
      errors: ['not_found', 'version_stale', 'invalid_state'],
    },
    async ({ params: { id }, body: { version, ...given }, facts }) => {
      const change = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
      const { before, after } = await changePerson(deps, id, version, change)
      facts.audit = { object: id, before: shownPerson(before), after: shownPerson(after) }
      return { status: 200, body: await read(deps, id) }
    },
  )
  defineRoute(
    api,
    deps,
    {
      ...route,
      path: '/people/{id}/remove',
      summary: "Takes somebody's access away; every open page of theirs is refused from now on",
      body: z.strictObject({ version: z.number().int(), reason: textField(300) }),
      answers: { 200: personSchema },
      errors: ['not_found', 'version_stale', 'invalid_state'],
    },
    async ({ params: { id }, body: { version, reason }, principal, facts }) => {
      const before = await removePerson(deps, id, version, principal.actorId, reason)
      facts.audit = { object: id, before: shownPerson(before), after: { status: 'removed', reason } }
      return { status: 200, body: await read(deps, id) }
    },
  )
}

const addProofs = (api: Api, deps: AccessDeps): void => {
  defineRoute(
    api,
    deps,
    {
      ...route,
      path: '/people/{id}/set-pin',
      summary: 'Gives somebody a PIN for the tills',
      body: z.strictObject({ pin: z.string().max(8) }),
      answers: { 200: personSchema },
      errors: ['not_found', 'validation_failed'],
    },
    async ({ params: { id }, body: { pin }, facts }) => {
      await setPin(deps, id, pin)
      facts.audit = { object: id, after: { pin: 'set' } }
      return { status: 200, body: await read(deps, id) }
    },
  )
  defineRoute(
    api,
    deps,
    {
      ...route,
      path: '/people/{id}/reset-mfa',
      summary: 'Takes a lost second factor away, and answers a link that leads back in',
      answers: { 200: invited },
      errors: ['not_found'],
    },
    async ({ params: { id }, principal, facts }) => {
      const link = linkOf(deps, await resetMfa(deps, id, principal.actorId))
      facts.audit = { object: id, after: { second_factor: 'taken away' } }
      return { status: 200, body: { id, invitation_link: link } }
    },
  )
}

/** People and what they may do; admins' work, each change with a fresh second factor. */
export const addPeopleRoutes = (api: Api, deps: AccessDeps): void => {
  addLists(api, deps)
  addNew(api, deps)
  addChanges(api, deps)
  addProofs(api, deps)
}
