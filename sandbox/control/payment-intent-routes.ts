import type { Hono } from 'hono'
import { z } from 'zod'
import type { SandboxParts } from '../parts.ts'
import { endAuthentication } from '../resources/payment-intent-confirm.ts'
import { ControlFailure, readBody } from './answers.ts'
import { changeFacts } from './change-facts.ts'

const authenticateShape = z.strictObject({ outcome: z.enum(['succeed', 'fail']) })

/** `/_sandbox/payment_intents/{id}/authenticate`: the customer answers their bank, which Stripe leaves to a browser. */
export const paymentIntentRoutes = (app: Hono, parts: SandboxParts): void => {
  app.post('/_sandbox/payment_intents/:id/authenticate', async (context) => {
    const { outcome } = await readBody(context, authenticateShape)
    const id = context.req.param('id')
    const intent = await changeFacts(parts, (paying) => {
      const found = paying.unit.get('payment_intent', id)
      if (!found) throw new ControlFailure(404, 'not_found', `There is no payment intent ${id}.`)
      if (found.status !== 'requires_action')
        throw new ControlFailure(400, 'wrong_state', `${id} is ${found.status}, not requires_action.`)
      return endAuthentication(paying, found, outcome)
    })
    return context.json(intent)
  })
}
