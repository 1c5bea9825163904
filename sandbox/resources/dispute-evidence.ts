import type Stripe from 'stripe'
import { invalid } from '../http/errors.ts'
import { emptyable, fields, text } from '../http/readers.ts'

/** Every plain piece of evidence Stripe takes; the ones that are files are given by the file's id. */
const PIECES = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_communication',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'customer_signature',
  'duplicate_charge_documentation',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'receipt',
  'refund_policy',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'service_documentation',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_documentation',
  'shipping_tracking_number',
  'uncategorized_file',
  'uncategorized_text',
] as const

type Piece = (typeof PIECES)[number]
export type Pieces = Record<Piece, string | null>

const TEXT_MAX = 150_000

const piece = emptyable(text(20_000))
const pieceReaders = Object.fromEntries(PIECES.map((name) => [name, piece])) as Record<Piece, typeof piece>

/** Reader of `evidence`. */
export const evidenceShape = fields(pieceReaders)

/** Evidence with nothing in it. */
export const noEvidence = (): Stripe.Dispute.Evidence => ({
  ...(Object.fromEntries(PIECES.map((name) => [name, null])) as Pieces),
  enhanced_evidence: {},
})

/** Evidence after a change: a piece with an empty value is taken away. Refuses more text than Stripe takes in all. */
export const changeEvidence = (
  old: Stripe.Dispute.Evidence,
  change: Partial<Record<Piece, string | null | undefined>>,
): Stripe.Dispute.Evidence => {
  const said = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  const evidence = { ...old, ...said } as Stripe.Dispute.Evidence
  const length = PIECES.reduce(
    (sum, name) => sum + (typeof evidence[name] === 'string' ? evidence[name].length : 0),
    0,
  )
  if (length > TEXT_MAX)
    throw invalid(`The evidence may have at most ${TEXT_MAX} characters in all.`, { param: 'evidence' })
  return evidence
}

/** True when any piece is there. */
export const hasEvidence = (evidence: Stripe.Dispute.Evidence): boolean =>
  PIECES.some((name) => evidence[name] !== null)
