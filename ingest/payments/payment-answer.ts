import type Stripe from 'stripe'
import { ERROR_CODES } from '#core/error-codes.ts'
import { adviceFor } from '../domain/decline-advice.ts'
import { toPaymentAnswer, type PaymentWithSale } from './payment-wire.ts'

/** An answer that is kept with its key. */
export interface KeptAnswer {
  readonly status: number
  readonly body: unknown
}

/** Path of a payment, for Location. */
export const paymentPath = (id: string): string => `/payments/api/payments/${id}`

/** 402: the card was refused; what the cashier says and does (architecture §3.1). */
export const declinedAnswer = (payment: PaymentWithSale, role: string, requestId: string): KeptAnswer => {
  const wire = toPaymentAnswer(payment, role)
  const body = {
    error: {
      code: 'card_declined',
      message: ERROR_CODES.card_declined.meaning,
      request_id: requestId,
      payment: wire,
      decline_code: wire.decline_code,
      advice: adviceFor(payment.decline_code),
    },
  }
  return { status: 402, body }
}

/** 422: Stripe refused the request itself. */
export const refusedAnswer = (
  about: { readonly payment?: unknown; readonly refund?: unknown },
  failure: { readonly code: string; readonly message: string },
  requestId: string,
): KeptAnswer => ({
  status: 422,
  body: {
    error: {
      code: 'payment_refused',
      message: failure.message,
      request_id: requestId,
      provider_code: failure.code,
      ...about,
    },
  },
})

/** What the customer has to do, for the till's own Stripe client. */
export const nextStep = (intent: Stripe.PaymentIntent | null) =>
  intent?.status === 'requires_action'
    ? { client_secret: intent.client_secret ?? '', next_action: intent.next_action }
    : {}

/**
 * The answer to a payment call in the payment's present state; undefined while the outcome is unknown. `done` is the status
 * of the good answer.
 */
export const paymentAnswer = (
  payment: PaymentWithSale,
  about: {
    readonly role: string
    readonly requestId: string
    readonly intent: Stripe.PaymentIntent | null
    readonly done: 200 | 201
  },
): KeptAnswer | undefined => {
  if (payment.status === 'processing') return undefined
  if (payment.status === 'payment_failed') return declinedAnswer(payment, about.role, about.requestId)
  return {
    status: about.done,
    body: { ...toPaymentAnswer(payment, about.role), ...nextStep(about.intent) },
  }
}
