import type Stripe from 'stripe'
import type { Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { invalid, missing } from '../http/errors.ts'
import { page, pageFields } from '../http/pages.ts'
import type { ReadBy } from '../http/readers.ts'
import { fields, flag, mergeMetadata, metadata, oneOf, text } from '../http/readers.ts'
import { decideByEvidence, isInquiry, isOpen, loseDispute } from './dispute-closing.ts'
import { changeEvidence, evidenceShape, hasEvidence } from './dispute-evidence.ts'

const path = '/v1/disputes'

const loadDispute = (call: Call): Stripe.Dispute => {
  const dispute = call.unit.get('dispute', call.id)
  if (!dispute || call.view.isHidden(dispute)) throw missing('dispute', call.id, 'dispute')
  return dispute
}

/** A dispute as it is shown now, its rows too. */
const show = ({ view, unit }: Call, dispute: Stripe.Dispute): Stripe.Dispute => view.show(dispute, unit.at_ms)

const updateShape = fields({
  evidence: evidenceShape,
  intended_submission_method: oneOf('manual', 'prefer_manual', 'prefer_smart_disputes', 'smart_disputes'),
  metadata,
  submit: flag,
})

const refuseClosed = (dispute: Stripe.Dispute): void => {
  if (!isOpen(dispute)) throw invalid(`This dispute is already closed: its status is ${dispute.status}.`)
}

const update = (call: Call, params: NonNullable<ReadBy<typeof updateShape>>): Stripe.Dispute => {
  const old = loadDispute(call)
  if (params.evidence) refuseClosed(old)
  const evidence = params.evidence ? changeEvidence(old.evidence, params.evidence) : old.evidence
  // Evidence is sent to the bank unless the caller says that it is only being gathered.
  const isSent = params.evidence !== undefined && params.submit !== false
  const isLateSubmit = params.evidence === undefined && params.submit === true && isOpen(old)
  const isSubmitted = (isSent || isLateSubmit) && hasEvidence(evidence)
  const { submission_count, submission_method } = old.evidence_details
  const changed = call.unit.put<Stripe.Dispute>({
    ...old,
    evidence,
    evidence_details: {
      ...old.evidence_details,
      has_evidence: hasEvidence(evidence),
      submission_count: submission_count + (isSubmitted ? 1 : 0),
      submission_method: isSubmitted ? 'manual' : submission_method,
    },
    intended_submission_method: params.intended_submission_method ?? old.intended_submission_method,
    metadata: mergeMetadata(old.metadata, params.metadata),
    status: !isSubmitted ? old.status : isInquiry(old) ? 'warning_under_review' : 'under_review',
  })
  call.unit.emit('charge.dispute.updated', changed, {
    ...(changed.status === old.status ? {} : { status: old.status }),
    ...(params.evidence ? { evidence: old.evidence } : {}),
    ...(params.metadata === undefined ? {} : { metadata: old.metadata }),
  })
  return show(call, isSubmitted ? decideByEvidence(call, changed) : changed)
}

export const disputeEndpoints: readonly Endpoint[] = [
  endpoint('GET', path, pageFields({ charge: text(), payment_intent: text() }), (call, params) =>
    page(call.view.rows('dispute'), params, path, (dispute) => {
      const fits =
        (params.charge === undefined || dispute.charge === params.charge) &&
        (params.payment_intent === undefined || dispute.payment_intent === params.payment_intent)
      return fits && !call.view.isHidden(dispute) ? show(call, dispute) : null
    }),
  ),
  endpoint('GET', `${path}/:id`, fields({}), (call) => show(call, loadDispute(call))),
  endpoint('POST', `${path}/:id`, updateShape, update),
  endpoint('POST', `${path}/:id/close`, fields({}), (call) => {
    const dispute = loadDispute(call)
    refuseClosed(dispute)
    return show(call, loseDispute(call, dispute))
  }),
]
