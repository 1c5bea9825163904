import { z } from 'zod'

/** Types of the events that stream to ClickHouse. */
export const EVENT_TYPES = [
  'sale.opened',
  'sale.closed',
  'sale.canceled',
  'payment.created',
  'payment.status_changed',
  // One card confirm with a final outcome: what the success rate and the latency are counted from (architecture §3.1).
  'payment.attempted',
  'refund.created',
  'refund.status_changed',
  'payout.status_changed',
  'dispute.opened',
  'dispute.status_changed',
  'dispute.closed',
  // A bank's word that a card may have been used by somebody else; no money moves.
  'fraud_warning.received',
  'exception.opened',
  'exception.resolved',
  'certificate.issued',
] as const

/** Whose fault a failed attempt was. */
export const FAILURE_CLASSES = [
  'none',
  'issuer',
  'customer',
  'fraud',
  'provider',
  'network',
  'system',
  'config',
] as const

/** Body of a row of `events`, and the columns of `payment_events_raw_v1` after id, type and times. Amounts are decimal strings of minor units. */
export const eventBodySchema = z.strictObject({
  store_id: z.string().default(''),
  till_id: z.string().default(''),
  sale_id: z.string().default(''),
  payment_id: z.string().default(''),
  refund_id: z.string().default(''),
  method: z.string().default(''),
  currency: z.string().default(''),
  amount_minor: z
    .string()
    .regex(/^-?\d+$/)
    .default('0'),
  status: z.string().default(''),
  outcome: z.enum(['', 'succeeded', 'failed', 'canceled']).default(''),
  failure_class: z.enum(FAILURE_CLASSES).default('none'),
  decline_code: z.string().default(''),
  latency_ms: z.number().int().nonnegative().nullable().default(null),
  stripe_object: z.string().default(''),
  first_writer: z.string().default(''),
  trace_id: z.string().default(''),
})

export type EventType = (typeof EVENT_TYPES)[number]
export type EventBody = z.infer<typeof eventBodySchema>
export type EventBodyInput = z.input<typeof eventBodySchema>
