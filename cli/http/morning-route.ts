import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import { morningSchema } from '../morning/morning-schema.ts'
import { readMorning } from '../morning/read-morning.ts'

/** `GET /morning`: yesterday at a glance and what waits today; the live checks beside it are `GET /checks`. */
export const addMorning = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/morning',
      summary:
        'Yesterday at a glance: takings, payments, webhooks, certificates, alerts, and what waits today',
      allow: ['finance', 'oncall', 'manager', 'auditor'],
      scope: 'shop',
      answers: { 200: morningSchema },
      errors: [],
    },
    async () => ({ status: 200, body: await readMorning(deps) }),
  )
