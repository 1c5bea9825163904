import { z } from '@hono/zod-openapi'
import { ROLES } from '#core/access/roles.ts'
import { SCOPES } from '#core/access/scopes.ts'
import { createToken, listTokens, revokeToken, rotateToken } from '#core/access/tokens.ts'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { idField, instantField, textField } from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import type { AccessDeps } from './session-routes.ts'

const newToken = z.strictObject({
  role: z.enum(ROLES),
  name: textField(100),
  till_id: textField(40).optional(),
  /** Whoever holds several tokens is one person, who cannot approve what he asked for himself. */
  person: textField(100).optional(),
  /** Narrows the token within its role; everything that the role may without it. */
  scopes: z
    .array(z.enum(SCOPES as [string, ...string[]]))
    .min(1)
    .max(SCOPES.length)
    .optional(),
  expires_at: instantField().optional(),
})

/** Long enough to change a setting everywhere, short enough to be over. */
const OVERLAP_MAX_S = 30 * 86_400

const idParams = z.object({ id: idField('tok') })
const acts = { method: 'post', allow: ['admin'], scope: 'shop', stepUp: true } as const

const addReadAndMake = (api: Api, deps: AccessDeps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/tokens',
      summary: 'Every token, without its secret',
      allow: ['admin', 'auditor'],
      scope: 'shop',
      sensitive: true,
      answers: { 200: z.object({ data: z.array(z.looseObject({ id: z.string() })) }) },
      errors: [],
    },
    async () => ({ status: 200, body: { data: await listTokens(deps.db) } }),
  )
  defineRoute(
    api,
    deps,
    {
      ...acts,
      path: '/tokens',
      summary: 'Makes a token; it is shown once',
      body: newToken,
      answers: { 201: z.object({ id: z.string(), token: z.string() }) },
      errors: ['validation_failed'],
    },
    async ({ body, facts }) => {
      const {
        role,
        name,
        person = null,
        till_id: tillId = null,
        expires_at: expiresAt = null,
        scopes = null,
      } = body
      if (tillId !== null && !deps.shop.tills.some(({ id }) => id === tillId))
        throw new TillwatchError('validation_failed', undefined, {
          details: { issues: [{ path: 'till_id', message: 'is no till of this shop' }] },
        })
      const made = await createToken(deps.env, deps.db, { role, name, person, tillId, expiresAt, scopes })
      facts.audit = { object: made.id, after: body }
      return { status: 201, body: made }
    },
  )
}

const addEnds = (api: Api, deps: AccessDeps): void => {
  defineRoute(
    api,
    deps,
    {
      ...acts,
      path: '/tokens/{id}/revoke',
      summary: 'Ends a token at once',
      params: idParams,
      answers: { 200: z.object({ id: z.string() }) },
      errors: ['not_found'],
    },
    async ({ params, facts }) => {
      if (!(await revokeToken(deps.env, deps.db, params.id))) throw new TillwatchError('not_found')
      facts.audit = { object: params.id, after: { revoked: true } }
      return { status: 200, body: { id: params.id } }
    },
  )
  defineRoute(
    api,
    deps,
    {
      ...acts,
      path: '/tokens/{id}/rotate',
      summary: 'Makes a token in place of this one; both work for a while',
      params: idParams,
      body: z.strictObject({ overlap_s: z.number().int().min(0).max(OVERLAP_MAX_S).default(3_600) }),
      bodyOptional: true,
      answers: { 201: z.object({ id: z.string(), token: z.string(), old_expires_at: z.string() }) },
      errors: ['not_found'],
    },
    async ({ params, body, facts }) => {
      const made = await rotateToken(deps.env, deps.db, params.id, body.overlap_s)
      if (!made) throw new TillwatchError('not_found')
      facts.audit = { object: params.id, after: { rotated_to: made.id, until: made.old_expires_at } }
      return { status: 201, body: { ...made, old_expires_at: made.old_expires_at.toISOString() } }
    },
  )
}

/** Tokens of programs: admins make, rotate and end them. */
export const addTokenRoutes = (api: Api, deps: AccessDeps): void => {
  addReadAndMake(api, deps)
  addEnds(api, deps)
}
