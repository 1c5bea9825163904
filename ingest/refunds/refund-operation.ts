import type Stripe from 'stripe'
import { TillwatchError } from '#core/errors.ts'
import { toWireAmount } from '#core/money.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { METADATA } from '#core/stripe-client.ts'
import { mismatchOfRefund } from '../domain/reply-check.ts'
import { refusedAnswer } from '../payments/payment-answer.ts'
import type { StripeOperation } from '../payments/stripe-operation.ts'
import { recordRefund, recordRefusedRefund } from '../record/record-refund.ts'
import { toRefundWire, type RefundRow } from './refund-wire.ts'

const selectRefund = loadSql(import.meta.url, '../sql/refund_select.sql')

/** The reasons that Stripe knows; ours may be others. */
const STRIPE_REASONS: readonly string[] = ['duplicate', 'fraudulent', 'requested_by_customer']

const isStripeReason = (reason: string): reason is Stripe.RefundCreateParams.Reason =>
  STRIPE_REASONS.includes(reason)

/** A refund with what its payment says. Throws `not_found`. */
export const loadRefund = async (db: Db, id: string): Promise<RefundRow> => {
  const refund = await db.first<RefundRow>(selectRefund, [id])
  if (!refund) throw new TillwatchError('not_found')
  return refund
}

const createRefund = async (deps: Deps, refund: RefundRow, stripeKey: string): Promise<Stripe.Refund> => {
  if (refund.stripe_charge === null) throw new TillwatchError('invalid_state')
  return deps.stripe.refunds.create(
    {
      charge: refund.stripe_charge,
      amount: toWireAmount(refund.amount),
      ...(isStripeReason(refund.reason) ? { reason: refund.reason } : {}),
      metadata: {
        [METADATA.refund]: refund.id,
        [METADATA.payment]: refund.payment_id,
        [METADATA.sale]: refund.sale_id,
        [METADATA.trace]: refund.trace_id,
      },
    },
    { idempotencyKey: stripeKey, maxNetworkRetries: 0 },
  )
}

const lookUp = async (deps: Deps, refund: RefundRow): Promise<Stripe.Refund | null> => {
  if (refund.stripe_charge === null) return null
  const list = deps.stripe.refunds.list({ charge: refund.stripe_charge, limit: 100 })
  for await (const found of list) {
    if (found.metadata?.[METADATA.refund] === refund.id) return found
  }
  return null
}

/** Gives money back on a card. */
export const createRefundOperation: StripeOperation<
  RefundRow,
  Stripe.Refund & { readonly livemode?: boolean }
> = {
  point: 'create_refund',
  load: loadRefund,
  knownId: (refund) => refund.stripe_refund,
  send: async (deps, refund, _started, stripeKey) => createRefund(deps, refund, stripeKey),
  read: async (deps, id) => deps.stripe.refunds.retrieve(id, undefined, { maxNetworkRetries: 0 }),
  lookUp,
  paymentId: (refund) => refund.payment_id,
  mismatch: (refund, thing) => mismatchOfRefund(refund, thing, thing.metadata?.[METADATA.refund]),
  record: async (deps, db, refund, by) => {
    await recordRefund(deps, db, refund, by)
  },
  fail: async (deps, db, refund, failure) => recordRefusedRefund(deps, db, refund.id, failure.code),
  answer: (refund) =>
    refund.status === 'processing' ? undefined : { status: 201, body: toRefundWire(refund) },
  refused: (refund, failure, about) =>
    refusedAnswer({ refund: toRefundWire(refund) }, failure, about.requestId),
  pending: (refund) => ({ body: toRefundWire(refund), location: `/payments/api/refunds/${refund.id}` }),
}
