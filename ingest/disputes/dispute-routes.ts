import { z } from '@hono/zod-openapi'
import { type Role, tillsOf } from '#core/access/roles.ts'
import { defineRoute } from '#core/http/api.ts'
import { instantField, textField } from '#core/http/fields.ts'
import { cursorField, limitField, pageOf, pageSchema } from '#core/http/page.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { disputeSchema, toDisputeWire, type DisputeRow } from './dispute-wire.ts'

const listDisputes = loadSql(import.meta.url, '../sql/dispute_list.sql')

const SEES: readonly Role[] = ['finance', 'oncall', 'manager', 'auditor']

/** Stripe's ids of disputes begin with du_ or dp_. */
const position = z.strictObject({ at: instantField(), id: z.string().regex(/^d[up]_[\w-]{1,100}$/) })

const listQuery = z.strictObject({
  state: z.enum(['open', 'closed']).optional(),
  payment_id: textField(100).optional(),
  limit: limitField(),
  cursor: cursorField(position).optional(),
})

/** `GET /disputes`: disputes and inquiries of our payments, newest first. */
export const addDisputeRoutes = (api: Api, deps: Deps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/disputes',
      summary: 'Disputes and inquiries, newest first',
      allow: SEES,
      scope: 'store',
      query: listQuery,
      answers: { 200: pageSchema(disputeSchema) },
      errors: [],
    },
    async ({ principal, query: { state, payment_id: payment, cursor, limit } }) => {
      const rows = await deps.db.rows<DisputeRow>(listDisputes, [
        state ?? null,
        payment ?? null,
        tillsOf(principal),
        cursor?.at ?? null,
        cursor?.id ?? null,
        limit + 1,
      ])
      const body = pageOf(rows, limit, toDisputeWire, ({ opened_at: at, id }) => ({ at, id }))
      return { status: 200, body }
    },
  )
}
