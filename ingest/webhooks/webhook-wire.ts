import { z } from '@hono/zod-openapi'
import type { Role } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { toShownPayload, toWebhookWire, webhookSchema, type WebhookRow } from './webhook-rows.ts'

const selectEvent = loadSql(import.meta.url, 'sql/webhook_event_select.sql')

/** Who sees the inbox, and who acts on it (architecture §3.1, roles). */
export const READERS: readonly Role[] = ['oncall', 'manager', 'admin', 'auditor']
export const ACTORS: readonly Role[] = ['oncall', 'admin']

export const idParams = z.strictObject({ id: z.string().regex(/^\w{1,260}$/) })
export const shownSchema = webhookSchema.extend({ payload: z.unknown() })

/** One event with its payload for people's eyes. Throws `not_found`. */
export const readEvent = async (deps: Pick<Deps, 'db'>, id: string) => {
  const row = await deps.db.first<WebhookRow & { payload: string }>(selectEvent, [id])
  if (!row) throw new TillwatchError('not_found')
  return { ...toWebhookWire(row), payload: toShownPayload(row.payload) }
}
