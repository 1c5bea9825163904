import type { z } from '@hono/zod-openapi'
import { currencyExponent, isCurrency } from '../currencies.ts'
import { ERROR_CODES, type ErrorCode } from '../error-codes.ts'
import { TillwatchError, type Issue } from '../errors.ts'

type ZodIssue = z.core.$ZodIssue

const isErrorCode = (value: unknown): value is ErrorCode => typeof value === 'string' && value in ERROR_CODES

/** The code that a field asked for with `withCode`, also from inside a union or a record's key. */
const ownCodeOf = (issue: ZodIssue): ErrorCode | undefined => {
  if (issue.code === 'custom') {
    const code: unknown = issue.params?.['code']
    return isErrorCode(code) ? code : undefined
  }
  if (issue.code === 'invalid_key') return issue.issues.map(ownCodeOf).find((code) => code !== undefined)
  return undefined
}

/** One code for all issues: their own when they agree, `validation_failed` when anything else is wrong too. */
const codeOfIssues = (issues: readonly ZodIssue[]): ErrorCode => {
  const codes = new Set(issues.map((issue) => ownCodeOf(issue) ?? 'validation_failed'))
  const [only] = codes
  return codes.size === 1 && only ? only : 'validation_failed'
}

/** Decimals in a currency that has none are the currency's mistake, not the amount's (reliability.md §5). */
const hasDecimalsInWholeCurrency = (issues: readonly ZodIssue[], value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false
  const { currency } = value as { currency?: unknown }
  if (typeof currency !== 'string' || !isCurrency(currency) || currencyExponent(currency) > 0) return false
  return issues.some((issue) => {
    const amount = issue.path.reduce<unknown>(
      (part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key],
      value,
    )
    return typeof amount === 'number' && Number.isFinite(amount) && !Number.isInteger(amount)
  })
}

/** Issues as clients see them: where and why, never the value. */
const toWireIssues = (issues: readonly ZodIssue[]): Issue[] =>
  issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))

/** A body against its schema. Throws `validation_failed`, or the one code that the wrong fields ask for. */
export const validateBody = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { issues } = result.error
  const code = codeOfIssues(issues)
  const shown =
    code === 'amount_invalid' && hasDecimalsInWholeCurrency(issues, value) ? 'currency_amount_invalid' : code
  throw new TillwatchError(shown, undefined, { details: { issues: toWireIssues(issues) } })
}

/** Parameters against their schema. Throws `query_invalid`: an unknown one is never ignored. */
export const validateQuery = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new TillwatchError('query_invalid', undefined, {
    details: { issues: toWireIssues(result.error.issues) },
  })
}

/** Path parameters against their schema. What is not an id names nothing: `not_found`. */
export const validateParams = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new TillwatchError('not_found')
}
