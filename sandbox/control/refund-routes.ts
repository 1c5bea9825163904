import type { Hono } from 'hono'
import { z } from 'zod'
import type { SandboxParts } from '../parts.ts'
import { askForDetails, returnRefund, succeedRefund } from '../resources/refund-build.ts'
import { ControlFailure, readBody } from './answers.ts'
import { changeFacts } from './change-facts.ts'

const shape = z.strictObject({
  action: z.enum(['fail', 'succeed', 'require_action']),
  failure_reason: z
    .enum([
      'lost_or_stolen_card',
      'expired_or_canceled_card',
      'charge_for_pending_refund_disputed',
      'insufficient_funds',
      'declined',
      'merchant_request',
      'unknown',
    ])
    .optional(),
})

/** From which states an action is possible: a succeeded refund may still fail. */
const FROM: Readonly<Record<'fail' | 'succeed' | 'require_action', readonly (string | null)[]>> = {
  fail: ['succeeded', 'pending', 'requires_action'],
  succeed: ['pending', 'requires_action'],
  require_action: ['pending'],
}

/** `/_sandbox/refunds/{id}`: what becomes of a refund at the customer's bank. */
export const refundRoutes = (app: Hono, parts: SandboxParts): void => {
  app.post('/_sandbox/refunds/:id', async (context) => {
    const { action, failure_reason } = await readBody(context, shape)
    const id = context.req.param('id')
    const refund = await changeFacts(parts, (paying) => {
      const found = paying.unit.get('refund', id)
      if (!found) throw new ControlFailure(404, 'not_found', `There is no refund ${id}.`)
      if (!FROM[action].includes(found.status))
        throw new ControlFailure(400, 'wrong_state', `${id} is ${found.status}: it cannot ${action}.`)
      if (action === 'fail') return returnRefund(paying, found, 'failed', failure_reason)
      return action === 'succeed' ? succeedRefund(paying, found) : askForDetails(paying, found)
    })
    return context.json(refund)
  })
}
