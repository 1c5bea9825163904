import type { Decline } from '../domain/cards.ts'
import type { Call } from '../http/answer.ts'

/** What paying needs of a call; timed work and the control plane have no more. */
export type Paying = Pick<Call, 'unit' | 'options' | 'requestId'>

/** How an attempt to charge a card ended and what led to that. */
export type Attempt = {
  result: 'captured' | 'authorized' | 'declined'
  /** Refused for this reason, whatever the card's own behaviour is. */
  decline?: Decline
  /** The customer answered their bank. */
  authenticated: boolean
  /** The Terminal reader that read the card, and its location. */
  reader?: { id: string; location: string }
}
