import { z } from '@hono/zod-openapi'
import { wallOf } from '#core/env.ts'
import { defineRoute } from '#core/http/api.ts'
import { idField, textField } from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { decideInReview, ensureReview, signOffReview } from '../reviews.ts'
import type { AccessDeps } from './session-routes.ts'

const listReviews = loadSql(import.meta.url, '../sql/review_list.sql')
const listItems = loadSql(import.meta.url, '../sql/review_items_list.sql')

const idParams = z.strictObject({ id: idField('rev') })
const reads = { method: 'get', allow: ['admin', 'auditor'], scope: 'shop' } as const
const acts = { method: 'post', allow: ['admin'], scope: 'shop', stepUp: true } as const
const rows = z.object({ data: z.array(z.looseObject({})) })
const done = z.object({ done: z.boolean() })

const addReads = (api: Api, deps: AccessDeps): void => {
  defineRoute(
    api,
    deps,
    {
      ...reads,
      path: '/access/reviews',
      summary: 'Quarterly reviews of who may do what',
      answers: { 200: rows },
      errors: [],
    },
    async () => ({ status: 200, body: { data: await deps.db.rows(listReviews) } }),
  )
  defineRoute(
    api,
    deps,
    {
      ...reads,
      path: '/access/reviews/{id}',
      summary: 'Whom and what a review is about',
      params: idParams,
      answers: { 200: rows },
      errors: [],
    },
    async ({ params }) => ({ status: 200, body: { data: await deps.db.rows(listItems, [params.id]) } }),
  )
}

/** The quarterly access review (runbook section 7): opened by the calendar, decided one by one, signed off. */
export const addReviewRoutes = (api: Api, deps: AccessDeps): void => {
  addReads(api, deps)
  defineRoute(
    api,
    deps,
    {
      ...acts,
      path: '/access/reviews',
      summary: "Opens this quarter's review, if it is not open",
      answers: { 200: done },
      errors: [],
    },
    async () => ({ status: 200, body: { done: await ensureReview(deps, wallOf(deps.env).now()) } }),
  )
  defineRoute(
    api,
    deps,
    {
      ...acts,
      path: '/access/reviews/{id}/items/{subject}',
      summary: 'Decides whether somebody keeps their access; `remove` acts at once',
      params: z.strictObject({ id: idField('rev'), subject: idField('per', 'tok') }),
      body: z.strictObject({
        decision: z.enum(['keep', 'remove']),
        note: textField(300).nullable().default(null),
      }),
      answers: { 200: done },
      errors: ['not_found', 'invalid_state', 'second_person_required', 'version_stale'],
    },
    async ({ params: { id, subject }, body, principal, facts }) => {
      await decideInReview(deps, id, subject, body, principal.actorId)
      facts.audit = { object: subject, after: body }
      return { status: 200, body: { done: true } }
    },
  )
  defineRoute(
    api,
    deps,
    {
      ...acts,
      path: '/access/reviews/{id}/sign-off',
      summary: 'Signs a review off when everybody is decided',
      params: idParams,
      answers: { 200: done },
      errors: ['not_found', 'invalid_state'],
    },
    async ({ params, principal, facts }) => {
      await signOffReview(deps, params.id, principal.actorId)
      facts.audit = { object: params.id, after: { signed_off: true } }
      return { status: 200, body: { done: true } }
    },
  )
}
