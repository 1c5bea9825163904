/** A payment as lists show it. */
export interface Payment {
  readonly id: string
  readonly sale_id: string
  readonly till_id: string
  readonly store_id: string
  readonly method: 'card' | 'cash' | 'check'
  readonly currency: string
  readonly amount: number
  readonly amount_captured: number
  readonly amount_refunded: number
  readonly status: string
  readonly card: { readonly brand: string | null; readonly last4: string | null } | null
  readonly decline_code: string | null
  readonly customer_ref: string | null
  readonly cashier_ref: string | null
  readonly external_ref: string | null
  readonly latency_ms: number | null
  readonly stripe_payment_intent: string | null
  readonly stripe_charge: string | null
  readonly created_at: string
  readonly version: number
}

type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain'

interface State {
  readonly word: string
  readonly tone: Tone
  readonly meaning: string
  readonly next: string
}

/** The eight states in plain words, and what to do next (runbook section 2, Transaction Status Meanings). */
export const STATES: Readonly<Record<string, State>> = {
  requires_payment_method: {
    word: 'Waiting for a card',
    tone: 'info',
    meaning: 'The payment was begun; no card was given yet.',
    next: 'Ask for a card, or cancel the payment.',
  },
  requires_confirmation: {
    word: 'Not confirmed',
    tone: 'info',
    meaning: 'A card was given; the payment is not confirmed yet.',
    next: 'Confirm it, or cancel it.',
  },
  requires_action: {
    word: 'Customer must confirm',
    tone: 'warn',
    meaning: 'The bank asks the customer to prove who they are (3-D Secure).',
    next: 'Guide the customer: they need their phone. Give them time.',
  },
  processing: {
    word: 'Being checked',
    tone: 'info',
    meaning: 'The outcome is not known yet. It is not failed.',
    next: 'Wait; do not charge again. Ask Stripe with Sync.',
  },
  requires_capture: {
    word: 'Authorised, not taken',
    tone: 'warn',
    meaning: 'The bank holds the money; it is not taken yet.',
    next: 'Capture it before the authorisation ends.',
  },
  succeeded: {
    word: 'Paid',
    tone: 'good',
    meaning: 'The payment is complete.',
    next: 'Nothing. Give the receipt.',
  },
  canceled: { word: 'Cancelled', tone: 'plain', meaning: 'The payment was called off.', next: 'Nothing.' },
  payment_failed: {
    word: 'Refused',
    tone: 'bad',
    meaning: 'The card was refused, or an error kept it from being taken.',
    next: 'Offer another card, a split, or cash. Not the same card again at once.',
  },
}

/** The state's words; an unknown one is shown as it is, never as failed. */
export const stateOf = (status: string): State =>
  STATES[status] ?? {
    word: status,
    tone: 'plain',
    meaning: 'A state that this page does not know.',
    next: 'Ask on-call.',
  }

/** Filters that live in the address, by their parameter. */
export const FILTERS = [
  'status',
  'method',
  'from',
  'to',
  'hours',
  'amount_min',
  'amount_max',
  'currency',
  'store',
  'till_id',
  'customer_ref',
  'external_ref',
  'last4',
  'brand',
  'decline_code',
  'refunded',
  'disputed',
  'q',
] as const

/** Grafana's links name a store in any case; this one stands for every store, and filters nothing. */
const EVERY = 'All'

/** The filters of an address as the API takes them. */
export const filtersOf = (query: URLSearchParams): Record<string, string> =>
  Object.fromEntries(
    FILTERS.map((name) => [name, query.get(name) ?? ''] as const).filter(
      ([name, value]) => value !== '' && !((name === 'store' || name === 'till_id') && value === EVERY),
    ),
  )
