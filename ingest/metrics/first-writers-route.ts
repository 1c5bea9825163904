import { z } from '@hono/zod-openapi'
import { defineRoute } from '#core/http/api.ts'
import { rangeRule, rangeShape } from '#core/http/page.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'

const countFirst = loadSql(import.meta.url, 'sql/first_writer_count.sql')

const query = z.strictObject({ ...rangeShape() }).superRefine(rangeRule)
const kind = z.enum(['payment', 'refund', 'payout', 'dispute'])
const writer = z.enum(['api', 'webhook', 'poller', 'completer', 'reconciler'])
const answer = z.strictObject({
  data: z.array(z.strictObject({ kind, writer, count: z.number().int() })),
})

/**
 * `GET /metrics/first-writers`: which layer was first to tell each fact of Stripe's, counted from the facts themselves, so that
 * no restart forgets it. A layer at 0 is shown: either nothing needed it, or it does not work.
 */
export const addFirstWritersRoute = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/metrics/first-writers',
      summary: 'Facts of Stripe by the layer that was first to write them',
      allow: ['oncall', 'manager', 'auditor', 'admin'],
      scope: 'shop',
      query,
      answers: { 200: answer },
      errors: [],
    },
    async ({ query: { from, to } }) => ({
      status: 200,
      body: {
        data: await deps.db.rows<z.infer<typeof answer>['data'][number]>(countFirst, [
          from ?? null,
          to ?? null,
        ]),
      },
    }),
  )
