import Stripe from 'stripe'
import { TillwatchError } from '#core/errors.ts'
import type { Deps } from '#core/service.ts'
import { readDelivery, type Delivery } from './read-delivery.ts'
import { isSignedInTime, SKEW_MAX_S } from './domain/signature-time.ts'

/** A delivery that is proven to come from Stripe, for our account, now. */
export interface VerifiedDelivery extends Delivery {
  readonly payload: string
}

type VerifyDeps = Pick<Deps, 'env' | 'stripe' | 'stripeFacts'>

const refuse = (cause?: unknown) => new TillwatchError('signature_invalid', undefined, { cause })

const constructEvent = (deps: VerifyDeps, body: Buffer, header: string, now: Date): unknown => {
  let last: unknown
  for (const secret of deps.stripeFacts.webhookSecrets) {
    try {
      // The SDK measures age by the machine's clock unless it is told when the delivery came.
      return deps.stripe.webhooks.constructEvent(body, header, secret, SKEW_MAX_S, undefined, now.getTime())
    } catch (error) {
      // A body that is signed and no JSON, or a thin event, is refused like a forged one: nothing of ours sends it.
      last = error
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw refuse(error)
    }
  }
  throw refuse(last)
}

/**
 * Verifies a delivery on its raw bytes by each active secret, its age and its future by our own clock (reliability.md rows
 * 35-37), then mode and account. Throws `signature_invalid` or `wrong_account`, neither with any detail.
 */
export const verifyDelivery = (
  deps: VerifyDeps,
  body: Buffer,
  header: string | undefined,
): VerifiedDelivery => {
  const now = deps.env.clock.now()
  if (header === undefined || !isSignedInTime(header, now)) throw refuse()
  const delivery = readDelivery(constructEvent(deps, body, header, now))
  if (!delivery) throw refuse()
  const { accountId, livemode } = deps.stripeFacts
  const isOurs = delivery.account === null || delivery.account === accountId
  if (delivery.livemode !== livemode || !isOurs) throw new TillwatchError('wrong_account')
  return { ...delivery, payload: body.toString('utf8') }
}
