import { z } from '@hono/zod-openapi'
import { toWireAmount } from '#core/money.ts'
import { visibleDeclineCode } from '../domain/decline-advice.ts'
import { PAYMENT_STATUSES, type PaymentStatus } from '../domain/payment-state.ts'
import type { ActionRow } from '../readers/reader-actions.ts'
import { paymentReaderSchema, toPaymentReader } from '../readers/reader-wire.ts'

/** A row of `payments`. */
export interface PaymentRow {
  readonly id: string
  readonly sale_id: string
  readonly till_id: string
  readonly store_id: string
  readonly method: 'card' | 'cash' | 'check'
  readonly currency: string
  readonly amount: bigint
  readonly amount_captured: bigint
  readonly amount_refunded: bigint
  readonly status: PaymentStatus
  readonly capture_method: 'automatic' | 'manual' | null
  readonly capture_before: Date | null
  readonly cancellation_reason: string | null
  readonly card_details: Readonly<Record<string, string>> | null
  readonly attention: string | null
  readonly attention_at: Date | null
  readonly attention_detail: string | null
  readonly stripe_payment_intent: string | null
  readonly stripe_charge: string | null
  readonly decline_code: string | null
  readonly failure_code: string | null
  readonly failure_message: string | null
  readonly card_brand: string | null
  readonly card_last4: string | null
  readonly amount_received: bigint | null
  readonly check_reference: string | null
  readonly customer_ref: string | null
  readonly cashier_ref: string | null
  readonly external_ref: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly trace_id: string
  readonly accepted_at: Date
  readonly finished_at: Date | null
  readonly latency_ms: number | null
  readonly attempts: readonly string[]
  readonly created_at: Date
  readonly updated_at: Date
  readonly version: number
}

/** A payment with what its sale says now. */
export interface PaymentWithSale extends PaymentRow {
  readonly sale_total: bigint
  readonly sale_paid: bigint
  readonly sale_status: string
  /** The last time that it was handed to a reader, where it was. */
  readonly reader_action?: ActionRow | undefined
}

const amount = () => z.number().int()
const text = () => z.string().nullable()

const paymentShape = {
  id: z.string(),
  sale_id: z.string(),
  till_id: z.string(),
  store_id: z.string(),
  method: z.enum(['card', 'cash', 'check']),
  currency: z.string(),
  amount: amount(),
  amount_captured: amount(),
  amount_refunded: amount(),
  status: z.enum(PAYMENT_STATUSES),
  capture_method: z.enum(['automatic', 'manual']).nullable(),
  capture_before: text().openapi({ description: 'When Stripe lets the authorisation go' }),
  cancellation_reason: text(),
  attention: z
    .strictObject({ code: z.string(), at: z.string(), detail: text() })
    .nullable()
    .openapi({ description: 'What a person must look at before this payment is touched again' }),
  card: z.strictObject({ brand: text(), last4: text() }).nullable(),
  stripe_payment_intent: text(),
  stripe_charge: text(),
  decline_code: text(),
  failure_code: text(),
  failure_message: text(),
  amount_received: amount().nullable(),
  change: amount().nullable(),
  check_reference: text(),
  customer_ref: text(),
  cashier_ref: text(),
  external_ref: text(),
  metadata: z.record(z.string(), z.string()),
  trace_id: z.string(),
  accepted_at: z.string(),
  finished_at: text(),
  latency_ms: z.number().int().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
  version: z.number().int().openapi({ description: 'Grows with every change' }),
}

/** A payment on the wire. */
export const paymentSchema = z.strictObject(paymentShape).openapi('Payment')

/** A payment as a money call answers it. */
export const paymentAnswerSchema = z
  .strictObject({
    ...paymentShape,
    sale: z.strictObject({
      id: z.string(),
      total: amount(),
      amount_paid: amount(),
      amount_due: amount(),
      status: z.string(),
    }),
    client_secret: z.string().optional(),
    next_action: z.looseObject({ type: z.string() }).optional(),
    reader: paymentReaderSchema.optional(),
  })
  .openapi('PaymentAnswer')

const wireOrNull = (value: bigint | null): number | null => (value === null ? null : toWireAmount(value))

/** The card's reason as a role may see it: nobody at the till learns that a card was stolen. */
const failureAs = (payment: PaymentRow, role: string) => {
  const shown = visibleDeclineCode(payment.decline_code, role)
  const isHidden = shown !== payment.decline_code
  return {
    decline_code: shown,
    failure_code: payment.failure_code,
    failure_message: isHidden ? 'The card was declined.' : payment.failure_message,
  }
}

const attentionOf = ({ attention, attention_at: at, attention_detail: detail }: PaymentRow) =>
  attention === null || at === null ? null : { code: attention, at: at.toISOString(), detail }

/** A payment for the eyes of `role`. */
export const toPaymentWire = (payment: PaymentRow, role: string): z.output<typeof paymentSchema> => ({
  id: payment.id,
  sale_id: payment.sale_id,
  till_id: payment.till_id,
  store_id: payment.store_id,
  method: payment.method,
  currency: payment.currency,
  amount: toWireAmount(payment.amount),
  amount_captured: toWireAmount(payment.amount_captured),
  amount_refunded: toWireAmount(payment.amount_refunded),
  status: payment.status,
  capture_method: payment.capture_method,
  capture_before: payment.capture_before?.toISOString() ?? null,
  cancellation_reason: payment.cancellation_reason,
  attention: attentionOf(payment),
  card: payment.card_last4 === null ? null : { brand: payment.card_brand, last4: payment.card_last4 },
  stripe_payment_intent: payment.stripe_payment_intent,
  stripe_charge: payment.stripe_charge,
  ...failureAs(payment, role),
  amount_received: wireOrNull(payment.amount_received),
  change: payment.amount_received === null ? null : toWireAmount(payment.amount_received - payment.amount),
  check_reference: payment.check_reference,
  customer_ref: payment.customer_ref,
  cashier_ref: payment.cashier_ref,
  external_ref: payment.external_ref,
  metadata: { ...payment.metadata },
  trace_id: payment.trace_id,
  accepted_at: payment.accepted_at.toISOString(),
  finished_at: payment.finished_at?.toISOString() ?? null,
  latency_ms: payment.latency_ms,
  created_at: payment.created_at.toISOString(),
  updated_at: payment.updated_at.toISOString(),
  version: payment.version,
})

/** A payment with its sale, as a money call answers it. */
export const toPaymentAnswer = (
  payment: PaymentWithSale,
  role: string,
): z.output<typeof paymentAnswerSchema> => ({
  ...toPaymentWire(payment, role),
  sale: {
    id: payment.sale_id,
    total: toWireAmount(payment.sale_total),
    amount_paid: toWireAmount(payment.sale_paid),
    amount_due: toWireAmount(payment.sale_total - payment.sale_paid),
    status: payment.sale_status,
  },
  ...(payment.reader_action ? { reader: toPaymentReader(payment.reader_action, role) } : {}),
})
