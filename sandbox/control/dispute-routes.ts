import type { Hono } from 'hono'
import type Stripe from 'stripe'
import { z } from 'zod'
import type { SandboxParts } from '../parts.ts'
import { isInquiry, isOpen, loseDispute, winDispute } from '../resources/dispute-closing.ts'
import { disputable, escalate, openDispute } from '../resources/dispute-opening.ts'
import { ControlFailure, readBody } from './answers.ts'
import { changeFacts } from './change-facts.ts'

/** Reasons a cardholder may give (stripe.md §6). */
const REASONS = [
  'bank_cannot_process',
  'credit_not_processed',
  'customer_initiated',
  'duplicate',
  'fraudulent',
  'general',
  'noncompliant',
  'product_not_received',
  'product_unacceptable',
  'subscription_canceled',
  'unrecognized',
] as const

const openShape = z.strictObject({
  charge: z.string(),
  reason: z.enum(REASONS).default('fraudulent'),
  kind: z.enum(['dispute', 'inquiry']).default('dispute'),
  // Left out: all that was captured and not given back.
  amount: z.number().int().min(1).optional(),
})

const decideShape = z.strictObject({ action: z.enum(['win', 'lose', 'escalate']) })

const ACTIONS = { win: winDispute, lose: loseDispute, escalate } as const

const refuseState = (dispute: Stripe.Dispute, action: keyof typeof ACTIONS): void => {
  if (isOpen(dispute) && (action !== 'escalate' || isInquiry(dispute))) return
  throw new ControlFailure(400, 'wrong_state', `${dispute.id} is ${dispute.status}: it cannot ${action}.`)
}

/** `/_sandbox/disputes`: what cardholders and their banks do. */
export const disputeRoutes = (app: Hono, parts: SandboxParts): void => {
  app.post('/_sandbox/disputes', async (context) => {
    const { charge: id, reason, kind, amount } = await readBody(context, openShape)
    const dispute = await changeFacts(parts, (paying) => {
      const charge = paying.unit.get('charge', id)
      if (!charge) throw new ControlFailure(404, 'not_found', `There is no charge ${id}.`)
      if (disputable(charge) < (amount ?? 1))
        throw new ControlFailure(400, 'wrong_state', `${id} has only ${disputable(charge)} left to dispute.`)
      if (paying.unit.where('dispute', 'charge', id).some(isOpen))
        throw new ControlFailure(400, 'wrong_state', `${id} is disputed already.`)
      return openDispute(paying, charge, { reason, kind, amount })
    })
    return context.json(dispute, 201)
  })
  app.post('/_sandbox/disputes/:id', async (context) => {
    const { action } = await readBody(context, decideShape)
    const id = context.req.param('id')
    const dispute = await changeFacts(parts, (paying) => {
      const found = paying.unit.get('dispute', id)
      if (!found) throw new ControlFailure(404, 'not_found', `There is no dispute ${id}.`)
      refuseState(found, action)
      return ACTIONS[action](paying, found)
    })
    return context.json(dispute)
  })
}
