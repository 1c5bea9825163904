import { z } from '@hono/zod-openapi'
import { seesTill, type Principal } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import type { Db } from '#core/postgres/db.ts'
import { lockPayment } from './lock-payment.ts'
import { loadPayment } from './payment-operations.ts'
import { toPaymentWire } from './payment-wire.ts'

/** The version of a payment that whoever acts has before their eyes; left out by tills, which act on what they just made. */
export const seenVersionField = () =>
  z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .openapi({ description: '409 version_stale when the payment is another one by now' })

/**
 * Refuses to act on a payment that is no longer as the caller saw it: `version_stale` with the payment as it is now. Takes the payment's lock, so
 * that it stays so until the caller's database transaction ends. Throws `not_found`.
 */
export const requireSeen = async (
  db: Db,
  principal: Principal,
  id: string,
  version: number | undefined,
): Promise<void> => {
  if (version === undefined) return
  const locked = await lockPayment(db, id)
  if (!locked || !seesTill(principal, locked.till_id)) throw new TillwatchError('not_found')
  if (locked.version === version) return
  const payment = toPaymentWire(await loadPayment(db, id), principal.role)
  throw new TillwatchError('version_stale', 'The payment changed since you read it; look at it again.', {
    details: {
      payment_id: id,
      status: payment.status,
      current_version: locked.version,
      changed: [{ version: locked.version, change: payment.status, at: payment.updated_at }],
      payment,
    },
  })
}
