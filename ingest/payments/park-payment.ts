import { ERROR_CODES } from '#core/error-codes.ts'
import type { RouteAnswer } from '#core/http/route-spec.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { finishKey } from './idempotency-keys.ts'

const parkRow = loadSql(import.meta.url, '../sql/payment_park.sql')

/** An answer of Stripe's that is not about what was asked for. */
export interface Mismatch {
  readonly operation: string
  readonly paymentId: string
  /** What differs, in words for on-call. */
  readonly wrong: string
}

/**
 * Marks a payment for a person, in the caller's database transaction: nothing was booked, nobody touches it until a sync agrees
 * with Stripe (reliability.md row 22). Logged as an error and counted.
 */
export const parkPayment = async (
  deps: Pick<Deps, 'env' | 'log' | 'metrics'>,
  db: Db,
  { operation, paymentId, wrong }: Mismatch,
): Promise<void> => {
  deps.metrics.stripeMismatches.inc({ operation })
  deps.log.error(
    { payment: paymentId, operation, code: 'provider_mismatch', wrong },
    "Stripe's answer is not about what was asked for",
  )
  await db.run(parkRow, [paymentId, 'provider_mismatch', wrong, deps.env.clock.now()])
}

/** Parks the payment of a money call, and keeps that as the call's answer: the same key never charges again. */
export const parkMoneyCall = async (
  deps: Pick<Deps, 'env' | 'db' | 'log' | 'metrics'>,
  mismatch: Mismatch,
  call: { readonly key: string; readonly requestId: string },
): Promise<RouteAnswer> =>
  deps.db.withTransaction(async (db) => {
    await parkPayment(deps, db, mismatch)
    const { status, meaning } = ERROR_CODES.provider_mismatch
    const error = {
      code: 'provider_mismatch',
      message: meaning,
      request_id: call.requestId,
      payment_id: mismatch.paymentId,
    }
    return finishKey(db, call.key, { status, body: { error } }, deps.env.clock.now())
  })
