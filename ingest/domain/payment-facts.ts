import type Stripe from 'stripe'
import type { FailureClass } from './decline-advice.ts'
import type { PaymentStatus } from './payment-state.ts'

/** How one confirm of a card ended. */
export interface Attempt {
  /** The charge that it made, or another name that is the same whoever reports it. */
  readonly id: string
  readonly outcome: 'succeeded' | 'failed' | 'canceled'
  readonly code: string | null
  readonly declineCode: string | null
  readonly message: string | null
  /** Whose fault a failure was, where the decline code does not tell. */
  readonly failureClass?: FailureClass
}

/** What only some snapshots tell; what is null was not told. */
export interface PaymentDetails {
  /** Why it was canceled, in Stripe's words. */
  readonly cancellationReason: string | null
  /** When Stripe lets the authorisation go. */
  readonly captureBefore: Date | null
  /** What a terminal's receipt must print: Stripe's own fields (EMV). */
  readonly receipt: Readonly<Record<string, string>> | null
}

/** What a snapshot of Stripe's says about a payment, whichever object it is of. */
export interface PaymentFacts {
  readonly intentId: string | null
  readonly status: PaymentStatus
  readonly chargeId: string | null
  readonly capturedMinor: bigint
  /** When the money was taken, when the snapshot tells. */
  readonly occurredAt: Date | null
  readonly card: { readonly brand: string | null; readonly last4: string | null } | null
  readonly attempt: Attempt | null
  /** Nothing was taken and nothing will be: what was under way goes back to the reported status. Only who has made sure says so. */
  readonly goesBack?: true
  /** Where the card was read, when the snapshot tells. */
  readonly channel?: 'reader' | 'keyed'
  /** Null when the snapshot tells none of it. */
  readonly details?: PaymentDetails | null
}

const idOf = (value: string | { id: string } | null): string | null =>
  typeof value === 'string' ? value : (value?.id ?? null)

const cardOf = (charge: Stripe.Charge | null): PaymentFacts['card'] => {
  const card = charge?.payment_method_details?.card ?? charge?.payment_method_details?.card_present
  return card ? { brand: card.brand ?? null, last4: card.last4 ?? null } : null
}

/** Card-present fields that the networks want on a receipt (stripe.md §1, `receipt`). */
const receiptOf = (charge: Stripe.Charge | null): PaymentDetails['receipt'] => {
  const present = charge?.payment_method_details?.card_present
  if (!present) return null
  const fields = { ...present.receipt, read_method: present.read_method }
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
}

const captureBeforeOf = (charge: Stripe.Charge | null): Date | null => {
  const details = charge?.payment_method_details
  const seconds = details?.card?.capture_before ?? details?.card_present?.capture_before
  return seconds === undefined || charge?.captured ? null : new Date(seconds * 1000)
}

const detailsOf = (
  charge: Stripe.Charge | null,
  cancellationReason: string | null,
): PaymentDetails | null => {
  const details = { cancellationReason, captureBefore: captureBeforeOf(charge), receipt: receiptOf(charge) }
  return Object.values(details).some((detail) => detail !== null) ? details : null
}

/** The name of a refusal without a charge: the same whoever reports it, another for another payment method. */
const nameOfRefusal = (
  intent: Stripe.PaymentIntent,
  error: Stripe.PaymentIntent.LastPaymentError,
): string => {
  const method = idOf(error.payment_method ?? null)
  return `${intent.id}:${error.code ?? error.type}${method === null ? '' : `:${method}`}`
}

const failedAttempt = (intent: Stripe.PaymentIntent): Attempt | null => {
  const error = intent.last_payment_error
  if (!error) return null
  return {
    id: idOf(error.charge ?? null) ?? nameOfRefusal(intent, error),
    outcome: 'failed',
    code: error.code ?? null,
    declineCode: error.decline_code ?? error.code ?? null,
    message: error.message ?? null,
  }
}

const succeededAttempt = (id: string): Attempt => ({
  id,
  outcome: 'succeeded',
  code: null,
  declineCode: null,
  message: null,
})

