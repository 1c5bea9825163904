import { z } from '@hono/zod-openapi'
import { visibleDeclineCode } from '../domain/decline-advice.ts'
import { readerAdvice } from './domain/reader-advice.ts'
import type { ActionRow } from './reader-actions.ts'

export const readerAdviceSchema = z.strictObject({
  say: z.string(),
  same_card: z.enum(['no', 'later', 'yes']),
  offer: z.array(z.enum(['other_reader', 'other_card', 'split', 'cash'])),
  runbook: z.string(),
})

/** The reader of a payment, with the last thing that it was asked to do for it. */
export const paymentReaderSchema = z
  .strictObject({
    id: z.string(),
    action: z.strictObject({
      id: z.string(),
      type: z.literal('process_payment_intent'),
      status: z.enum(['starting', 'in_progress', 'succeeded', 'failed', 'canceled']),
      failure_code: z.string().nullable(),
      failure_message: z.string().nullable(),
      started_at: z.string(),
      ends_by: z.string().openapi({ description: 'When a reader that still works is told to stop' }),
      ended_at: z.string().nullable(),
    }),
    advice: readerAdviceSchema.nullable(),
  })
  .openapi('PaymentReader')

export type PaymentReader = z.output<typeof paymentReaderSchema>

const shownStatus = (status: ActionRow['status']): PaymentReader['action']['status'] =>
  status === 'creating' || status === 'handing' ? 'starting' : status

/** An action for the eyes of `role`: nobody at the till learns that a card was stolen. */
export const toPaymentReader = (row: ActionRow, role: string): PaymentReader => {
  const code = visibleDeclineCode(row.failure_code, role)
  const advice = readerAdvice(row.failure_code)
  return {
    id: row.reader_id,
    action: {
      id: row.id,
      type: 'process_payment_intent',
      status: shownStatus(row.status),
      failure_code: code,
      failure_message: code === row.failure_code ? row.failure_message : null,
      started_at: row.started_at.toISOString(),
      ends_by: row.due_at.toISOString(),
      ended_at: row.ended_at?.toISOString() ?? null,
    },
    advice: advice && { ...advice, offer: [...advice.offer] },
  }
}
