import { z } from '@hono/zod-openapi'
import { seesShop, tillsOf, type Principal, type Role } from '#core/access/roles.ts'
import { pathOf, type PageName } from '#core/contracts/pages.ts'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { textField } from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'

const findObject = loadSql(import.meta.url, 'sql/object_find_by_id.sql')

const READS: readonly Role[] = ['cashier', 'finance', 'oncall', 'manager', 'admin', 'auditor']
const ID_MAX = 100

const KINDS = ['payment', 'webhook', 'payout', 'exception', 'run', 'certificate', 'alert'] as const
type Kind = (typeof KINDS)[number]

/** Who may open what an id names; to everybody else it does not exist. */
const OPENS: Readonly<Record<Kind, readonly Role[]>> = {
  payment: ['cashier', 'finance', 'oncall', 'manager', 'auditor'],
  webhook: ['finance', 'oncall', 'manager', 'admin', 'auditor'],
  payout: ['finance', 'manager', 'auditor'],
  exception: ['finance', 'manager', 'auditor'],
  run: ['finance', 'manager', 'auditor'],
  certificate: ['finance', 'manager', 'auditor'],
  alert: ['oncall', 'manager', 'admin', 'auditor'],
}

const lookUp = async (deps: Pick<Deps, 'db'>, principal: Principal, id: string) => {
  const tills = seesShop(principal) ? null : (tillsOf(principal) ?? [])
  const found = await deps.db.first<{ kind: Kind; id: string }>(findObject, [id, tills])
  if (!found || !OPENS[found.kind].includes(principal.role as Role)) throw new TillwatchError('not_found')
  const page: PageName = found.kind
  return { kind: found.kind, id: found.id, url: pathOf(page, found.id) }
}

/** `GET /lookup?id=`: the page of whatever an id names, ours, Stripe's or the till's. */
export const addLookupRoutes = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/lookup',
      summary: "The page of what an id names: ours, Stripe's, or a till's ref",
      allow: READS,
      scope: 'store',
      query: z.strictObject({ id: textField(ID_MAX) }),
      answers: { 200: z.strictObject({ kind: z.enum(KINDS), id: z.string(), url: z.string() }) },
      errors: ['not_found'],
    },
    async ({ principal, query }) => ({
      status: 200,
      body: await lookUp(deps, principal, query.id.trim()),
    }),
  )
