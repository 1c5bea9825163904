/** Statuses of a payment: Stripe's of a PaymentIntent, and `payment_failed` as the runbook uses it (architecture §3.1). */
export const PAYMENT_STATUSES = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
  'requires_capture',
  'succeeded',
  'canceled',
  'payment_failed',
] as const
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number]

/** `move` to the reported status, stay because it is the `same`, or stay because the report is `stale`. */
export type Transition = 'move' | 'same' | 'stale'

type Row = Readonly<Record<PaymentStatus, Transition>>

const row = (own: PaymentStatus, moves: readonly PaymentStatus[]): Row =>
  Object.fromEntries(
    PAYMENT_STATUSES.map((status) => [
      status,
      status === own ? 'same' : moves.includes(status) ? 'move' : 'stale',
    ]),
  ) as Row

/**
 * What a report of Stripe's does to a payment, for every pair of statuses. Reports come in any order and any number of
 * times, so a report from before the present status is stale. A new attempt starts with our own confirm, which sets
 * `processing`; so after `payment_failed` only an end is news. Source: stripe.md §1, transitions.
 */
export const PAYMENT_TRANSITIONS: Readonly<Record<PaymentStatus, Row>> = {
  requires_payment_method: row('requires_payment_method', PAYMENT_STATUSES),
  requires_confirmation: row('requires_confirmation', [
    'requires_action',
    'processing',
    'requires_capture',
    'succeeded',
    'canceled',
    'payment_failed',
  ]),
  requires_action: row('requires_action', [
    'processing',
    'requires_capture',
    'succeeded',
    'canceled',
    'payment_failed',
  ]),
  processing: row('processing', [
    'requires_action',
    'requires_capture',
    'succeeded',
    'canceled',
    'payment_failed',
  ]),
  requires_capture: row('requires_capture', ['succeeded', 'canceled']),
  succeeded: row('succeeded', []),
  // Canceled by us because nothing seemed to have been sent; money that was taken after all is a fact.
  canceled: row('canceled', ['succeeded']),
  payment_failed: row('payment_failed', ['requires_capture', 'succeeded', 'canceled']),
}

/** Statuses in which the payment may still take the money it asks for, or has taken it. */
export const HOLDS_AMOUNT: readonly PaymentStatus[] = [
  'requires_confirmation',
  'requires_action',
  'processing',
  'requires_capture',
  'succeeded',
]

export const REFUND_STATUSES = [
  'processing',
  'pending',
  'requires_action',
  'succeeded',
  'failed',
  'canceled',
] as const
export type RefundStatus = (typeof REFUND_STATUSES)[number]

const REFUND_MOVES: Readonly<Record<RefundStatus, readonly RefundStatus[]>> = {
  processing: ['pending', 'requires_action', 'succeeded', 'failed', 'canceled'],
  pending: ['requires_action', 'succeeded', 'failed', 'canceled'],
  requires_action: ['succeeded', 'failed', 'canceled'],
  // Banks send money back days after it was accepted (stripe.md §6).
  succeeded: ['failed', 'canceled'],
  failed: [],
  canceled: [],
}

/** What a report of Stripe's does to a refund. */
export const refundTransition = (from: RefundStatus, to: RefundStatus): Transition =>
  from === to ? 'same' : REFUND_MOVES[from].includes(to) ? 'move' : 'stale'
