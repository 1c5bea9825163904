import Stripe from 'stripe'
import { seesTill, type Principal } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import type { Deps } from '#core/service.ts'
import { loadPayment } from '../payments/payment-operations.ts'
import type { PaymentWithSale } from '../payments/payment-wire.ts'
import { requireSeen } from '../payments/require-seen.ts'
import { AUTHORIZING, READER_CODE } from './domain/reader-advice.ts'
import { putBack } from './end-action.ts'
import { lookAtReader } from './look-at-reader.ts'
import { isOpen, type OpenAction } from './reader-actions.ts'
import { stopReader, watchAction } from './watch-action.ts'

const stop = async (deps: Deps, payment: PaymentWithSale, action: OpenAction): Promise<void> => {
  const { reader } = await lookAtReader(deps, action, payment)
  // What the reader does for others is not ours to stop.
  const works = reader.kind === 'ours' && reader.status === 'in_progress'
  if (works && (await stopReader(deps, action)) === 'busy')
    throw new TillwatchError('invalid_state', undefined, {
      details: { status: payment.status, reader_id: action.reader_id, advice: AUTHORIZING },
    })
  const { intent, isRefused } = await lookAtReader(deps, action, payment)
  const isUnpaid = intent?.status === 'requires_payment_method' && !isRefused
  if (!isUnpaid) return watchAction(deps, action, 'api', 'look')
  const end = { status: 'canceled', code: READER_CODE.stopped, message: null } as const
  const by = { writer: 'api', cause: { kind: 'call', id: payment.id } } as const
  await putBack(deps, action, intent.id, end, by)
}

/**
 * Takes a payment away from the reader that works on it, so that it can be canceled; does nothing when none does. Stripe is
 * asked afterwards: one that was paid meanwhile is shown paid. Throws `invalid_state` with advice while the reader charges a
 * card, `provider_unavailable` when Stripe does not answer: then nothing is known, and nothing changed; `version_stale` before
 * anything is stopped for a caller who saw another version than `seen`. Answers the version to go on with: none after a stop,
 * which makes the payment another one itself.
 */
export const stopPayment = async (
  deps: Deps,
  principal: Principal,
  paymentId: string,
  seen: number | undefined,
): Promise<number | undefined> => {
  const payment = await loadPayment(deps.db, paymentId)
  if (!seesTill(principal, payment.till_id) || !isOpen(payment.reader_action)) return seen
  await deps.db.withTransaction(async (db) => requireSeen(db, principal, paymentId, seen))
  try {
    await stop(deps, payment, payment.reader_action)
    return undefined
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error
    throw new TillwatchError('provider_unavailable', undefined, { cause: error })
  }
}
