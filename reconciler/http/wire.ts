import { z } from '@hono/zod-openapi'
import { isBusinessDate } from '#core/business-date.ts'
import { toWireAmount } from '#core/money.ts'
import type { Role } from '#core/access/roles.ts'

/** Who sees reconciliation, and who may start a run (architecture §3.1, roles). */
export const READERS: readonly Role[] = ['finance', 'manager', 'auditor']
export const STARTERS: readonly Role[] = ['finance', 'manager']
/** Who works at the exception desk; who of them agrees to what moves money there, its amount says (`write_off_tiers`). */
export const ACTORS: readonly Role[] = ['finance', 'manager']

/** A business date in a body or query. */
export const dateField = () =>
  z
    .string()
    .refine(isBusinessDate, 'must be a date, YYYY-MM-DD')
    .openapi({ type: 'string', format: 'date', example: '2026-03-29' })

/** A range of business dates, both ends included. */
export const dateRangeShape = () => ({ from: dateField().optional(), to: dateField().optional() })

/** Refines a query or body with `from` and `to`: in order, at most `daysMax` apart. */
export const dateRangeRule =
  (daysMax: number) =>
  (value: { from?: string | undefined; to?: string | undefined }, context: z.RefinementCtx): void => {
    if (value.from === undefined || value.to === undefined) return
    const days = (Date.parse(value.to) - Date.parse(value.from)) / 86_400_000
    if (days >= 0 && days < daysMax) return
    const message = days < 0 ? 'must not be after to' : `must be less than ${daysMax} days before to`
    context.addIssue({ code: 'custom', path: ['from'], message })
  }

/** Path parameter `id` of one of our or Stripe's objects. */
export const idParams = (prefix: string) =>
  z.strictObject({ id: z.string().regex(new RegExp(`^${prefix}_\\w{1,80}$`)) })

/** JSON integer of a bigint column, or of a decimal string inside a stored JSON. */
export const wire = (amount: bigint | string): number => toWireAmount(BigInt(amount))

export const instant = (at: Date | null): string | null => at?.toISOString() ?? null

/** A signed amount of minor units on the wire. */
export const signedAmount = () => z.number().int()
