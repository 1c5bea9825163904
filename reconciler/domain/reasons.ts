import type { Category } from '#core/contracts/exceptions.ts'

/** Why a person resolved an exception: a code for figures, and what it means for the bookkeeper who picks it. */
export interface Reason {
  readonly code: string
  readonly text: string
  /** The code alone says too little: a note must say the rest. */
  readonly noteRequired?: true
}

const STRIPE_CORRECTION: Reason = {
  code: 'stripe_correction',
  text: 'Stripe corrected its own booking, and its support or a later row confirms it.',
  noteRequired: true,
}
const BOOKED_ELSEWHERE: Reason = {
  code: 'booked_elsewhere',
  text: 'The books already have it under another entry; the note names that entry.',
  noteRequired: true,
}
const DUPLICATE_REFUNDED: Reason = {
  code: 'duplicate_refunded',
  text: 'The customer paid twice and has one payment back.',
}
const DUPLICATE_KEPT: Reason = {
  code: 'duplicate_kept',
  text: 'The customer paid twice and left the second payment to us; the note says what was agreed.',
  noteRequired: true,
}
const DASHBOARD_CHARGE: Reason = {
  code: 'dashboard_charge',
  text: "Somebody of ours took the payment in Stripe's dashboard or with another program.",
}
const DASHBOARD_REFUND: Reason = {
  code: 'dashboard_refund',
  text: "Somebody of ours gave money back in Stripe's dashboard.",
}
const OTHER_BUSINESS: Reason = {
  code: 'other_business',
  text: 'The payment belongs to another business on the same Stripe account.',
}
const NEW_STRIPE_TYPE: Reason = {
  code: 'new_stripe_type',
  text: 'A kind of booking that Stripe began to make; its documentation says what it is.',
}
const FEE_CHANGE: Reason = {
  code: 'fee_change',
  text: 'Stripe charges another price now; the rate card is brought up to date.',
}
const FEE_BY_CARD: Reason = {
  code: 'fee_by_card',
  text: 'The card was foreign, commercial or of a brand with a price of its own.',
}
const ROUNDING: Reason = { code: 'rounding', text: 'The smallest unit of the currency, by rounding.' }
const EXCHANGE_RATE: Reason = {
  code: 'exchange_rate',
  text: 'The rate of exchange explains it; the note says which rate, and where it stands.',
  noteRequired: true,
}
const TIMING: Reason = {
  code: 'timing',
  text: 'It is right and only late: Stripe books it on a later date.',
}
const NEVER_CHARGED: Reason = {
  code: 'never_charged',
  text: 'The till counted a payment that no card ever made: cash, a trial, or an outage.',
}
const TYPING_ERROR: Reason = {
  code: 'typing_error',
  text: 'The till was told another amount than the card was charged.',
}
const MATCHED_BY_HAND: Reason = {
  code: 'matched_by_hand',
  text: "Stripe's row and our movement are the same payment; the note says how you know.",
  noteRequired: true,
}
const PAYOUT_BY_HAND: Reason = {
  code: 'payout_by_hand',
  text: 'The payout was made or changed by hand, so Stripe does not say what is in it.',
}
const BANK_DELAY: Reason = {
  code: 'bank_delay',
  text: 'The bank has it or will have it: a holiday, a weekend, or a check of the bank.',
}
const FALSE_ALARM: Reason = {
  code: 'false_alarm',
  text: 'Nothing is wrong; the note says why, so that the rule can be mended.',
  noteRequired: true,
}
const OTHER: Reason = { code: 'other', text: 'Something else; the note says what.', noteRequired: true }

/** Reasons per category, in the order in which they are offered; `other` always ends them (docs/exceptions.md). */
export const REASONS: Readonly<Record<Category, readonly Reason[]>> = {
  unknown_type: [NEW_STRIPE_TYPE, STRIPE_CORRECTION, BOOKED_ELSEWHERE, FALSE_ALARM, OTHER],
  duplicate_in_stripe: [DUPLICATE_REFUNDED, DUPLICATE_KEPT, STRIPE_CORRECTION, FALSE_ALARM, OTHER],
  orphan_in_stripe: [DASHBOARD_CHARGE, OTHER_BUSINESS, MATCHED_BY_HAND, BOOKED_ELSEWHERE, FALSE_ALARM, OTHER],
  missing_in_ledger: [
    DASHBOARD_REFUND,
    DASHBOARD_CHARGE,
    STRIPE_CORRECTION,
    MATCHED_BY_HAND,
    BOOKED_ELSEWHERE,
    FALSE_ALARM,
    OTHER,
  ],
  duplicate_in_ledger: [BOOKED_ELSEWHERE, NEVER_CHARGED, FALSE_ALARM, OTHER],
  missing_in_stripe: [NEVER_CHARGED, MATCHED_BY_HAND, BOOKED_ELSEWHERE, FALSE_ALARM, OTHER],
  status_mismatch: [TIMING, STRIPE_CORRECTION, NEVER_CHARGED, BOOKED_ELSEWHERE, FALSE_ALARM, OTHER],
  currency_mismatch: [STRIPE_CORRECTION, EXCHANGE_RATE, BOOKED_ELSEWHERE, FALSE_ALARM, OTHER],
  amount_mismatch: [
    STRIPE_CORRECTION,
    TYPING_ERROR,
    ROUNDING,
    EXCHANGE_RATE,
    BOOKED_ELSEWHERE,
    FALSE_ALARM,
    OTHER,
  ],
  fee_mismatch: [FEE_CHANGE, FEE_BY_CARD, ROUNDING, STRIPE_CORRECTION, FALSE_ALARM, OTHER],
  payout_mismatch: [PAYOUT_BY_HAND, STRIPE_CORRECTION, TIMING, FALSE_ALARM, OTHER],
  payout_overdue: [BANK_DELAY, TIMING, STRIPE_CORRECTION, FALSE_ALARM, OTHER],
  clearing_overdue: [TIMING, MATCHED_BY_HAND, STRIPE_CORRECTION, NEVER_CHARGED, FALSE_ALARM, OTHER],
  balance_mismatch: [TIMING, STRIPE_CORRECTION, FALSE_ALARM, OTHER],
}

/** The reason with that code for that category, or undefined when it is not one of them. */
export const reasonOf = (category: string, code: string): Reason | undefined =>
  (REASONS[category as Category] as readonly Reason[] | undefined)?.find((reason) => reason.code === code)
