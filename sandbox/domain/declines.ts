import type { Decline } from './cards.ts'
import { TEST_CARDS } from './cards.ts'

/** Codes that are the error's own code, not only the reason of `card_declined` (stripe.md §2). */
const OWN_CODES = new Set(['expired_card', 'incorrect_cvc', 'processing_error'])

const NEVER_AGAIN = new Set(
  'do_not_try_again pickup_card restricted_card stop_payment_order revocation_of_authorization'.split(' '),
)

const known = new Map(
  TEST_CARDS.flatMap(({ decline, authenticate }) =>
    decline && !authenticate && decline.outcome === undefined
      ? [[decline.decline_code, decline] as const]
      : [],
  ).reverse(),
)

/** The refusal an issuer gives for a decline code, in the words of the test card that has it. */
export const declineOf = (decline_code: string): Decline =>
  known.get(decline_code) ?? {
    code: OWN_CODES.has(decline_code) ? decline_code : 'card_declined',
    decline_code,
    message: 'Your card was declined.',
    ...(NEVER_AGAIN.has(decline_code) ? { advice_code: 'do_not_try_again' as const } : {}),
  }

/** Results that the cents of the amount choose with a physical test card (stripe.md §6); the others are approved. */
const BY_CENTS: Readonly<Record<number, string>> = {
  1: 'call_issuer',
  5: 'generic_decline',
  55: 'incorrect_pin',
  65: 'withdrawal_count_limit_exceeded',
  75: 'pin_try_exceeded',
}

/** How the bank refuses this amount on a physical test card, or undefined. */
export const declineOfCents = (amount: number): Decline | undefined => {
  const code = BY_CENTS[amount % 100]
  return code === undefined ? undefined : declineOf(code)
}

/** How the holder proves to be the one on a physical test card: 02 asks for the PIN offline, 03 online. */
export const verificationOfCents = (amount: number): 'offline_pin' | 'online_pin' | null =>
  amount % 100 === 2 ? 'offline_pin' : amount % 100 === 3 ? 'online_pin' : null
