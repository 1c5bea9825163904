import type { Hono } from 'hono'
import { z } from 'zod'
import { isCurrency } from '../domain/currencies.ts'
import type { Settlement } from '../domain/exchange.ts'
import { isRate, NO_EXCHANGE } from '../domain/exchange.ts'
import type { SandboxParts } from '../parts.ts'
import { readBody } from './answers.ts'
import { changeFacts } from './change-facts.ts'

const currency = z
  .string()
  .transform((code) => code.toLowerCase())
  .refine(isCurrency, 'is not a currency')

const rates = z.record(
  currency,
  z.record(currency, z.string().refine(isRate, 'must be a decimal above zero')),
)

/** What `POST /_sandbox/account` and `--settlement` take; what is not named stays. */
const accountShape = z.strictObject({
  settlement_currencies: z.array(currency).min(1).nullable().optional(),
  rates: rates.optional(),
})

/** Settings from JSON, or null when they are not possible. */
export const readSettlement = (json: string): Settlement | null => {
  try {
    const { settlement_currencies = null, rates: given = {} } = accountShape.parse(JSON.parse(json))
    return { settlement_currencies, rates: given }
  } catch {
    return null
  }
}

const withRates = (old: Settlement['rates'], given: Settlement['rates']): Settlement['rates'] => {
  const merged = { ...old }
  for (const [from, into] of Object.entries(given)) merged[from] = { ...merged[from], ...into }
  return merged
}

/** `/_sandbox/account`: which currencies the account keeps, and at which rates others are exchanged. */
export const accountRoutes = (app: Hono, parts: SandboxParts): void => {
  const show = () => ({
    default_currency: parts.store.state.tables.account.rows[0]?.default_currency ?? parts.options.currency,
    ...(parts.store.state.settlement ?? NO_EXCHANGE),
  })
  app.get('/_sandbox/account', (context) => context.json(show()))
  app.post('/_sandbox/account', async (context) => {
    const { settlement_currencies: kept, rates: given = {} } = await readBody(context, accountShape)
    await changeFacts(parts, ({ unit }) => {
      const old = unit.settlement
      unit.change.settlement = {
        settlement_currencies: kept === undefined ? old.settlement_currencies : kept,
        rates: withRates(old.rates, given),
      }
    })
    return context.json(show())
  })
}
