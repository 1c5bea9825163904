import { z } from '@hono/zod-openapi'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import type { SecretWatch } from '../secrets/watch-secrets.ts'

const secretSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  key: z.string(),
  source: z.enum(['configuration', 'data_folder', 'none']),
  active: z.number().int(),
  first_seen_at: z.string().nullable(),
  age_days: z.number().int().nullable(),
  rotate_after_days: z.number().int(),
  state: z.enum(['unset', 'fresh', 'rotating', 'due', 'overdue']),
})

/** `GET /secrets`: which secrets there are and how old; their values are told to nobody. */
export const addSecretRoute = (api: Api, deps: Deps, watch: SecretWatch): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/secrets',
      summary: 'Secrets by name, source and age, without their values',
      allow: ['admin', 'auditor'],
      scope: 'shop',
      sensitive: true,
      answers: { 200: z.object({ data: z.array(secretSchema) }) },
      errors: [],
    },
    async () => ({ status: 200, body: { data: await watch.look() } }),
  )
