import type Stripe from 'stripe'

/** Fields of an object that an edit may set. */
export type EditSet = { [field: string]: string | number | boolean | null }

type EditBody =
  | { op: 'remove'; target: string }
  | { op: 'add'; balance_transaction: Stripe.BalanceTransaction }
  | { op: 'change'; target: string; set: EditSet }
  | { op: 'hold_payout'; target: string }
  | { op: 'short_payout'; target: string; by: number }

/**
 * A silent change of Stripe's facts. It lies over them and never touches them: everything reads through it, so undoing
 * it puts everything back exactly. A new kind of edit is a new member here and a new case in `overlay.ts`.
 */
export type Edit = { id: string; at_ms: number } & EditBody
