import type { Hono } from 'hono'
import { z } from 'zod'
import { NAMED_SETS, SET_NAMES } from '../faults/named-sets.ts'
import { ruleShape } from '../faults/rule.ts'
import type { SandboxParts } from '../parts.ts'
import { readBody } from './answers.ts'

const RULES_MAX = 50

const faultsShape = z
  .strictObject({
    name: z.enum(SET_NAMES).optional(),
    rules: z.array(ruleShape).min(1).max(RULES_MAX).optional(),
    seed: z.number().int().min(0).max(0xffff_ffff).default(1),
  })
  .refine(({ name, rules }) => (name === undefined) !== (rules === undefined), {
    path: ['name'],
    message: 'either name or rules is needed, not both',
  })

/** `/_sandbox/faults`: what breaks on the way to this Stripe and back. The control plane itself never breaks. */
export const faultRoutes = (app: Hono, { faults, store }: SandboxParts): void => {
  app.get('/_sandbox/faults', (context) => context.json(faults.show()))
  app.post('/_sandbox/faults', async (context) => {
    const { name, rules, seed } = await readBody(context, faultsShape)
    faults.set(name ?? null, name === undefined ? (rules ?? []) : NAMED_SETS[name], seed)
    await store.durable()
    return context.json(faults.show())
  })
  app.delete('/_sandbox/faults', async (context) => {
    const last = faults.show()
    faults.end()
    await store.durable()
    return context.json({ ...last, ended: true })
  })
}
