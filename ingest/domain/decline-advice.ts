import type { FAILURE_CLASSES } from '#core/contracts/event.ts'

export type FailureClass = (typeof FAILURE_CLASSES)[number]

/** What the cashier says and does after a refusal; the runbook's section 3 in a form that a till can show. */
export interface Advice {
  readonly say: string
  /** May the same card be tried again. */
  readonly same_card: 'no' | 'later' | 'yes'
  readonly offer: readonly ('other_card' | 'split' | 'cash')[]
  readonly runbook: string
}

interface Family {
  readonly advice: Advice
  readonly failureClass: FailureClass
  /** Shown as `generic_decline` to cashiers, so that nobody at the till can read the reason out (stripe.md §2). */
  readonly hidden?: true
  readonly codes: readonly string[]
}

const section = (name: string): string => `runbook.md, section 3, ${name}`
const CARD_DECLINED = section('Card Declined')
const INSUFFICIENT_FUNDS = section('Insufficient Funds')
const NETWORK_ISSUES = section('Network Connection Issues')
const AUTHENTICATION = section('Authentication Required')

const DECLINED: Advice = {
  say: 'Your card was declined. Please check with your bank. Would you like to pay another way?',
  same_card: 'no',
  offer: ['other_card', 'cash'],
  runbook: CARD_DECLINED,
}

/** Every decline code of stripe.md §2, in families that are handled alike. */
const FAMILIES: readonly Family[] = [
  {
    failureClass: 'issuer',
    advice: DECLINED,
    codes: [
      'generic_decline',
      'card_declined',
      'call_issuer',
      'do_not_honor',
      'do_not_try_again',
      'new_account_information_available',
      'no_action_taken',
      'not_permitted',
      'restricted_card',
      'revocation_of_authorization',
      'revocation_of_all_authorizations',
      'service_not_allowed',
      'stop_payment_order',
      'transaction_not_allowed',
      'invalid_account',
    ],
  },
  {
    failureClass: 'customer',
    advice: {
      say: 'There are not enough funds on this card. Would you like to use a different card, or split the payment?',
      same_card: 'later',
      offer: ['other_card', 'split', 'cash'],
      runbook: INSUFFICIENT_FUNDS,
    },
    codes: ['insufficient_funds'],
  },
  {
    failureClass: 'customer',
    advice: {
      say: 'This card has reached its limit. Would you like to use a different card, or split the payment?',
      same_card: 'later',
      offer: ['other_card', 'split', 'cash'],
      runbook: CARD_DECLINED,
    },
    codes: ['card_velocity_exceeded', 'withdrawal_count_limit_exceeded', 'pin_try_exceeded'],
  },
  {
    failureClass: 'customer',
    advice: {
      say: 'Your bank asks you to confirm this payment. Please have your phone ready; take the time that you need.',
      same_card: 'yes',
      offer: ['other_card', 'cash'],
      runbook: AUTHENTICATION,
    },
    codes: [
      'authentication_required',
      'authentication_not_handled',
      'mobile_device_authentication_required',
      'payment_intent_authentication_failure',
      'offline_pin_required',
      'online_or_offline_pin_required',
    ],
  },
  {
    failureClass: 'customer',
    advice: {
      say: 'The card details do not match. Please check them and try once more.',
      same_card: 'yes',
      offer: ['other_card', 'cash'],
      runbook: CARD_DECLINED,
    },
    codes: [
      'incorrect_number',
      'incorrect_cvc',
      'incorrect_pin',
      'incorrect_zip',
      'incorrect_address',
      'invalid_cvc',
      'invalid_expiry_month',
      'invalid_expiry_year',
      'invalid_number',
      'invalid_pin',
    ],
  },
  {
    failureClass: 'customer',
    advice: {
      say: 'This card has expired. Would you like to use a different card?',
      same_card: 'no',
      offer: ['other_card', 'cash'],
      runbook: CARD_DECLINED,
    },
    codes: ['expired_card'],
  },
  {
    failureClass: 'network',
    advice: {
      say: "Your bank could not be reached. Let's try once more, or pay another way.",
      same_card: 'yes',
      offer: ['other_card', 'cash'],
      runbook: NETWORK_ISSUES,
    },
    codes: ['issuer_not_available', 'try_again_later', 'reenter_transaction'],
  },
  {
    failureClass: 'provider',
    advice: {
      say: "The card could not be processed just now. Let's try once more, or pay another way.",
      same_card: 'yes',
      offer: ['other_card', 'cash'],
      runbook: NETWORK_ISSUES,
    },
    codes: ['processing_error', 'approve_with_id'],
  },
  {
    failureClass: 'system',
    advice: {
      say: 'The card reader does not answer. One moment, please; we will try once more.',
      same_card: 'yes',
      offer: ['other_card', 'cash'],
      runbook: NETWORK_ISSUES,
    },
    codes: [
      'terminal_reader_offline',
      'terminal_reader_busy',
      'terminal_reader_timeout',
      'terminal_reader_hardware_fault',
    ],
  },
  {
    failureClass: 'customer',
    advice: {
      say: 'The payment was stopped at the reader. Would you like to try again, or pay another way?',
      same_card: 'yes',
      offer: ['other_card', 'split', 'cash'],
      runbook: CARD_DECLINED,
    },
    codes: ['customer_canceled'],
  },
  {
    failureClass: 'issuer',
    advice: {
      say: 'The same amount was just charged to this card. Please check with your bank before paying again.',
      same_card: 'no',
      offer: ['other_card', 'cash'],
      runbook: CARD_DECLINED,
    },
    codes: ['duplicate_transaction'],
  },
  {
    failureClass: 'config',
    advice: {
      say: 'This kind of card cannot be taken here. Would you like to pay another way?',
      same_card: 'no',
      offer: ['other_card', 'cash'],
      runbook: CARD_DECLINED,
    },
    codes: ['card_not_supported', 'currency_not_supported', 'invalid_amount', 'testmode_decline'],
  },
  {
    failureClass: 'fraud',
    hidden: true,
    // What is said is the same as for any refusal; the escalation is for those who see the code.
    advice: DECLINED,
    codes: [
      'fraudulent',
      'lost_card',
      'stolen_card',
      'merchant_blacklist',
      'pickup_card',
      'security_violation',
    ],
  },
]

