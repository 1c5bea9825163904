import { z } from '@hono/zod-openapi'
import type { Role } from '#core/access/roles.ts'
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
import { createReceiveDelivery } from './receive-delivery.ts'
import {
  toShownPayload,
  toWebhookWire,
  WEBHOOK_STATUSES,
  webhookSchema,
  type WebhookRow,
} from './webhook-rows.ts'

const listEvents = loadSql(import.meta.url, 'sql/webhook_event_list.sql')
const selectEvent = loadSql(import.meta.url, 'sql/webhook_event_select.sql')
const retryEvent = loadSql(import.meta.url, 'sql/webhook_event_retry.sql')
const retryEvents = loadSql(import.meta.url, 'sql/webhook_event_retry_many.sql')

/** Far above any event of Stripe's. */
const DELIVERY_BYTES_MAX = 1024 * 1024
const READERS: readonly Role[] = ['oncall', 'manager', 'admin', 'auditor']

const idParams = z.strictObject({ id: z.string().regex(/^\w{1,260}$/) })
const shownSchema = webhookSchema.extend({ payload: z.unknown() })
const listQuery = z
  .strictObject({
    status: z.enum(WEBHOOK_STATUSES).optional(),
    type: textField(200).optional(),
    ...rangeShape(),
    limit: limitField(),
    cursor: cursorField(timePosition('evt')).optional(),
  })
  .superRefine(rangeRule)

const readEvent = async (deps: Deps, id: string) => {
  const row = await deps.db.first<WebhookRow & { payload: string }>(selectEvent, [id])
  if (!row) throw new TillwatchError('not_found')
  return { ...toWebhookWire(row), payload: toShownPayload(row.payload) }
}

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
      query: listQuery,
      answers: { 200: pageSchema(webhookSchema) },
      errors: [],
    },
    async ({ query }) => {
      const { status, type, from, to, cursor, limit } = query
      const params = [status, type, from, to, cursor?.at, cursor?.id].map((value) => value ?? null)
      const rows = await deps.db.rows<WebhookRow>(listEvents, [...params, limit + 1])
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
      params: idParams,
      answers: { 200: shownSchema },
      errors: [],
    },
    async ({ params }) => ({ status: 200, body: await readEvent(deps, params.id) }),
  )

const addRetry = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/webhooks/{id}/retry',
      summary: 'Apply a failed or parked event again, now',
      allow: ['oncall', 'admin'],
      params: idParams,
      answers: { 202: shownSchema },
      errors: ['invalid_state'],
    },
    async ({ params }) => {
      const { id } = params
      const retried = await deps.db.run(retryEvent, [id, deps.env.clock.now()])
      const event = await readEvent(deps, id)
      if (retried === 0) throw new TillwatchError('invalid_state')
      deps.wakeups.wake('inbox')
      return { status: 202, body: event }
    },
  )

const retryBody = z.strictObject({
  status: z.enum(['failed', 'parked']),
  type: textField(200).optional(),
  from: instantField().optional(),
  to: instantField().optional(),
})

const addRetryMany = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/webhooks/retry',
      summary: 'Apply all failed or all parked events again, now; of one type, received in a range, or all',
      allow: ['oncall', 'admin'],
      body: retryBody,
      answers: { 202: z.strictObject({ retried: z.number().int() }) },
      errors: [],
    },
    async ({ body: { status, type, from, to }, facts }) => {
      const params = [status, type ?? null, from ?? null, to ?? null, deps.env.clock.now()]
      const retried = await deps.db.run(retryEvents, params)
      facts.log['retried'] = retried
      if (retried > 0) deps.wakeups.wake('inbox')
      return { status: 202, body: { retried } }
    },
  )

/** The inbox for people: list, one event, retry of one and of many; to be mounted under the API's base. */
export const webhookRoutes = (deps: Deps): Api => {
  const api = createApi()
  addList(api, deps)
  addOne(api, deps)
  addRetry(api, deps)
  addRetryMany(api, deps)
  return api
}
