import { z } from '@hono/zod-openapi'
import type { PaymentRow } from '../payments/payment-wire.ts'
import { timePosition } from '#core/http/page.ts'
import type { Condition } from './where.ts'

/** Orders of the list; `-` is downwards, as in JSON:API. */
export const SORTS = ['-created', 'created', '-amount', 'amount'] as const
export type Sort = (typeof SORTS)[number]

const amountPosition = z.strictObject({
  amount: z.number().int().nonnegative(),
  id: z.string().regex(/^pay_[\w-]{1,100}$/),
})

/** Where a page ended: the sorted column and the id, so that a payment made meanwhile moves no other. */
export const positionSchema = z.union([timePosition('pay'), amountPosition])
export type Position = z.output<typeof positionSchema>

const isByAmount = (sort: Sort): boolean => sort.endsWith('amount')

/** True when a cursor is of a list in this order; one that could not be read has its own complaint already. */
export const fitsSort = (sort: Sort, position: Position): boolean =>
  typeof position !== 'object' || 'amount' in position === isByAmount(sort)

/** The position of a row in a list in this order, as its cursor carries it. */
export const positionOf =
  (sort: Sort) =>
  ({ created_at: at, amount, id }: PaymentRow) =>
    isByAmount(sort) ? { amount: Number(amount), id } : { at, id }

/** ORDER BY of an order; the id makes it total. */
export const orderOf = (sort: Sort): string => {
  const column = isByAmount(sort) ? 'p.amount' : 'p.created_at'
  return sort.startsWith('-') ? `${column} DESC, p.id DESC` : `${column}, p.id`
}

/** Only what comes after a position. */
export const afterPosition = (sort: Sort, position: Position | undefined): Condition[] => {
  if (position === undefined) return []
  const column = isByAmount(sort) ? 'p.amount' : 'p.created_at'
  const operator = sort.startsWith('-') ? '<' : '>'
  const value = 'amount' in position ? position.amount : position.at
  return [{ sql: `(${column}, p.id) ${operator} ($, $)`, values: [value, position.id] }]
}
