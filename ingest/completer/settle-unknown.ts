import type { Deps } from '#core/service.ts'
import { recordPaymentIntent } from '../record/record-payment-intent.ts'
import { recordRefund } from '../record/record-refund.ts'
import type { RecordResult } from '../record/recorded-by.ts'
import { findPaymentIntent, findRefund, type UnknownOutcome } from './find-at-stripe.ts'

const originOf = (unknown: UnknownOutcome) => ({
  writer: 'completer' as const,
  cause: { kind: 'call' as const, id: unknown.id },
})

/**
 * Asks Stripe how a payment or refund ended and records its answer. `undefined`: Stripe does not know it, or not yet; that is
 * no proof of failure, and the row stays `processing` (architecture §1.6).
 */
export const settleUnknown = async (
  deps: Deps,
  unknown: UnknownOutcome,
): Promise<RecordResult | undefined> => {
  const by = originOf(unknown)
  if (unknown.kind === 'payment') {
    const intent = await findPaymentIntent(deps, unknown)
    return intent && deps.db.withTransaction(async (db) => recordPaymentIntent(deps, db, intent, by))
  }
  const refund = await findRefund(deps, unknown)
  return refund && deps.db.withTransaction(async (db) => recordRefund(deps, db, refund, by))
}