const attemptOfIntent = (intent: Stripe.PaymentIntent, chargeId: string | null): Attempt | null => {
  switch (intent.status) {
    case 'requires_payment_method':
      return failedAttempt(intent)
    case 'requires_capture':
    case 'succeeded':
      return succeededAttempt(chargeId ?? intent.id)
    case 'canceled':
      // Without a charge nobody was asked for money yet, or the customer left in the middle of it.
      return chargeId === null ? { ...succeededAttempt(`${intent.id}:canceled`), outcome: 'canceled' } : null
    default:
      return null
  }
}

const KNOWN: readonly string[] = [
  'requires_confirmation',
  'requires_action',
  'processing',
  'requires_capture',
  'succeeded',
  'canceled',
]

const statusOfIntent = (intent: Stripe.PaymentIntent): PaymentStatus => {
  if (intent.status === 'requires_payment_method')
    return intent.last_payment_error ? 'payment_failed' : 'requires_payment_method'
  // The enum is open: what we do not know yet is not an end.
  return KNOWN.includes(intent.status) ? (intent.status as PaymentStatus) : 'processing'
}

/** When the money of a manual capture was taken, which is later than its charge: only its balance transaction says it. */
const laterCapture = (charge: Stripe.Charge | null): Date | null => {
  const row = charge?.balance_transaction
  return typeof row === 'object' && row !== null ? new Date(row.created * 1000) : null
}

const captureMoment = (intent: Stripe.PaymentIntent, charge: Stripe.Charge | null): Date | null => {
  if (intent.capture_method === 'manual') return laterCapture(charge)
  return new Date((charge?.created ?? intent.created) * 1000)
}

/** A snapshot of an older API version may not say it; then no reader is known of. */
const channelOf = (intent: Stripe.PaymentIntent): 'reader' | 'keyed' =>
  (intent.payment_method_types as readonly string[] | undefined)?.includes('card_present')
    ? 'reader'
    : 'keyed'

/** What a PaymentIntent says; `latest_charge` may be expanded or an id. */
export const factsOfIntent = (intent: Stripe.PaymentIntent): PaymentFacts => {
  const charge = typeof intent.latest_charge === 'string' ? null : intent.latest_charge
  const chargeId = idOf(intent.latest_charge)
  const isPaid = intent.status === 'succeeded' || intent.status === 'requires_capture'
  return {
    intentId: intent.id,
    status: statusOfIntent(intent),
    chargeId: isPaid ? chargeId : null,
    capturedMinor: intent.status === 'succeeded' ? BigInt(intent.amount_received) : 0n,
    occurredAt: captureMoment(intent, charge),
    card: cardOf(charge),
    channel: channelOf(intent),
    attempt: attemptOfIntent(intent, chargeId),
    details: detailsOf(charge, intent.status === 'canceled' ? intent.cancellation_reason : null),
  }
}

const statusOfCharge = (charge: Stripe.Charge): PaymentStatus | null => {
  if (charge.status === 'failed') return 'payment_failed'
  if (charge.status !== 'succeeded') return null
  if (charge.captured) return 'succeeded'
  // An authorisation that was let go looks refunded; its PaymentIntent tells the end.
  return charge.refunded ? null : 'requires_capture'
}

/** What a charge says about its payment; null when it says nothing that counts. */
export const factsOfCharge = (charge: Stripe.Charge): PaymentFacts | null => {
  const status = statusOfCharge(charge)
  if (status === null) return null
  const failed = status === 'payment_failed'
  return {
    intentId: idOf(charge.payment_intent),
    status,
    chargeId: failed ? null : charge.id,
    capturedMinor: status === 'succeeded' ? BigInt(charge.amount_captured) : 0n,
    // An authorisation that can still be captured was not captured with its charge (stripe.md §1, auth windows).
    occurredAt:
      charge.payment_method_details?.card?.capture_before === undefined
        ? new Date(charge.created * 1000)
        : laterCapture(charge),
    card: cardOf(charge),
    channel: charge.payment_method_details?.card_present ? 'reader' : 'keyed',
    attempt: failed
      ? {
          id: charge.id,
          outcome: 'failed',
          code: charge.failure_code,
          declineCode: charge.outcome?.reason ?? charge.failure_code,
          message: charge.failure_message,
        }
      : succeededAttempt(charge.id),
    details: detailsOf(charge, null),
  }
}
