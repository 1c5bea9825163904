/** What a reporting category of Stripe's means for the books. */
export interface CategoryRule {
  /** Account whose movements answer rows of this category, found by the row's source. */
  readonly answeredBy?: 'clearing:card' | 'clearing:refund' | 'clearing:dispute' | 'clearing:payout'
  /** Account that takes a row which nothing of ours has to answer: Stripe made it by itself. */
  readonly account?: string
  /** Which way rows of this category move the balance; what an answering movement must have too. */
  readonly direction?: 'in' | 'out'
  /** Belongs to the row of another category with the same source; the two together answer one movement. */
  readonly isPart?: true
  /** Stripe may book one movement in several rows: they are summed. */
  readonly inSeveralRows?: true
}

const ADVANCES = { account: 'liability:stripe_advances' }
const RESERVES = { account: 'stripe:reserves' }
const ADJUSTMENTS = { account: 'expense:stripe_adjustments' }
const FEES = { account: 'expense:stripe_fees' }
const TOPUPS = { account: 'equity:topups' }
const TRANSFERS = { account: 'stripe:transfers' }
const PLATFORM = { account: 'revenue:stripe_platform' }
const ISSUING = { account: 'expense:stripe_issuing' }

/**
 * Every reporting category that we book; anything else is `unknown_type`, never a crash.
 * Source: Stripe, "Reporting categories", and the parameters of its report runs.
 */
export const CATEGORY_RULES: ReadonlyMap<string, CategoryRule> = new Map<string, CategoryRule>([
  ['charge', { answeredBy: 'clearing:card', direction: 'in' }],
  ['charge_failure', { answeredBy: 'clearing:card', direction: 'out' }],
  // Of the money that the charge's row says and that was not captured (stripe.md §5): both rows are one capture.
  ['partial_capture_reversal', { answeredBy: 'clearing:card', direction: 'in', isPart: true }],
  ['refund', { answeredBy: 'clearing:refund', direction: 'out' }],
  // The money came back; it is owed to the customer until he has it (architecture §4).
  ['refund_failure', { answeredBy: 'clearing:refund', account: 'liability:refunds_owed', direction: 'in' }],
  ['dispute', { answeredBy: 'clearing:dispute', direction: 'out', inSeveralRows: true }],
  ['dispute_reversal', { answeredBy: 'clearing:dispute', direction: 'in', inSeveralRows: true }],
  ['payout', { answeredBy: 'clearing:payout', direction: 'out' }],
  ['payout_reversal', { answeredBy: 'clearing:payout', direction: 'in' }],
  ['fee', FEES],
  ['network_cost', FEES],
  ['tax', { account: 'expense:tax_on_fees' }],
  ['other_adjustment', ADJUSTMENTS],
  ['contribution', ADJUSTMENTS],
  ['climate_order_purchase', ADJUSTMENTS],
  ['climate_order_refund', ADJUSTMENTS],
  ['risk_reserved_funds', RESERVES],
  ['connect_reserved_funds', RESERVES],
  ['payment_network_reserve_hold', RESERVES],
  ['payment_network_reserve_release', RESERVES],
  ['payout_minimum_balance_hold', RESERVES],
  ['payout_minimum_balance_release', RESERVES],
  ['unreconciled_customer_funds', { account: 'liability:unreconciled_funds' }],
  ['platform_earning', PLATFORM],
  ['platform_earning_refund', PLATFORM],
  ['connect_collection_transfer', TRANSFERS],
  ['transfer', TRANSFERS],
  ['transfer_reversal', TRANSFERS],
  ['issuing_authorization_hold', ISSUING],
  ['issuing_authorization_release', ISSUING],
  ['issuing_disbursement', ISSUING],
  ['issuing_dispute', ISSUING],
  ['issuing_transaction', ISSUING],
  ['topup', TOPUPS],
  ['topup_reversal', TOPUPS],
  ['advance', ADVANCES],
  ['advance_funding', ADVANCES],
  ['anticipation_repayment', ADVANCES],
  ['financing_payout', ADVANCES],
  ['financing_payout_reversal', ADVANCES],
  ['financing_paydown', ADVANCES],
  ['financing_paydown_reversal', ADVANCES],
])
