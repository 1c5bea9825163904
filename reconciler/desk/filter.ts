import { z } from '@hono/zod-openapi'
import { currencyField } from '#core/http/fields.ts'
import { CATEGORIES, EXCEPTION_FILTERS } from '#core/contracts/exceptions.ts'
import { SEVERITIES } from '../domain/severity.ts'
import { dateRangeShape } from '../http/wire.ts'

const STATUSES = ['open', 'resolved', 'pending_approval'] as const
const RESOLUTIONS = ['healed', 'accepted', 'write_off', 'forced_match', 'adjusted'] as const

/** Beyond what one payment may be: payouts and balances are larger. */
const AMOUNT_MAX = 999_999_999_999
/** A hundred years. */
const AGE_MAX_S = 3_155_760_000

const plain = () => ({
  status: z.enum(STATUSES).optional(),
  resolution: z.enum(RESOLUTIONS).optional(),
  category: z.enum(CATEGORIES).optional(),
  severity: z.enum(SEVERITIES).optional(),
  /** `none` asks for those that nobody owns. */
  owner: ownerField().optional(),
  currency: currencyField().optional(),
  ...dateRangeShape(),
  /** An id of the exception, its object, its payment, or Stripe's source. */
  q: z
    .string()
    .regex(/^[\w:.-]{1,120}$/, 'must be an id')
    .optional(),
})

/** Whoever an exception is given to: a person's or a token's name. */
export const ownerField = () =>
  z
    .string()
    .trim()
    .min(1)
    .max(100)
    .refine((name) => !/\p{C}/u.test(name), 'must not hold control characters')

const wholeNumber = (max: number) => z.number().int().min(0).max(max)

const numberText = (max: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, 'must be a number')
    .transform(Number)
    .refine((value) => value <= max, `must be at most ${max}`)
    .openapi({ type: 'integer', minimum: 0, maximum: max })

/** Filters of a list, as its URL has them. */
export const queryFilterShape = () => ({
  ...plain(),
  overdue: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  age_min_s: numberText(AGE_MAX_S).optional(),
  age_max_s: numberText(AGE_MAX_S).optional(),
  amount_min: numberText(AMOUNT_MAX).optional(),
  amount_max: numberText(AMOUNT_MAX).optional(),
})

/** The same filters in a body. */
export const bodyFilterSchema = () =>
  z.strictObject({
    ...plain(),
    overdue: z.boolean().optional(),
    age_min_s: wholeNumber(AGE_MAX_S).optional(),
    age_max_s: wholeNumber(AGE_MAX_S).optional(),
    amount_min: wholeNumber(AMOUNT_MAX).optional(),
    amount_max: wholeNumber(AMOUNT_MAX).optional(),
  })

/** Which exceptions: an absent key asks for all. Amounts are sizes of differences in minor units. */
export type ExceptionFilter = z.output<ReturnType<typeof bodyFilterSchema>>

/** The filter alone, of a query that holds more. */
export const filterOf = (query: ExceptionFilter): ExceptionFilter =>
  Object.fromEntries(
    EXCEPTION_FILTERS.map((key) => [key, query[key]]).filter(([, value]) => value !== undefined),
  )
