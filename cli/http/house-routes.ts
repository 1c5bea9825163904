import { z } from '@hono/zod-openapi'
import type { Config } from '#core/config.ts'
import { defineRoute } from '#core/http/api.ts'
import { createApi, type Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import { morningCheck } from '../verify/morning-check.ts'
import { verify } from '../verify/verify.ts'
import { watchSecrets } from '../secrets/watch-secrets.ts'
import { addMorning } from './morning-route.ts'
import { addSecretRoute } from './secret-route.ts'
import { addSettingsRoute } from './settings-route.ts'
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

const addChecks = (api: Api, deps: Deps, config: Config): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/checks',
      summary: 'The morning check, one line per dependency',
      allow: ['finance', 'oncall', 'manager', 'admin', 'auditor'],
      scope: 'shop',
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
      scope: 'shop',
      cost: 10,
      answers: { 200: checks },
      errors: [],
    },
    async () => ({ status: 200, body: { checks: await verify(deps) } }),
  )
}

/** Routes of the house itself: the shop, the morning check, the verification. */
export const houseRoutes = (deps: Deps, config: Config): Api => {
  const api = createApi()
  addShopRoute(api, deps, config)
  addMorning(api, deps)
  addChecks(api, deps, config)
  addSettingsRoute(api, deps)
  addSecretRoute(api, deps, watchSecrets(deps, config))
  return api
}
