import { z } from '@hono/zod-openapi'
import { AMOUNT_MAX, currencyField, instantField, textField } from '#core/http/fields.ts'
import { rangeRule, rangeShape } from '#core/http/page.ts'
import { PAYMENT_STATUSES } from '../domain/payment-state.ts'

const REF_MAX = 100
const SEARCH_MAX = 300
const HOURS_MAX = 366 * 24

const amountParameter = () =>
  z
    .string()
    .regex(/^\d{1,8}$/, 'must be an integer of minor units')
    .transform((text) => BigInt(text))
    .openapi({ type: 'integer', minimum: 0, maximum: AMOUNT_MAX })

/** A store or till; Grafana's links say `All` where no store is chosen, which no id can be. */
const nameParameter = (what: string) =>
  z
    .string()
    .regex(/^(?:All|[a-z0-9_-]{1,40})$/, `is not a ${what} id`)
    .transform((name) => (name === 'All' ? undefined : name))

const flag = () => z.enum(['true', 'false']).transform((word) => word === 'true')

/** Filters of the list of payments, of its counts and of its export; the same in all three. */
export const filterShape = () => ({
  status: z.enum(PAYMENT_STATUSES).optional(),
  method: z.enum(['card', 'cash', 'check']).optional(),
  ...rangeShape(),
  hours: z
    .string()
    .regex(/^\d{1,4}$/, 'must be a number of hours')
    .transform(Number)
    .refine((hours) => hours >= 1 && hours <= HOURS_MAX, `must be 1 to ${HOURS_MAX}`)
    .optional()
    .openapi({ type: 'integer', description: 'The hours before `to`, or before now' }),
  amount_min: amountParameter().optional(),
  amount_max: amountParameter().optional(),
  currency: currencyField().optional(),
  store: nameParameter('store').optional(),
  till_id: nameParameter('till').optional(),
  customer_ref: textField(REF_MAX).optional(),
  external_ref: textField(REF_MAX).optional(),
  last4: z
    .string()
    .regex(/^\d{4}$/, 'must be four digits')
    .optional(),
  brand: z
    .string()
    .regex(/^[a-z_]{1,30}$/, 'is not a card brand')
    .optional(),
  decline_code: z
    .string()
    .regex(/^[a-z_]{1,60}$/, 'is not a decline code')
    .optional(),
  refunded: flag().optional().openapi({ description: 'Something was given back' }),
  disputed: flag().optional().openapi({ description: 'There is a dispute about it' }),
  q: textField(SEARCH_MAX)
    .optional()
    .openapi({ description: 'status:failed amount:>10 -currency:usd customer:"J. Doe", or any id' }),
})

interface Ranges {
  readonly from?: unknown
  readonly to?: unknown
  readonly hours?: unknown
  readonly amount_min?: unknown
  readonly amount_max?: unknown
}

/** Rules across filters: ranges are not upside down, and `hours` takes the place of `from`. */
export const filterRules = (query: Ranges, context: z.RefinementCtx): void => {
  rangeRule(query, context)
  const { from, hours, amount_min: min, amount_max: max } = query
  const say = (path: string, message: string): void => {
    context.addIssue({ code: 'custom', path: [path], message })
  }
  if (typeof min === 'bigint' && typeof max === 'bigint' && min > max)
    say('amount_min', 'must not be more than amount_max')
  if (hours !== undefined && from !== undefined) say('hours', 'not together with from')
}

const filterSchema = z.strictObject(filterShape())
export type Filters = z.output<typeof filterSchema>

/** An instant for the `created` field of a search; kept here so that both read times alike. */
export const readInstant = (text: string): Date | undefined => instantField().safeParse(text).data
