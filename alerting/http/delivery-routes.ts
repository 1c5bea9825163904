import { z } from '@hono/zod-openapi'
import { defineRoute } from '#core/http/api.ts'
import { cursorField, limitField, pageOf, pageSchema, timePosition } from '#core/http/page.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { instant, READERS } from './wire.ts'

const listDeliveries = loadSql(import.meta.url, 'sql/deliveries_list.sql')

const STATUSES = ['pending', 'sent', 'dropped', 'failed'] as const
const CHANNELS = ['mail', 'pager', 'slack', 'webhook'] as const

interface DeliveryRow {
  readonly id: string
  readonly incident_id: string
  readonly channel: string
  readonly contact: string
  readonly change: string
  readonly status: (typeof STATUSES)[number]
  readonly attempts: number
  readonly created_at: Date
  readonly ended_at: Date | null
  readonly next_attempt_at: Date
  readonly reason: string | null
}

const deliverySchema = z.strictObject({
  id: z.string(),
  incident_id: z.string(),
  channel: z.string(),
  contact: z.string(),
  change: z.string(),
  status: z.enum(STATUSES),
  attempts: z.number().int(),
  created_at: z.string(),
  ended_at: z.string().nullable(),
  next_attempt_at: z.string().nullable(),
  reason: z.string().nullable(),
})

const toWire = ({ created_at: created, ended_at: ended, next_attempt_at: next, ...row }: DeliveryRow) => ({
  ...row,
  created_at: created.toISOString(),
  ended_at: instant(ended),
  next_attempt_at: row.status === 'pending' ? next.toISOString() : null,
})

const listQuery = z.strictObject({
  status: z.enum(STATUSES).optional(),
  channel: z.enum(CHANNELS).optional(),
  limit: limitField(),
  cursor: cursorField(timePosition('adl')).optional(),
})

/** `GET /alerts/deliveries`: messages and what became of each. */
export const addDeliveryRoute = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/alerts/deliveries',
      summary: 'Messages about incidents, newest first, and what became of each',
      allow: READERS,
      scope: 'shop',
      query: listQuery,
      answers: { 200: pageSchema(deliverySchema) },
      errors: [],
    },
    async ({ query: { status, channel, limit, cursor } }) => {
      const params = [status, channel, cursor?.at, cursor?.id].map((value) => value ?? null)
      const rows = await deps.db.rows<DeliveryRow>(listDeliveries, [...params, limit + 1])
      const positionOf = ({ created_at: at, id }: DeliveryRow) => ({ at: at.toISOString(), id })
      return { status: 200, body: pageOf(rows, limit, toWire, positionOf) }
    },
  )
