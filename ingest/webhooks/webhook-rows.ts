import { z } from '@hono/zod-openapi'

export const WEBHOOK_STATUSES = ['received', 'processing', 'processed', 'failed', 'parked'] as const

/** An event of the inbox as the database gives it. */
export interface WebhookRow {
  readonly id: string
  readonly type: string
  readonly object_type: string
  readonly object_id: string
  readonly source: string
  readonly stripe_created: Date
  readonly received_at: Date
  readonly status: (typeof WEBHOOK_STATUSES)[number]
  readonly attempts: number
  readonly next_attempt_at: Date
  readonly result: string | null
  readonly last_error: string | null
  readonly failed_at: Date | null
  readonly processed_at: Date | null
}

export const webhookSchema = z.strictObject({
  id: z.string(),
  type: z.string(),
  object_type: z.string(),
  object_id: z.string(),
  source: z.string(),
  stripe_created: z.string(),
  received_at: z.string(),
  status: z.enum(WEBHOOK_STATUSES),
  attempts: z.number().int(),
  next_attempt_at: z.string().nullable(),
  result: z.string().nullable(),
  last_error: z.string().nullable(),
  failed_at: z.string().nullable(),
  processed_at: z.string().nullable(),
})

/** An event as our wire shows it; `next_attempt_at` only while another try is due. */
export const toWebhookWire = (row: WebhookRow): z.input<typeof webhookSchema> => ({
  id: row.id,
  type: row.type,
  object_type: row.object_type,
  object_id: row.object_id,
  source: row.source,
  stripe_created: row.stripe_created.toISOString(),
  received_at: row.received_at.toISOString(),
  status: row.status,
  attempts: row.attempts,
  next_attempt_at: row.status === 'failed' ? row.next_attempt_at.toISOString() : null,
  result: row.result,
  last_error: row.last_error,
  failed_at: row.failed_at?.toISOString() ?? null,
  processed_at: row.processed_at?.toISOString() ?? null,
})

/** Fields of Stripe's objects that open doors or name people: not even on-call needs them to mend a webhook. */
const HIDDEN_FIELDS = new Set(['client_secret', 'name', 'email', 'phone', 'address', 'receipt_email'])

/** The payload of an event for people's eyes. What is no JSON is shown as null. */
export const toShownPayload = (payload: string): unknown => {
  try {
    return JSON.parse(payload, (key, value: unknown) =>
      HIDDEN_FIELDS.has(key) && value !== null ? '[hidden]' : value,
    )
  } catch {
    return null
  }
}
