import type Stripe from 'stripe'
import { disputeFee } from '../domain/fees.ts'
import { doubtsOf } from '../options.ts'
import { book } from '../store/book.ts'
import { idOf } from '../store/objects.ts'
import { comingBack } from '../store/settling.ts'
import type { Paying } from './paying.ts'
import { escalate } from './dispute-opening.ts'

const OPEN = ['needs_response', 'under_review', 'warning_needs_response', 'warning_under_review']

/** True while a dispute or inquiry is not decided. */
export const isOpen = ({ status }: Stripe.Dispute): boolean => OPEN.includes(status)

/** True for an inquiry, which has moved no money. */
export const isInquiry = ({ status }: Stripe.Dispute): boolean => status.startsWith('warning')

const end = ({ unit }: Paying, dispute: Stripe.Dispute, changes: Partial<Stripe.Dispute>): Stripe.Dispute => {
  const ended = unit.put<Stripe.Dispute>({ ...dispute, ...changes })
  ;(unit.change.done ??= []).push(`dispute_due:${dispute.id}`)
  unit.emit('charge.dispute.closed', ended)
  return ended
}

const reinstate = ({ unit, options }: Paying, dispute: Stripe.Dispute): Stripe.BalanceTransaction => {
  const back = comingBack(unit, dispute.balance_transactions, dispute.amount, dispute.currency)
  return book(unit, {
    ...back,
    type: 'adjustment',
    reporting_category: 'dispute_reversal',
    // A credited fee is a fee below zero, so that amount - fee is what comes back.
    fee: doubtsOf(options).disputeFeeOnWin === 'credited' ? -disputeFee(back.currency) : 0,
    fee_description: 'Dispute fee refund',
    description: `Chargeback reversal for ${idOf(dispute.charge)}`,
    source: dispute.id,
    available_ms: null,
  })
}

/** The bank decides for the shop: the money comes back in a row of its own; an inquiry is just closed. */
export const winDispute = (paying: Paying, dispute: Stripe.Dispute): Stripe.Dispute => {
  if (isInquiry(dispute)) return end(paying, dispute, { status: 'warning_closed' })
  const row = reinstate(paying, dispute)
  const won = end(paying, dispute, {
    balance_transactions: [...dispute.balance_transactions, row],
    is_charge_refundable: true,
    status: 'won',
  })
  paying.unit.emit('charge.dispute.funds_reinstated', won)
  return won
}

/** The bank decides for the customer, or the shop gives in: the money stays away. An inquiry that is given in to is closed. */
export const loseDispute = (paying: Paying, dispute: Stripe.Dispute): Stripe.Dispute =>
  end(paying, dispute, { status: isInquiry(dispute) ? 'warning_closed' : 'lost' })

/** Stripe's test evidence decides at once (stripe.md §2): these words in `uncategorized_text`. */
export const decideByEvidence = (paying: Paying, dispute: Stripe.Dispute): Stripe.Dispute => {
  const words = dispute.evidence.uncategorized_text
  if (words === 'winning_evidence') return winDispute(paying, dispute)
  if (words !== 'losing_evidence') return dispute
  return isInquiry(dispute) ? escalate(paying, dispute) : loseDispute(paying, dispute)
}

/** Timed work: nobody answered in time. A dispute is lost, an inquiry is closed. */
export const passDue = (paying: Paying, id: string): void => {
  const dispute = paying.unit.get('dispute', id)
  if (!dispute || !isOpen(dispute)) return
  // What was answered waits for the bank, however long that takes.
  if (dispute.status === 'under_review') return
  const evidence_details = { ...dispute.evidence_details, past_due: !isInquiry(dispute) }
  loseDispute(paying, { ...dispute, evidence_details })
}
