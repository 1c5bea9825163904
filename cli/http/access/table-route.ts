import { z } from '@hono/zod-openapi'
import { ROLES } from '#core/access/roles.ts'
import { defineRoute } from '#core/http/api.ts'
import type { HttpDeps, Api } from '#core/http/root.ts'

const rowSchema = z.strictObject({
  method: z.string(),
  path: z.string(),
  summary: z.string(),
  roles: z.union([z.array(z.enum(ROLES)), z.literal('public')]),
  scope: z.enum(['shop', 'store', 'own']),
  step_up: z.boolean(),
  sensitive: z.boolean(),
})

/** One route as it is registered: who may use it, and on what. */
export type AccessRow = z.output<typeof rowSchema>

interface Described {
  readonly summary: string
  readonly 'x-roles': AccessRow['roles']
  readonly 'x-scope': AccessRow['scope']
  readonly 'x-step-up': boolean
  readonly 'x-sensitive': boolean
}

/** The access table of every route registered on `root`, in the order in which they are tried. */
export const accessTable = (root: Api): AccessRow[] =>
  root.openAPIRegistry.definitions.flatMap((definition) => {
    if (definition.type !== 'route') return []
    const { method, path } = definition.route
    const said = definition.route as unknown as Described
    return [
      {
        method: method.toUpperCase(),
        path,
        summary: said.summary,
        roles: said['x-roles'],
        scope: said['x-scope'],
        step_up: said['x-step-up'],
        sensitive: said['x-sensitive'],
      },
    ]
  })

/** `GET /access/table`: who may do what, read from the routes that answer, so that it cannot differ from them. */
export const addAccessTable = (api: Api, deps: HttpDeps, rows: () => AccessRow[]): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/access/table',
      summary: 'Who may use which route, on what, and where a fresh second factor is needed',
      allow: ['admin', 'auditor', 'manager'],
      scope: 'shop',
      answers: { 200: z.strictObject({ routes: z.array(rowSchema) }) },
      errors: [],
    },
    async () => ({ status: 200, body: { routes: rows() } }),
  )
