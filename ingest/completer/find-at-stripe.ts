import type Stripe from 'stripe'
import { METADATA } from '#core/stripe-client.ts'
import type { Deps } from '#core/service.ts'

/** What we do not know the outcome of. */
export interface UnknownOutcome {
  readonly kind: 'payment' | 'refund'
  readonly id: string
  /** Stripe's id, when its answer came far enough to be recorded. */
  readonly stripe_id: string | null
  /** The charge of a refund. */
  readonly stripe_parent: string | null
  readonly since: Date
}

/** Stripe's clock may be a little behind ours. */
const OVERLAP_S = 300
/** How much later than our row Stripe may have made the object: a call is re-sent with its key for at most 23 h. */
const WITHIN_S = 24 * 3_600
/** A list that is longer than this is another kind of trouble; the poller goes through it. */
const LISTED_MAX = 1_000

const windowOf = (since: Date) => {
  const at = Math.floor(since.getTime() / 1000)
  return { gte: at - OVERLAP_S, lte: at + WITHIN_S }
}

const firstOf = async <T>(list: AsyncIterable<T>, isWanted: (item: T) => boolean): Promise<T | undefined> => {
  let seen = 0
  for await (const item of list) {
    if (isWanted(item)) return item
    seen += 1
    if (seen >= LISTED_MAX) return undefined
  }
  return undefined
}

/** The PaymentIntent of a payment, by its id or by the metadata that every call of ours carries. */
export const findPaymentIntent = async (
  deps: Pick<Deps, 'stripe'>,
  unknown: UnknownOutcome,
): Promise<Stripe.PaymentIntent | undefined> => {
  const expand = ['latest_charge']
  if (unknown.stripe_id !== null) return deps.stripe.paymentIntents.retrieve(unknown.stripe_id, { expand })
  const listed = deps.stripe.paymentIntents.list({ created: windowOf(unknown.since), limit: 100 })
  const found = await firstOf(listed, (intent) => intent.metadata[METADATA.payment] === unknown.id)
  return found && deps.stripe.paymentIntents.retrieve(found.id, { expand })
}

/** The refund at Stripe, by its id or by its metadata among the refunds of its charge. */
export const findRefund = async (
  deps: Pick<Deps, 'stripe'>,
  unknown: UnknownOutcome,
): Promise<Stripe.Refund | undefined> => {
  if (unknown.stripe_id !== null) return deps.stripe.refunds.retrieve(unknown.stripe_id)
  if (unknown.stripe_parent === null) return undefined
  const listed = deps.stripe.refunds.list({ charge: unknown.stripe_parent, limit: 100 })
  return firstOf(listed, (refund) => refund.metadata?.[METADATA.refund] === unknown.id)
}
