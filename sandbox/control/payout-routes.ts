import type { Hono } from 'hono'
import type Stripe from 'stripe'
import { z } from 'zod'
import { makeEdit, undoEdit } from '../edits/make-edit.ts'
import type { SandboxParts } from '../parts.ts'
import { cancelPayout, makePayout } from '../resources/manual-payouts.ts'
import type { PayoutFailure } from '../resources/payouts.ts'
import { failPayout, PAYOUT_FAILURES } from '../resources/payouts.ts'
import { ControlFailure, readBody } from './answers.ts'
import { changeFacts } from './change-facts.ts'

const ENDED = new Set(['paid', 'failed', 'canceled'])

const FAILURES = Object.keys(PAYOUT_FAILURES) as [PayoutFailure, ...PayoutFailure[]]

const actionShape = z.strictObject({
  action: z.enum(['hold', 'release', 'fail', 'cancel']),
  failure_code: z.enum(FAILURES).default('account_closed'),
})

const createShape = z.strictObject({
  amount: z.number().int().min(1).max(99_999_999),
  currency: z.string().length(3),
  method: z.enum(['standard', 'instant']).default('standard'),
  description: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
})

const findHold = ({ store }: SandboxParts, id: string) =>
  [...store.state.edits.values()].find((edit) => edit.op === 'hold_payout' && edit.target === id)

/** A payout on its way or paid can be sent back by the bank; one that came back, or brings money back, cannot. */
const refuseFailure = (payout: Stripe.Payout): void => {
  const canFail = ['pending', 'in_transit', 'paid'].includes(payout.status)
  if (canFail && payout.amount > 0 && payout.reversed_by === null) return
  throw new ControlFailure(400, 'wrong_state', `${payout.id} is ${payout.status}: it cannot fail.`)
}

type Ending = { action: 'fail' | 'cancel'; failure_code: PayoutFailure }

const end = (parts: SandboxParts, id: string, { action, failure_code }: Ending): Promise<Stripe.Payout> =>
  changeFacts(parts, ({ unit }) => {
    const payout = unit.get('payout', id)
    if (!payout) throw new ControlFailure(404, 'not_found', `There is no payout ${id}.`)
    if (action === 'cancel') return cancelPayout(unit, payout)
    refuseFailure(payout)
    return failPayout(unit, payout, failure_code)
  })

/** What a hold becomes: it is made, or taken away before anything else happens to the payout. */
const changeHold = (parts: SandboxParts, id: string, action: string): void => {
  const holding = findHold(parts, id)
  if (action === 'hold') holding ?? makeEdit(parts, { op: 'hold_payout', id })
  else if (holding) undoEdit(parts, holding.id)
}

/** `/_sandbox/payouts`: what a person, Stripe and the bank do with payouts. */
export const payoutRoutes = (app: Hono, parts: SandboxParts): void => {
  const { store, clock } = parts
  app.get('/_sandbox/payouts', (context) => {
    const shown = store.view.rows('payout').filter((payout) => !store.view.isHidden(payout))
    const data = shown.map((payout) => store.view.show(payout, clock.now())).reverse()
    const open = data.filter(({ status }) => !ENDED.has(status)).length
    return context.json({ open, unpaid: store.state.money.unpaidCount(), data })
  })
  app.post('/_sandbox/payouts', async (context) => {
    const { description, metadata, ...asked } = await readBody(context, createShape)
    const payout = await changeFacts(parts, ({ unit }) =>
      makePayout(
        { unit, store },
        {
          ...asked,
          description,
          metadata,
          destination: undefined,
          payout_method: undefined,
          source_type: undefined,
          statement_descriptor: undefined,
        },
      ),
    )
    return context.json(payout, 201)
  })
  app.post('/_sandbox/payouts/:id', async (context) => {
    const { action, failure_code } = await readBody(context, actionShape)
    const id = context.req.param('id')
    changeHold(parts, id, action)
    if (action === 'fail' || action === 'cancel') await end(parts, id, { action, failure_code })
    await store.durable()
    const payout = store.view.find('payout', id, clock.now())
    if (!payout) throw new ControlFailure(404, 'not_found', `There is no payout ${id}.`)
    return context.json(payout)
  })
}
