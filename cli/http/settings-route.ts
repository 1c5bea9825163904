import { z } from '@hono/zod-openapi'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { shopDigest } from '#core/shop.ts'

const listVersions = loadSql(import.meta.url, 'sql/settings_version_list.sql')

const version = z.strictObject({
  digest: z.string(),
  imported_at: z.string(),
  imported_by: z.string(),
  current: z.boolean(),
})

interface VersionRow {
  readonly digest: string
  readonly imported_at: Date
  readonly imported_by: string
}

/** `GET /settings`: shop.yaml as it holds, defaults filled in, and every version that was imported. It is changed in its file. */
export const addSettingsRoute = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/settings',
      summary: "The shop's settings as they hold, and when they were changed",
      allow: ['admin', 'auditor'],
      scope: 'shop',
      answers: {
        200: z.object({ settings: z.record(z.string(), z.unknown()), versions: z.array(version) }),
      },
      errors: [],
    },
    async () => {
      const current = shopDigest(deps.shop)
      const rows = await deps.db.rows<VersionRow>(listVersions)
      const versions = rows.map(({ imported_at, ...row }) => ({
        ...row,
        imported_at: imported_at.toISOString(),
        current: row.digest === current,
      }))
      return { status: 200, body: { settings: deps.shop, versions } }
    },
  )
