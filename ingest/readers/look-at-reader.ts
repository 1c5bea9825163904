import Stripe from 'stripe'
import type { Deps } from '#core/service.ts'
import { factsOfIntent } from '../domain/payment-facts.ts'
import { findIntent } from '../payments/find-intent.ts'
import type { PaymentWithSale } from '../payments/payment-wire.ts'
import type { ReaderShows } from './domain/reader-step.ts'
import type { ActionRow } from './reader-actions.ts'

const ONE_TRY: Stripe.RequestOptions = { timeout: 10_000, maxNetworkRetries: 0 }
const EXPAND = ['latest_charge']

/** What Stripe says about an action and its payment. */
export interface Seen {
  readonly reader: ReaderShows
  readonly failureMessage: string | null
  /** Null: Stripe has none for the payment. */
  readonly intent: Stripe.PaymentIntent | null
  /** The intent tells of a refusal that was not recorded before. */
  readonly isRefused: boolean
}

const intentOf = (action: Stripe.Terminal.Reader.Action | null): string | undefined => {
  const intent = action?.process_payment_intent?.payment_intent
  return typeof intent === 'string' ? intent : intent?.id
}

/** What the reader shows of an action for `intentId`. */
export const showsOf = (reader: Stripe.Terminal.Reader, intentId: string | null): ReaderShows => {
  const { action } = reader
  if (!action || intentId === null || intentOf(action) !== intentId) return { kind: 'other' }
  if (action.status === 'failed') return { kind: 'ours', status: 'failed', code: action.failure_code }
  return { kind: 'ours', status: action.status === 'succeeded' ? 'succeeded' : 'in_progress' }
}

const askReader = async (deps: Deps, id: string): Promise<Stripe.Terminal.Reader | undefined> => {
  try {
    const reader = await deps.stripe.terminal.readers.retrieve(id, {}, ONE_TRY)
    return reader.deleted ? undefined : reader
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return undefined
    throw error
  }
}

const hasNewRefusal = (
  intent: Stripe.PaymentIntent | null,
  payment: PaymentWithSale,
  reader: Stripe.Terminal.Reader | undefined,
  shows: ReaderShows,
): boolean => {
  const attempt = intent === null ? null : factsOfIntent(intent).attempt
  if (attempt?.outcome !== 'failed') return false
  // A refusal without a charge has no name of its own: the reader's word tells that it is this one.
  const isReaders = shows.kind === 'ours' && reader?.action?.api_error?.type === 'card_error'
  return isReaders || !payment.attempts.includes(attempt.id)
}

/**
 * Asks for the reader and then for the intent, so that the intent's is the later word. A reader that cannot be asked for is
 * `unknown`. Throws the SDK's error when the intent cannot be asked for.
 */
export const lookAtReader = async (
  deps: Deps,
  action: Pick<ActionRow, 'stripe_reader'>,
  payment: PaymentWithSale,
): Promise<Seen> => {
  const reader = await askReader(deps, action.stripe_reader)
  const { stripe_payment_intent: known } = payment
  const intent =
    known === null
      ? await findIntent(deps, payment, EXPAND)
      : await deps.stripe.paymentIntents.retrieve(known, { expand: EXPAND }, ONE_TRY)
  const shows: ReaderShows = reader ? showsOf(reader, intent?.id ?? null) : { kind: 'unknown' }
  return {
    reader: shows,
    failureMessage: shows.kind === 'ours' ? (reader?.action?.failure_message ?? null) : null,
    intent,
    isRefused: hasNewRefusal(intent, payment, reader, shows),
  }
}
