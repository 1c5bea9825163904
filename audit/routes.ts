import { z } from '@hono/zod-openapi'
import type { Role } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { idField } from '#core/http/fields.ts'
import { pageOf, pageSchema } from '#core/http/page.ts'
import { createApi, type Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { readHeadFile, headOf } from './head-file.ts'
import { exportQuery, filterParams, listQuery } from './http/audit-query.ts'
import { auditSchema, toAuditWire, type AuditRow } from './http/audit-wire.ts'
import { exportAudit } from './http/export-audit.ts'
import { readTrail } from './read-trail.ts'
import { verifyChain } from './verify-chain.ts'

const selectEntry = loadSql(import.meta.url, 'sql/audit_entry_select.sql')
const listByRequest = loadSql(import.meta.url, 'sql/audit_entry_list_by_request.sql')
const countUnsealed = loadSql(import.meta.url, 'sql/audit_unsealed_count.sql')

const READERS: readonly Role[] = ['manager', 'admin', 'auditor']

const addList = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/audit',
      summary: 'The audit trail, newest first: who did what, from where, before and after',
      allow: READERS,
      scope: 'shop',
      sensitive: true,
      query: listQuery,
      answers: { 200: pageSchema(auditSchema) },
      errors: [],
    },
    async ({ query }) => {
      const { cursor, limit } = query
      const rows = await readTrail(deps.db, filterParams(query), cursor, limit + 1)
      const position = (row: AuditRow) => ({ at: row.at.toISOString(), seq: row.seq.toString() })
      return { status: 200, body: pageOf(rows, limit, toAuditWire, position) }
    },
  )

const chainSchema = z.strictObject({
  /** Places of the chain. */
  sealed: z.number().int(),
  head: z.string().nullable(),
  /** Place and hash that the file outside the database remembers last. */
  anchored: z.number().int(),
  /** Rows that wait for their place. */
  waiting: z.number().int(),
  /** What a look at every row found; null when it was not asked for. */
  findings: z.array(z.strictObject({ position: z.number().int(), what: z.string() })).nullable(),
})

const addChain = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/audit/chain',
      summary: 'Where the chain of the audit trail stands; check=whole proves every row',
      allow: READERS,
      scope: 'shop',
      cost: 1,
      query: z.strictObject({ check: z.enum(['whole']).optional() }),
      answers: { 200: chainSchema },
      errors: [],
    },
    async ({ query }) => {
      const state = query.check === 'whole' ? await verifyChain(deps) : undefined
      const [head, file] = [await headOf(deps.db), await readHeadFile(deps.auditHeadFile)]
      const waiting = await deps.db.first<{ count: bigint }>(countUnsealed, [0n])
      const body = {
        sealed: Number(head?.position ?? 0n),
        head: head?.hash ?? null,
        anchored: Number(file.anchors.at(-1)?.position ?? 0n),
        waiting: Number(waiting?.count ?? 0n),
        findings: state?.findings.map(({ position, what }) => ({ position: Number(position), what })) ?? null,
      }
      return { status: 200, body }
    },
  )

const addOne = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/audit/{id}',
      summary: 'A row of the audit trail, with the other rows of its request',
      allow: READERS,
      scope: 'shop',
      sensitive: true,
      params: z.strictObject({ id: idField('aud') }),
      answers: { 200: auditSchema.extend({ request: z.array(auditSchema) }) },
      errors: [],
    },
    async ({ params }) => {
      const row = await deps.db.first<AuditRow>(selectEntry, [params.id])
      if (!row) throw new TillwatchError('not_found')
      const all = row.request_id ? await deps.db.rows<AuditRow>(listByRequest, [row.request_id]) : []
      const others = all.filter(({ id }) => id !== row.id)
      return { status: 200, body: { ...toAuditWire(row), request: others.map(toAuditWire) } }
    },
  )

const addExport = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/audit/export',
      summary: 'The audit trail as CSV, filtered like the list',
      allow: READERS,
      scope: 'shop',
      cost: 10,
      sensitive: true,
      query: exportQuery,
      answers: { 200: z.string() },
      errors: [],
    },
    async ({ query }) =>
      new Response(exportAudit(deps.db, filterParams(query)), {
        headers: {
          'Content-Type': 'text/csv; charset=UTF-8',
          'Content-Disposition': 'attachment; filename="audit.csv"',
          'Cache-Control': 'no-store',
        },
      }),
  )

/** The audit trail for people: list, chain, export, one row; to be mounted under the API's base. Nothing here can change it. */
export const auditRoutes = (deps: Deps): Api => {
  const api = createApi()
  addList(api, deps)
  // Before /audit/{id}, which would take their names for ids.
  addChain(api, deps)
  addExport(api, deps)
  addOne(api, deps)
  return api
}
