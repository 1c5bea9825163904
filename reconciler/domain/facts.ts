/** The two sides that a run compares. Amounts are minor units with Stripe's sign: what raises the balance is positive. */

/** A balance transaction of Stripe's as the mirror holds it. */
export interface BalanceRow {
  readonly id: string
  readonly version: number
  readonly balanceType: string
  readonly type: string
  readonly category: string
  readonly source: string | null
  readonly amount: bigint
  readonly fee: bigint
  readonly net: bigint
  readonly currency: string
  readonly createdAt: Date
  readonly businessDate: string
  readonly availableAt: Date
  readonly description: string | null
  readonly exchangeRate: string | null
}

/** Something of ours that a balance transaction must answer: a clearing entry of the ledger, or a payout. */
export interface Movement {
  /** The journal entry's id, or the payout's (with `:reversal` for the row that brings its money back). */
  readonly key: string
  readonly entryId: string | null
  readonly account: string
  readonly object: string
  readonly currency: string
  readonly amount: bigint
  readonly occurredAt: Date
  readonly businessDate: string
  readonly paymentId: string | null
  readonly saleId: string | null
}

/** Where a movement's object stands at Stripe; `unknown` when nobody asked in this run. */
export type AtStripe = 'present' | 'absent' | 'unknown'

/** A payout as Stripe shows it in this run. */
export interface PayoutState {
  readonly id: string
  readonly currency: string
  readonly amount: bigint
  readonly status: string
  readonly createdAt: Date
  readonly businessDate: string
  readonly arrivalAt: Date
}