const familyByCode = new Map(
  FAMILIES.flatMap((family) => family.codes.map((code) => [code, family] as const)),
)

/** Every code that the table knows; a test compares it with Stripe's list. */
export const KNOWN_DECLINE_CODES: readonly string[] = [...familyByCode.keys()]

/** What to do about a decline code; an unknown one is an ordinary refusal. */
export const adviceFor = (declineCode: string | null): Advice =>
  familyByCode.get(declineCode ?? '')?.advice ?? DECLINED

/** Whose fault a refusal was, for the success rate. */
export const failureClassOf = (declineCode: string | null): FailureClass =>
  familyByCode.get(declineCode ?? '')?.failureClass ?? 'issuer'

/** The decline code as a role may see it. */
export const visibleDeclineCode = (declineCode: string | null, role: string): string | null =>
  role === 'cashier' && familyByCode.get(declineCode ?? '')?.hidden ? 'generic_decline' : declineCode

const HIDDEN_CODES = FAMILIES.filter(({ hidden }) => hidden).flatMap(({ codes }) => codes)

/**
 * The codes that a role sees as `shownCode`: what to look for when it asks for that code. At the till a hidden code is
 * found under the one that is shown in its place, and never under its own name.
 */
export const visibleCodesFor = (shownCode: string, role: string): readonly string[] => {
  if (role !== 'cashier') return [shownCode]
  if (visibleDeclineCode(shownCode, role) !== shownCode) return []
  return shownCode === 'generic_decline' ? [shownCode, ...HIDDEN_CODES] : [shownCode]
}
