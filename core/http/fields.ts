import { z } from '@hono/zod-openapi'
import { amountFitsCurrency, isCurrency } from '../currencies.ts'
import type { ErrorCode } from '../error-codes.ts'

/** Stripe takes at most eight digits of minor units (stripe.md §1). */
export const AMOUNT_MAX = 99_999_999

/** Gives an issue a code of its own in place of `validation_failed`. */
export const withCode = (code: ErrorCode, message: string) => ({ message, params: { code } })

/** An amount of minor units from `min` on, as a JSON integer; a bigint behind the door. `amount_invalid` otherwise. */
export const amountField = (min: 0 | 1 = 1) =>
  z
    .custom<number>((value) => typeof value === 'number', 'must be a JSON integer of minor units')
    .refine(
      (value) => Number.isSafeInteger(value) && !Object.is(value, -0) && value >= min && value <= AMOUNT_MAX,
      withCode('amount_invalid', `must be an integer from ${min} to ${AMOUNT_MAX}`),
    )
    .transform((value) => BigInt(value))
    .openapi({ type: 'integer', minimum: min, maximum: AMOUNT_MAX })

/** A lower-case currency code that the platform can count. */
export const currencyField = () =>
  z
    .string()
    .refine(isCurrency, withCode('currency_amount_invalid', 'must be a lower-case currency code'))
    .openapi({ example: 'gbp' })

/** True when the amount is one that the currency can count; for refinements across fields. */
export const fits = (amountMinor: bigint, currency: string): boolean =>
  !isCurrency(currency) || amountFitsCurrency(amountMinor, currency)

const CONTROL = /[\u0000-\u001f\u007f]/

/** Text of one line that a person wrote or another system refers by. */
export const textField = (max = 500) =>
  z
    .string()
    .min(1)
    .refine((text) => text.length <= max, withCode('metadata_invalid', `must have at most ${max} characters`))
    .refine((text) => !CONTROL.test(text), withCode('metadata_invalid', 'must not hold control characters'))
    .openapi({ maxLength: max })

/** Stripe's 50, less the three keys that tie its objects to ours. */
const METADATA_KEYS_MAX = 47
const METADATA_KEY_MAX = 40

/** Stripe's limits for metadata: keys of 40 characters, values of 500. Keys of our own are refused. */
export const metadataField = () =>
  z
    .record(
      z
        .string()
        .refine(
          (key) => key.length <= METADATA_KEY_MAX && !CONTROL.test(key) && !key.startsWith('tillwatch_'),
          withCode('metadata_invalid', `a key must have at most ${METADATA_KEY_MAX} characters`),
        ),
      textField(500),
    )
    .refine(
      (metadata) => Object.keys(metadata).length <= METADATA_KEYS_MAX,
      withCode('metadata_invalid', `must have at most ${METADATA_KEYS_MAX} keys`),
    )
    .openapi({ type: 'object', additionalProperties: { type: 'string' } })

/** An RFC 3339 instant with its offset, years 1970 to 9999. */
export const instantField = () =>
  z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .refine((at) => at.getTime() >= 0, 'must be in 1970 or later')
    .openapi({ type: 'string', format: 'date-time' })

/** An id with our or Stripe's prefix. */
export const idField = (...prefixes: string[]) =>
  z
    .string()
    .regex(new RegExp(`^(?:${prefixes.join('|')})_[A-Za-z0-9_]{4,80}$`), 'is not an id of this kind')
    .openapi({ example: `${prefixes[0] ?? ''}_01k0000000` })
