import type Stripe from 'stripe'
import type { FailureClass } from './decline-advice.ts'

/** What a failed call to Stripe means for our money. */
export type StripeFailure =
  /** The card was refused: final. */
  | {
      readonly kind: 'declined'
      readonly intent: Stripe.PaymentIntent | null
      readonly code: string
      readonly declineCode: string
      readonly message: string
    }
  /** Stripe refused the request itself: final. */
  | {
      readonly kind: 'refused'
      /** The intent as it is, where it was not in a state for the request. */
      readonly intent: Stripe.PaymentIntent | null
      readonly code: string
      readonly message: string
    }
  /** Stripe never began: nothing was done. */
  | { readonly kind: 'not_sent'; readonly failureClass: FailureClass; readonly code: string }
  /** Stripe knows this key with another request: ask what became of that one. */
  | { readonly kind: 'key_taken' }
  /** It may have been done or not. `saidSo`: Stripe itself answered that it failed, and goes on with it no more. */
  | { readonly kind: 'unknown'; readonly saidSo?: true }

/** The part of the SDK's errors that the decision needs. */
export interface StripeErrorFacts {
  readonly type: string
  readonly code?: string | undefined
  readonly decline_code?: string | undefined
  readonly message: string
  readonly payment_intent?: Stripe.PaymentIntent | undefined
  readonly detail?: unknown
}

/** Failures of the network before a connection stood. */
const NEVER_CONNECTED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']

const neverConnected = (detail: unknown): boolean => {
  if (typeof detail !== 'object' || detail === null || !('code' in detail)) return false
  return NEVER_CONNECTED.includes(String(detail.code))
}

/** A reader that did not take the command on: nothing was asked of any card (stripe.md §6). */
const READER_REFUSALS: readonly string[] = [
  'terminal_reader_offline',
  'terminal_reader_busy',
  'terminal_reader_hardware_fault',
]

/** Sorts an error of the SDK by its class, never by words of its message (stripe.md §2, §3). */
export const failureOf = (error: StripeErrorFacts): StripeFailure => {
  switch (error.type) {
    case 'StripeCardError': {
      const code = error.code ?? 'card_declined'
      const declineCode = error.decline_code ?? code
      return {
        kind: 'declined',
        intent: error.payment_intent ?? null,
        code,
        declineCode,
        message: error.message,
      }
    }
    case 'StripeInvalidRequestError':
      if (READER_REFUSALS.includes(error.code ?? ''))
        return { kind: 'not_sent', failureClass: 'system', code: error.code ?? '' }
      return {
        kind: 'refused',
        intent: error.payment_intent ?? null,
        code: error.code ?? 'invalid_request',
        message: error.message,
      }
    case 'StripeAuthenticationError':
    case 'StripePermissionError':
      return { kind: 'not_sent', failureClass: 'config', code: 'provider_key_refused' }
    case 'StripeRateLimitError':
      return { kind: 'not_sent', failureClass: 'provider', code: 'provider_rate_limited' }
    case 'StripeConnectionError':
      return neverConnected(error.detail)
        ? { kind: 'not_sent', failureClass: 'network', code: 'provider_unreachable' }
        : { kind: 'unknown' }
    case 'StripeIdempotencyError':
      return { kind: 'key_taken' }
    case 'StripeAPIError':
      return { kind: 'unknown', saidSo: true }
    default:
      return { kind: 'unknown' }
  }
}
