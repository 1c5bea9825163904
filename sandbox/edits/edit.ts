import type Stripe from 'stripe'
import type { AnyObject } from '../store/objects.ts'

/** Fields of an object that an edit may set. `metadata` is changed key by key, as Stripe does: null takes a key away. */
export type EditSet = {
  [field: string]: string | number | boolean | null | { [key: string]: string | null }
}

type EditBody =
  | { op: 'remove'; target: string }
  | { op: 'add'; balance_transaction: Stripe.BalanceTransaction; payout?: string }
  | { op: 'change'; target: string; set: EditSet }
  | { op: 'hold_payout'; target: string }
  | { op: 'short_payout'; target: string; by: number }
  | { op: 'charge_again'; target: string; objects: AnyObject[] }
  | { op: 'charge'; objects: AnyObject[] }
  | { op: 'refund_dashboard'; target: string; amount: number; objects: AnyObject[] }
  | { op: 'drift'; currency: string; by: number }

/**
 * A silent change of Stripe's facts. It lies over them and never touches them: everything reads through it, so undoing
 * it puts everything back exactly. A new kind of edit is a new member here and a new case in `overlay.ts`.
 */
export type Edit = { id: string; at_ms: number } & EditBody
