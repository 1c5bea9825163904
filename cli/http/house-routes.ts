import { z } from '@hono/zod-openapi'
import { ROLES } from '#core/access/roles.ts'
import { createToken, listTokens, revokeToken } from '#core/access/tokens.ts'
import type { Config } from '#core/config.ts'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { idField, instantField, textField } from '#core/http/fields.ts'
import { createApi, type Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import { morningCheck } from '../verify/morning-check.ts'
import { verify } from '../verify/verify.ts'
import { addShopRoute } from './shop-route.ts'

const checks = z.object({
  checks: z.array(
    z.object({
      name: z.string(),
      status: z.enum(['ok', 'finding', 'failed', 'not_configured']),
      detail: z.string(),
    }),
  ),
})

const newToken = z.strictObject({
  role: z.enum(ROLES),
  name: textField(100),
  till_id: textField(40).optional(),
  /** Whoever holds several tokens is one person, who cannot approve what he asked for himself. */
  person: textField(100).optional(),
  expires_at: instantField().optional(),
})

const addChecks = (api: Api, deps: Deps, config: Config): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/checks',
      summary: 'The morning check, one line per dependency',
      allow: ['finance', 'oncall', 'manager', 'admin', 'auditor'],
      answers: { 200: checks },
      errors: [],
    },
    async () => ({ status: 200, body: { checks: await morningCheck(deps, config) } }),
  )
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/verify',
      summary: 'Proves ledger, clearing, certificates and ClickHouse',
      allow: ['finance', 'oncall', 'manager', 'auditor'],
      answers: { 200: checks },
      errors: [],
    },
    async () => ({ status: 200, body: { checks: await verify(deps) } }),
  )
}

const addTokens = (api: Api, deps: Deps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/tokens',
      summary: 'Makes a token; it is shown once',
      allow: ['admin'],
      body: newToken,
      answers: { 201: z.object({ id: z.string(), token: z.string() }) },
      errors: ['validation_failed'],
    },
    async ({ body }) => {
      const { role, name, person = null, till_id: tillId = null, expires_at: expiresAt = null } = body
      const wanted = { role, name, person, tillId, expiresAt }
      return { status: 201, body: await createToken(deps.env, deps.db, wanted) }
    },
  )
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/tokens',
      summary: 'Every token, without its secret',
      allow: ['admin', 'auditor'],
      answers: { 200: z.object({ data: z.array(z.looseObject({ id: z.string() })) }) },
      errors: [],
    },
    async () => ({ status: 200, body: { data: await listTokens(deps.db) } }),
  )
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/tokens/{id}/revoke',
      summary: 'Ends a token at once',
      allow: ['admin'],
      params: z.object({ id: idField('tok') }),
      answers: { 200: z.object({ id: z.string() }) },
      errors: ['not_found'],
    },
    async ({ params }) => {
      if (!(await revokeToken(deps.env, deps.db, params.id))) throw new TillwatchError('not_found')
      return { status: 200, body: { id: params.id } }
    },
  )
}

/** Routes of the house itself: the morning check, the verification, tokens. */
export const houseRoutes = (deps: Deps, config: Config): Api => {
  const api = createApi()
  addShopRoute(api, deps, config)
  addChecks(api, deps, config)
  addTokens(api, deps)
  return api
}
