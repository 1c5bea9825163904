import type Stripe from 'stripe'
import type { TestCard } from '../domain/cards.ts'
import { disputeFee } from '../domain/fees.ts'
import type { SandboxOptions } from '../options.ts'
import { doubtsOf } from '../options.ts'
import { book } from '../store/book.ts'
import { idOf } from '../store/objects.ts'
import type { Landing } from '../store/settling.ts'
import { landed, landingFields, landingOfCharge } from '../store/settling.ts'
import type { Unit } from '../store/unit.ts'
import { noEvidence } from './dispute-evidence.ts'
import { lapseWarnings } from './early-fraud-warnings.ts'
import type { Paying } from './paying.ts'

export type DisputeKind = 'dispute' | 'inquiry'

/** What a cardholder says of a charge; `amount` left out: all that was captured and not given back. */
export type Complaint = { reason: string; kind: DisputeKind; amount?: number | undefined }

/** Plans what a card's holder or issuer says soon after the charge: a dispute, or a warning of fraud. */
export const planComplaint = (unit: Unit, charge: string, card: TestCard, options: SandboxOptions): void => {
  const at_ms = unit.at_ms + doubtsOf(options).disputeAfterMs
  if (card.dispute) unit.schedule({ id: `dispute:${charge}`, kind: 'dispute_open', at_ms, ref: charge })
  if (card.fraudWarning)
    unit.schedule({ id: `fraud_warning:${charge}`, kind: 'fraud_warning', at_ms, ref: charge })
}

/** What the networks call a reason (Visa's numbers). */
const REASON_CODES: Readonly<Record<string, string>> = {
  fraudulent: '10.4',
  duplicate: '12.6.1',
  product_not_received: '13.1',
  product_unacceptable: '13.3',
  credit_not_processed: '13.6',
}

/** What of a charge can be disputed: captured and not given back yet. */
export const disputable = (charge: Stripe.Charge): number =>
  charge.status === 'succeeded' && charge.captured ? charge.amount_captured - charge.amount_refunded : 0

/** The part of what a charge brought that this amount of it stands for, in the currency it landed in. */
const broughtBy = (unit: Unit, charge: Stripe.Charge, amount: number): number => {
  const rows = unit.where('balance_transaction', 'source', charge.id)
  const brought = rows.reduce((sum, row) => sum + row.amount, 0)
  return amount === charge.amount_captured ? brought : Math.round((brought * amount) / charge.amount_captured)
}

/**
 * What a dispute takes, in one row; an exchanged charge may be taken back as it came in, with the difference to
 * today's rate in a second row (switch `disputeRowsOnExchange`).
 */
const takenBy = (unit: Unit, charge: Stripe.Charge, amount: number, landing: Landing): number[] => {
  const today = landed(amount, landing)
  if (landing.rate === null || unit.doubts.disputeRowsOnExchange === 'one') return [today]
  const then = broughtBy(unit, charge, amount)
  return today === then ? [then] : [then, today - then]
}

/** Takes the disputed money and the fee from the balance; gives the dispute with its rows. The caller tells of it. */
export const withdraw = (unit: Unit, dispute: Stripe.Dispute, charge: Stripe.Charge): Stripe.Dispute => {
  const landing = landingOfCharge(unit, charge)
  const rows = takenBy(unit, charge, dispute.amount, landing).map((amount, at) =>
    book(unit, {
      ...landingFields(unit, landing),
      type: 'adjustment',
      reporting_category: 'dispute',
      amount: -amount,
      fee: at === 0 ? disputeFee(landing.currency) : 0,
      fee_description: 'Dispute fee',
      description: `${at === 0 ? 'Chargeback withdrawal' : 'Exchange difference of the chargeback'} for ${charge.id}`,
      source: dispute.id,
      available_ms: null,
    }),
  )
  return { ...dispute, balance_transactions: [...dispute.balance_transactions, ...rows] }
}

/** When a dispute that nobody answered is over. */
const planDue = ({ unit, options }: Paying, dispute: Stripe.Dispute): void => {
  const { disputeDueDays, inquiryDays } = doubtsOf(options)
  const days = dispute.status.startsWith('warning') ? inquiryDays : disputeDueDays
  const at_ms = (unit.seconds + days * 86_400) * 1000
  unit.schedule({ id: `dispute_due:${dispute.id}`, kind: 'dispute_due', at_ms, ref: dispute.id })
}

const buildDispute = (
  { unit, options }: Paying,
  charge: Stripe.Charge,
  { reason, kind, amount = disputable(charge) }: Complaint,
): Stripe.Dispute => {
  const brand =
    charge.payment_method_details?.card?.brand ?? charge.payment_method_details?.card_present?.brand
  const isInquiry = kind === 'inquiry'
  return {
    id: unit.newId('du'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created: unit.seconds,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: noEvidence(),
    evidence_details: {
      due_by: unit.seconds + doubtsOf(options).disputeDueDays * 86_400,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: isInquiry,
    livemode: false,
    metadata: {},
    payment_intent: idOf(charge.payment_intent),
    payment_method_details: {
      type: 'card',
      card: {
        brand: brand ?? 'visa',
        case_type: isInquiry ? 'inquiry' : 'chargeback',
        network: brand ?? 'visa',
        network_reason_code: REASON_CODES[reason] ?? null,
      },
    },
    reason,
    status: isInquiry ? 'warning_needs_response' : 'needs_response',
  }
}

/** The cardholder complains to their bank: a dispute takes the money at once, an inquiry only asks. */
export const openDispute = (paying: Paying, charge: Stripe.Charge, complaint: Complaint): Stripe.Dispute => {
  const { unit } = paying
  const { kind } = complaint
  const built = buildDispute(paying, charge, complaint)
  const dispute = unit.put(kind === 'inquiry' ? built : withdraw(unit, built, charge))
  unit.put<Stripe.Charge>({ ...charge, disputed: true })
  planDue(paying, dispute)
  unit.emit('charge.dispute.created', dispute)
  if (kind === 'dispute') unit.emit('charge.dispute.funds_withdrawn', dispute)
  lapseWarnings(unit, charge.id)
  return dispute
}

/** An inquiry becomes a chargeback: now the money is taken. */
export const escalate = (paying: Paying, inquiry: Stripe.Dispute): Stripe.Dispute => {
  const { unit, options } = paying
  const { payment_method_details: details } = inquiry
  const due_by = unit.seconds + doubtsOf(options).disputeDueDays * 86_400
  const charge = unit.get('charge', idOf(inquiry.charge) ?? '')
  if (!charge) throw new Error(`inquiry ${inquiry.id} has lost its charge`)
  const dispute = unit.put<Stripe.Dispute>({
    ...withdraw(unit, inquiry, charge),
    evidence_details: { ...inquiry.evidence_details, due_by, past_due: false },
    is_charge_refundable: false,
    ...(details?.card
      ? { payment_method_details: { ...details, card: { ...details.card, case_type: 'chargeback' } } }
      : {}),
    status: 'needs_response',
  })
  planDue(paying, dispute)
  unit.emit('charge.dispute.updated', dispute, { status: inquiry.status, is_charge_refundable: true })
  unit.emit('charge.dispute.funds_withdrawn', dispute)
  return dispute
}
