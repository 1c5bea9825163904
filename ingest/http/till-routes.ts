import { z } from '@hono/zod-openapi'
import { tillsOf } from '#core/access/roles.ts'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'

const listTills = loadSql(import.meta.url, '../sql/till_list.sql')

const tillSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  active: z.boolean(),
  store: z.strictObject({ id: z.string(), name: z.string(), zone: z.string() }),
})

interface TillRow {
  readonly id: string
  readonly name: string
  readonly active: boolean
  readonly store_id: string
  readonly store_name: string
  readonly store_zone: string
}

/** `GET /tills`: a token bound to a till sees that one. */
export const addTillRoutes = (api: Api, deps: Deps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/tills',
      summary: 'The tills of the shop',
      allow: ['cashier', 'finance', 'oncall', 'manager', 'admin', 'auditor'],
      scope: 'store',
      answers: { 200: z.strictObject({ data: z.array(tillSchema) }) },
      errors: [],
    },
    async ({ principal }) => {
      const rows = await deps.db.rows<TillRow>(listTills, [tillsOf(principal)])
      const data = rows.map(({ id, name, active, store_id, store_name, store_zone }) => ({
        id,
        name,
        active,
        store: { id: store_id, name: store_name, zone: store_zone },
      }))
      return { status: 200, body: { data } }
    },
  )
}
