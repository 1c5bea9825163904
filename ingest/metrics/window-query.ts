import { z } from '@hono/zod-openapi'
import { TillwatchError } from '#core/errors.ts'
import { textField } from '#core/http/fields.ts'
import { rangeShape } from '#core/http/page.ts'
import type { Window } from '#core/kpi/measure-attempts.ts'
import type { Deps } from '#core/service.ts'
import { lastHours } from './read-metrics.ts'

export const HOURS_MAX = 168

/** `hours`, or `from` and `to`; and a store. Spread into a query's shape and add `windowRule`. */
export const windowShape = () => ({
  hours: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a number')
    .transform(Number)
    .refine((hours) => hours >= 1 && hours <= HOURS_MAX, `must be 1 to ${HOURS_MAX}`)
    .optional()
    .openapi({ type: 'integer', minimum: 1, maximum: HOURS_MAX, default: 1 }),
  ...rangeShape(),
  store: textField(40).optional(),
})

interface Asked {
  readonly hours?: number | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  readonly store?: string | undefined
}

/** `from` and `to` go together, and without `hours`. */
export const windowRule = (query: Asked, context: z.RefinementCtx): void => {
  if (!query.from !== !query.to)
    context.addIssue({ code: 'custom', path: ['from'], message: 'from and to go together' })
  if (query.hours !== undefined && query.from)
    context.addIssue({ code: 'custom', path: ['hours'], message: 'hours, or from and to' })
}

/** The window that was asked for, the last hour when nothing was. Throws `query_invalid` for a store that the shop does not know. */
export const windowOf = ({ env, shop }: Pick<Deps, 'env' | 'shop'>, asked: Asked): Window => {
  const { from, to, hours = 1, store } = asked
  if (store !== undefined && !shop.stores.some(({ id }) => id === store))
    throw new TillwatchError('query_invalid', undefined, {
      details: { issues: [{ path: 'store', message: 'there is no such store' }] },
    })
  const window = from && to ? { from, to } : lastHours(env.clock.now(), hours)
  return store === undefined ? window : { ...window, store }
}
