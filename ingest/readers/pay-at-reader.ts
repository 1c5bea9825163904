import type { RouteAnswer } from '#core/http/route-spec.ts'
import type { Db } from '#core/postgres/db.ts'
import type { MoneyCall } from '../payments/idempotency-keys.ts'
import { runMoneyCall, type MoneyCalls, type Prepared } from '../payments/money-calls.ts'
import { loadPayment, type PaymentOperation } from '../payments/payment-operations.ts'
import type { PaymentWithSale } from '../payments/payment-wire.ts'
import { findReader } from './find-reader.ts'
import { beginAction } from './reader-actions.ts'
import { useReaderOperation } from './use-reader.ts'

/** A card attempt: by a payment method of Stripe's or, with `readerId`, by whoever stands at that reader. */
export interface CardAttempt {
  readonly paymentId: string
  readonly readerId: string | undefined
  /** It makes the payment, rather than trying it again. */
  readonly isFirst: boolean
  prepare(db: Db): Promise<Prepared<PaymentWithSale>>
  /** What is done without a reader. */
  readonly operation: PaymentOperation
}

/**
 * Runs a card attempt as a money call. With a reader the reader is taken in the same database transaction as the payment, and
 * the answer is 202 while it works. Throws also what `findReader` and `beginAction` throw.
 */
export const runCardAttempt = async (
  money: MoneyCalls,
  call: MoneyCall,
  { paymentId, readerId, isFirst, prepare, operation }: CardAttempt,
): Promise<RouteAnswer> => {
  const { deps } = money
  if (readerId === undefined) {
    const { point } = operation
    return runMoneyCall(money, call, { point, objectId: paymentId, prepare }, operation)
  }
  const reader = await findReader(deps, readerId)
  const prepareAtReader = async (db: Db): Promise<Prepared<PaymentWithSale>> => {
    const prepared = await prepare(db)
    await beginAction(deps, db, { reader, paymentId, key: call.key, isFirst })
    return prepared.kind === 'begun' ? { ...prepared, subject: await loadPayment(db, paymentId) } : prepared
  }
  const first = { point: 'use_reader', objectId: paymentId, prepare: prepareAtReader } as const
  return runMoneyCall(money, call, first, useReaderOperation)
}
