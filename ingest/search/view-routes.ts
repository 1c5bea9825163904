import { z } from '@hono/zod-openapi'
import { ROLES } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { idField, textField } from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import { newId } from '#core/ids.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'

const listViews = loadSql(import.meta.url, 'sql/view_list.sql')
const saveView = loadSql(import.meta.url, 'sql/view_save.sql')
const deleteView = loadSql(import.meta.url, 'sql/view_delete.sql')

const NAME_MAX = 60
const QUERY_MAX = 1_500
/** More than anybody finds again. */
const VIEWS_MAX = 50

const pageField = () => z.enum(['payments', 'webhooks', 'exceptions', 'audit'])

const viewSchema = z
  .strictObject({
    id: z.string(),
    page: pageField(),
    name: z.string(),
    query: z.string(),
    updated_at: z.string(),
  })
  .openapi('SavedView')

type View = z.output<typeof viewSchema>
type ViewRow = Omit<View, 'updated_at'> & { readonly updated_at: Date }

const toWire = (row: ViewRow): View => ({ ...row, updated_at: row.updated_at.toISOString() })

const addList = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/views',
      summary: "The caller's saved views of a page",
      allow: ROLES,
      scope: 'own',
      query: z.strictObject({ page: pageField().default('payments') }),
      answers: { 200: z.strictObject({ data: z.array(viewSchema) }) },
      errors: [],
    },
    async ({ principal, query }) => {
      const rows = await deps.db.rows<ViewRow>(listViews, [principal.actorId, query.page])
      return { status: 200, body: { data: rows.map(toWire) } }
    },
  )

const addSave = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/views',
      summary: "Save a view of a page, in place of the caller's earlier one of that name",
      allow: ROLES,
      scope: 'own',
      body: z.strictObject({
        page: pageField().default('payments'),
        name: textField(NAME_MAX),
        query: z.string().max(QUERY_MAX),
      }),
      answers: { 201: viewSchema },
      errors: [],
    },
    async ({ principal, body, facts }) => {
      const id = newId(deps.env, 'view')
      const now = deps.env.clock.now()
      const values = [id, principal.actorId, body.page, body.name, body.query, now, VIEWS_MAX]
      const saved = await deps.db.first<ViewRow>(saveView, values)
      if (!saved) {
        const issues = [{ path: 'name', message: `there are ${VIEWS_MAX} views already; delete one first` }]
        throw new TillwatchError('validation_failed', undefined, { details: { issues } })
      }
      facts.audit = { object: saved.id, after: { page: saved.page, name: saved.name, query: saved.query } }
      return { status: 201, body: toWire(saved) }
    },
  )

const addDelete = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'delete',
      path: '/views/{id}',
      summary: "Delete one of the caller's saved views",
      allow: ROLES,
      scope: 'own',
      params: z.strictObject({ id: idField('view') }),
      answers: { 200: z.strictObject({ id: z.string(), deleted: z.literal(true) }) },
      errors: [],
    },
    async ({ principal, params, facts }) => {
      const touched = await deps.db.run(deleteView, [params.id, principal.actorId])
      if (touched === 0) throw new TillwatchError('not_found')
      facts.audit = { object: params.id, after: null }
      return { status: 200, body: { id: params.id, deleted: true } }
    },
  )

/** `GET`, `POST /views` and `DELETE /views/{id}`: searches under a name, each person's own. */
export const addViewRoutes = (api: Api, deps: Deps): void => {
  addList(api, deps)
  addSave(api, deps)
  addDelete(api, deps)
}
