import type { Deps } from '#core/service.ts'
import { parkPayment } from '../payments/park-payment.ts'
import { createPaymentOperation } from '../payments/payment-operations.ts'
import type { StripeOperation } from '../payments/stripe-operation.ts'
import { createRefundOperation } from '../refunds/refund-operation.ts'

/** A payment or refund of ours whose outcome we do not know. */
export interface UnknownOutcome {
  readonly kind: 'payment' | 'refund'
  readonly id: string
}

const settle = async <Subject, Thing extends { readonly livemode?: boolean }>(
  deps: Deps,
  operation: StripeOperation<Subject, Thing>,
  id: string,
): Promise<boolean> => {
  const subject = await operation.load(deps.db, id)
  const known = operation.knownId(subject)
  const thing = known === null ? await operation.lookUp(deps, subject) : await operation.read(deps, known)
  if (thing === null) return false
  const wrong = operation.mismatch(subject, thing, null, deps.stripeFacts.livemode)
  if (wrong !== null) {
    const mismatch = { operation: operation.point, paymentId: operation.paymentId(subject), wrong }
    await deps.db.withTransaction(async (db) => parkPayment(deps, db, mismatch))
    return true
  }
  const by = { writer: 'completer' as const, cause: { kind: 'call' as const, id } }
  await deps.db.withTransaction(async (db) => operation.record(deps, db, thing, by))
  return true
}

/**
 * Asks Stripe how a payment or refund ended and records its answer. False: Stripe does not know it, or not yet; that is no
 * proof of failure, and the row stays `processing` (architecture §1.6). An answer of other money parks the payment.
 */
export const settleUnknown = async (deps: Deps, unknown: UnknownOutcome): Promise<boolean> =>
  unknown.kind === 'payment'
    ? settle(deps, createPaymentOperation, unknown.id)
    : settle(deps, createRefundOperation, unknown.id)
