import type { Hono } from 'hono'
import { z } from 'zod'
import { isCurrency } from '../domain/currencies.ts'
import { BALANCE_TYPES } from '../domain/payout-batches.ts'
import type { SandboxParts } from '../parts.ts'
import { FRAUD_TYPES, warnOfFraud } from '../resources/early-fraud-warnings.ts'
import { arriveTopup, failTopup, reverseTopup } from '../resources/topups.ts'
import { kindOf } from '../store/objects.ts'
import { book } from '../store/book.ts'
import type { Unit } from '../store/unit.ts'
import { ControlFailure, readBody, readNumber } from './answers.ts'
import { changeFacts } from './change-facts.ts'

const amount = z.number().int().min(-99_999_999).max(99_999_999)

const rowShape = z.strictObject({
  type: z.string().min(1).max(100),
  reporting_category: z.string().min(1).max(100),
  amount,
  fee: amount.min(0).default(0),
  currency: z
    .string()
    .transform((code) => code.toLowerCase())
    .refine(isCurrency, 'is not a currency'),
  balance_type: z.enum(BALANCE_TYPES).default('payments'),
  description: z.string().nullable().default(null),
  // The id of something this sandbox does not keep: what it does keep has all its rows.
  source: z
    .string()
    .refine((id) => kindOf(id) === undefined, 'names an object of this sandbox')
    .nullable()
    .default(null),
  // Seconds; left out, the money is there at once.
  available_on: z.number().int().min(0).optional(),
  // The other half: the same money out of, or into, another balance, in the same commit.
  counter_balance_type: z.enum(BALANCE_TYPES).optional(),
})

const bookRow = (unit: Unit, asked: z.output<typeof rowShape>): object => {
  const { available_on, counter_balance_type: counter, ...booking } = asked
  const available_ms = available_on === undefined ? null : available_on * 1000
  const row = book(unit, { ...booking, available_ms })
  // Money that is there at once is told of, as money that becomes available later is.
  if (available_ms === null && asked.amount > 0)
    unit.scheduleOnce({ id: `available:${unit.at_ms}`, kind: 'available', at_ms: unit.at_ms, ref: '' })
  if (counter !== undefined)
    book(unit, { ...booking, amount: -asked.amount, fee: 0, balance_type: counter, available_ms })
  return row
}

/** `POST /_sandbox/rows`: Stripe books a movement of any type and category on its own account. */
const rowRoutes = (app: Hono, parts: SandboxParts): void => {
  app.post('/_sandbox/rows', async (context) => {
    const asked = await readBody(context, rowShape)
    if (asked.counter_balance_type === asked.balance_type)
      throw new ControlFailure(400, 'invalid_body', 'Both halves would be in the same balance.')
    return context.json(await changeFacts(parts, ({ unit }) => bookRow(unit, asked)), 201)
  })
  app.get('/_sandbox/balance', (context) => {
    const at = readNumber(context, 'at_ms', Number.MAX_SAFE_INTEGER)
    return context.json({ data: parts.store.state.money.balanceBefore(at) })
  })
}

const warningShape = z.strictObject({
  charge: z.string(),
  fraud_type: z.enum(FRAUD_TYPES).default('unauthorized_use_of_card'),
})

const warningRoutes = (app: Hono, parts: SandboxParts): void => {
  app.post('/_sandbox/early_fraud_warnings', async (context) => {
    const { charge: id, fraud_type } = await readBody(context, warningShape)
    const warning = await changeFacts(parts, ({ unit }) => {
      const charge = unit.get('charge', id)
      if (!charge) throw new ControlFailure(404, 'not_found', `There is no charge ${id}.`)
      if (charge.status !== 'succeeded')
        throw new ControlFailure(400, 'wrong_state', `${id} is ${charge.status}: nothing was paid.`)
      return warnOfFraud(unit, charge, fraud_type)
    })
    return context.json(warning, 201)
  })
}

const topupShape = z.strictObject({ action: z.enum(['succeed', 'fail', 'reverse']) })

const topupRoutes = (app: Hono, parts: SandboxParts): void => {
  app.post('/_sandbox/topups/:id', async (context) => {
    const { action } = await readBody(context, topupShape)
    const id = context.req.param('id')
    const changed = await changeFacts(parts, ({ unit }) => {
      const topup = unit.get('topup', id)
      if (!topup) throw new ControlFailure(404, 'not_found', `There is no top-up ${id}.`)
      if (topup.status !== (action === 'reverse' ? 'succeeded' : 'pending'))
        throw new ControlFailure(400, 'wrong_state', `${id} is ${topup.status}: it cannot ${action}.`)
      if (action === 'fail') return failTopup(unit, topup)
      if (action === 'reverse') return reverseTopup(unit, topup)
      arriveTopup(unit, id)
      ;(unit.change.done ??= []).push(`topup:${id}`)
      return unit.get('topup', id) ?? topup
    })
    return context.json(changed)
  })
}

/** Movements that neither shop nor customer makes: Stripe's own rows, warnings of fraud, and what becomes of top-ups. */
export const movementRoutes = (app: Hono, parts: SandboxParts): void => {
  rowRoutes(app, parts)
  warningRoutes(app, parts)
  topupRoutes(app, parts)
}
