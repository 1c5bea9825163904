import { z } from '@hono/zod-openapi'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import { testEndpoint } from './test-endpoint.ts'
import { ACTORS } from './webhook-wire.ts'

const answer = z.strictObject({
  at: z.string(),
  event: z.string(),
  ok: z.boolean(),
  endpoints: z
    .array(z.strictObject({ id: z.string(), url: z.string(), status: z.string(), ours: z.boolean() }))
    .nullable(),
  steps: z.array(
    z.strictObject({
      name: z.enum(['endpoint', 'delivery', 'inbox']),
      state: z.enum(['ok', 'failed']),
      text: z.string(),
    }),
  ),
})

/** `POST /webhooks/test`: whether what Stripe sends reaches us, step by step. */
export const addEndpointTest = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/webhooks/test',
      summary: "Tests the way from Stripe to the inbox: Stripe's endpoints, a signed delivery, its arrival",
      allow: ACTORS,
      scope: 'shop',
      body: z.strictObject({}),
      bodyOptional: true,
      answers: { 200: answer },
      errors: [],
    },
    async ({ facts }) => {
      const { at, event, endpoints, steps } = await testEndpoint(deps)
      const ok = steps.every(({ state }) => state === 'ok')
      Object.assign(facts.log, { event, ok })
      return {
        status: 200,
        body: {
          at: at.toISOString(),
          event,
          ok,
          endpoints: endpoints && [...endpoints],
          steps: [...steps],
        },
      }
    },
  )
