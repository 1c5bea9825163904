import { z } from '@hono/zod-openapi'
import { codeOf, TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { instantField, textField } from '#core/http/fields.ts'
import {
  cursorField,
  limitField,
  pageOf,
  pageSchema,
  rangeRule,
  rangeShape,
  timePosition,
} from '#core/http/page.ts'
import { readBytes } from '#core/http/read-body.ts'
import { createApi, type Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { addEndpointTest } from './endpoint-test-route.ts'
import { createReceiveDelivery } from './receive-delivery.ts'
import { addRetry, addRetryMany } from './retry-routes.ts'
import { STUCK_AFTER_MS } from './stuck-after.ts'
import { addSummary } from './summary-route.ts'
import { idParams, readEvent, READERS, shownSchema } from './webhook-wire.ts'
import { toWebhookWire, WEBHOOK_STATUSES, webhookSchema, type WebhookRow } from './webhook-rows.ts'

const listEvents = loadSql(import.meta.url, 'sql/webhook_event_list.sql')

/** Far above any event of Stripe's. */
const DELIVERY_BYTES_MAX = 1024 * 1024

/** Several states at once: not applied yet; failed or parked; and what has been due for too long. */
const GROUPS = ['open', 'failing', 'stuck'] as const

const statusesOf = (status: (typeof WEBHOOK_STATUSES)[number] | (typeof GROUPS)[number] | undefined) => {
  if (status === undefined || status === 'stuck') return null
  if (status === 'open') return ['received', 'processing', 'failed', 'parked']
  return status === 'failing' ? ['failed', 'parked'] : [status]
}

const listQuery = z
  .strictObject({
    status: z.enum([...WEBHOOK_STATUSES, ...GROUPS]).optional(),
    type: textField(200).optional(),
    source: z.enum(['webhook', 'poller', 'reconciler']).optional(),
    ...rangeShape(),
    failed_from: instantField().optional(),
    failed_to: instantField().optional(),
    limit: limitField(),
    cursor: cursorField(timePosition('evt')).optional(),
  })
  .superRefine(rangeRule)

/** Somebody who guesses at secrets, or an endpoint of another account, shows as a rate (reliability.md row 35). */
const countRefusal = (deps: Deps, error: unknown): void => {
  const code = codeOf(error)
  if (code === 'signature_invalid') deps.metrics.webhookSignatureFailures.inc({ source: 'stripe' })
  if (code === 'wrong_account')
    deps.metrics.webhookEvents.inc({ source: 'webhook', type_group: 'other', result: code })
}

/** The door of Stripe's deliveries: `POST /payments/webhooks/stripe`, without token and base (architecture §3.1). */
export const deliveryRoute = (deps: Deps): Api => {
  const api = createApi()
  const receive = createReceiveDelivery(deps)
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/payments/webhooks/stripe',
      summary: "Stripe's deliveries",
      allow: 'public',
      scope: 'shop',
      unlimited: true,
      ownBody: true,
      answers: { 200: z.strictObject({ id: z.string(), result: z.enum(['accepted', 'duplicate']) }) },
      errors: ['payload_too_large', 'signature_invalid', 'wrong_account'],
    },
    async ({ context, facts }) => {
      // A drill without webhooks: Stripe delivers again for days, and nothing is lost when they are back.
      if (deps.without.includes('inbox')) throw new TillwatchError('storage_unavailable')
      const body = Buffer.from(await readBytes(context, DELIVERY_BYTES_MAX))
      const answer = await receive(body, context.req.header('stripe-signature')).catch((error: unknown) => {
        countRefusal(deps, error)
        throw error
      })
      Object.assign(facts.log, { event: answer.id, result: answer.result })
      return { status: 200, body: answer }
    },
  )
  return api
}

const addList = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/webhooks',
      summary: 'Events of Stripe, newest first',
      allow: READERS,
      scope: 'shop',
      query: listQuery,
      answers: { 200: pageSchema(webhookSchema) },
      errors: [],
    },
    async ({ query }) => {
      const {
        status,
        type,
        from,
        to,
        cursor,
        limit,
        source,
        failed_from: failedFrom,
        failed_to: failedTo,
      } = query
      const stuck = new Date(deps.env.clock.now().getTime() - STUCK_AFTER_MS)
      const place = [cursor?.at, cursor?.id, limit + 1, source, failedFrom, failedTo]
      const params = [statusesOf(status), type, from, to, ...place, status === 'stuck' ? stuck : null]
      const rows = await deps.db.rows<WebhookRow>(
        listEvents,
        params.map((value) => value ?? null),
      )
      const position = (row: WebhookRow) => ({ at: row.received_at.toISOString(), id: row.id })
      return { status: 200, body: pageOf(rows, limit, toWebhookWire, position) }
    },
  )

const addOne = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/webhooks/{id}',
      summary: 'One event with its payload',
      allow: READERS,
      scope: 'shop',
      sensitive: true,
      params: idParams,
      answers: { 200: shownSchema },
      errors: [],
    },
    async ({ params }) => ({ status: 200, body: await readEvent(deps, params.id) }),
  )

/** The inbox for people: list, one event, retry of one and of many; to be mounted under the API's base. */
export const webhookRoutes = (deps: Deps): Api => {
  const api = createApi()
  addList(api, deps)
  // Before /webhooks/{id}, which would take its name for an id.
  addSummary(api, deps)
  addOne(api, deps)
  addRetry(api, deps)
  addRetryMany(api, deps)
  addEndpointTest(api, deps)
  return api
}
