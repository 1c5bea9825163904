import type { Hono } from 'hono'
import type Stripe from 'stripe'
import { z } from 'zod'
import type { SandboxParts } from '../parts.ts'
import { randomText } from '../ids.ts'
import { ControlFailure, readBody, readNumber } from './answers.ts'

type Total = { currency: string; count: number; amount: number; refunded: number }

const sumCharges = (charges: readonly Stripe.Charge[]) => {
  const totals = new Map<string, Total>()
  const by_sale: Record<string, number> = {}
  for (const charge of charges) {
    const { currency } = charge
    const total = totals.get(currency) ?? { currency, count: 0, amount: 0, refunded: 0 }
    total.count += 1
    total.amount += charge.amount_captured
    total.refunded += charge.amount_refunded
    totals.set(currency, total)
    const sale = charge.metadata.tillwatch_sale
    if (sale) by_sale[sale] = (by_sale[sale] ?? 0) + 1
  }
  return { count: charges.length, totals: [...totals.values()], by_sale }
}

const chargeRoutes = (app: Hono, { store, clock }: SandboxParts): void => {
  app.get('/_sandbox/charges', (context) => {
    const from = readNumber(context, 'from_ms', 0)
    const to = readNumber(context, 'to_ms', Number.MAX_SAFE_INTEGER)
    const charges = store.view
      .rows('charge')
      .filter((charge) => !store.view.isHidden(charge))
      .map((charge) => store.view.show(charge, clock.now()))
      .filter((charge) => charge.created * 1000 >= from && charge.created * 1000 < to)
      .filter((charge) => charge.status === 'succeeded' && charge.captured)
    const sums = sumCharges(charges)
    return context.json(context.req.query('data') === '1' ? { ...sums, data: charges } : sums)
  })
}

/** A secret and how long the old ones still sign beside it. */
const rollShape = z.strictObject({ keep_for_s: z.number().int().min(0).max(86_400).default(86_400) })

const secretRoutes = (app: Hono, { store, clock, env }: SandboxParts): void => {
  app.post('/_sandbox/webhook_endpoints/:id/roll', async (context) => {
    const { keep_for_s } = await readBody(context, rollShape)
    const endpoint = context.req.param('id')
    const old = store.state.secrets.get(endpoint)
    if (!old) throw new ControlFailure(404, 'not_found', `There is no webhook endpoint ${endpoint}.`)
    const unit = store.begin(clock.now())
    const until_ms = unit.at_ms + keep_for_s * 1000
    const secret = `whsec_${randomText(env.random, 32)}`
    const kept = old.secrets
      .filter((entry) => entry.until_ms === null || entry.until_ms > unit.at_ms)
      .map((entry) => ({ ...entry, until_ms: entry.until_ms ?? until_ms }))
    unit.change.secrets = [{ endpoint, secrets: [{ secret, until_ms: null }, ...kept] }]
    store.commit(unit)
    await store.durable()
    return context.json({ id: endpoint, secret }, 201)
  })
}

/** Charges, payouts, journal and state of the sandbox, as its own control plane shows them. */
export const factsRoutes = (app: Hono, parts: SandboxParts): void => {
  chargeRoutes(app, parts)
  secretRoutes(app, parts)
  app.get('/_sandbox/journal', (context) => {
    const limit = Math.min(1_000, Math.max(1, readNumber(context, 'limit', 100)))
    const data = parts.store.journal.after(readNumber(context, 'after', 0), limit)
    return context.json({ data, next: data.at(-1)?.seq ?? null })
  })
  app.get('/_sandbox/state', (context) => {
    const { state } = parts.store
    return context.json({ objects: state.factCount(), first_object: state.first_object_ms })
  })
}
