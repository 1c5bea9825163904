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

/** What a balance transaction is about, as Stripe shows it now: a charge, refund, dispute, payout or anything else. */
export interface SourceFacts {
  readonly id: string
  /** Stripe's name of what it is: `charge`, `refund`, `dispute`, `payout`... */
  readonly kind: string
  readonly status: string | null
  /** The currency that the customer paid in, or that a payout is in; null when it has none. */
  readonly currency: string | null
  /** What it moved, with the sign that its balance transaction has; null when that is not one amount. */
  readonly moved: bigint | null
  /** False for a charge that is only authorised. */
  readonly captured: boolean
  /** Our ids in its metadata. */
  readonly payment: string | null
  readonly sale: string | null
  /** The charge that a refund or a dispute is of. */
  readonly charge: string | null
  /** The row that brought the money of a failed or canceled object back. */
  readonly failureRow: string | null
}

/** What of ours a charge that nothing answers can be of. */
export interface Claim {
  /** A payment of ours has this charge, or the ledger names it. */
  readonly isOurs: boolean
  /** The payment that the charge names exists here. */
  readonly paymentExists: boolean
  /** The charge that the named payment has already. */
  readonly paymentCharge: string | null
  /** The sale that it names, itself or by its payment; null when there is no such sale here. */
  readonly sale: string | null
  /** Other charges that pay for that sale. */
  readonly otherCharges: number
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
