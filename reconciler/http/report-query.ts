import { z } from '@hono/zod-openapi'
import { addDays, businessDateOf } from '#core/business-date.ts'
import { isCurrency } from '#core/currencies.ts'
import { TillwatchError } from '#core/errors.ts'
import { instantField } from '#core/http/fields.ts'
import type { Deps } from '#core/service.ts'
import {
  lastDateReached,
  lastWholeDate,
  readCertified,
  readUncertified,
  type Certified,
  type Uncertified,
} from '../reports/certified-dates.ts'
import { PRESENT_ONLY } from '../reports/columns.ts'
import type { ReportQuery } from '../reports/read-report.ts'
import { knownColumns } from '../reports/report-types.ts'
import { PAYMENTS } from '../scope.ts'
import { dateField, dateRangeRule } from './wire.ts'

/** Ten years; a report is streamed, so this only stops a slip of the keyboard. */
export const DAYS_MAX = 3_660

const zoneField = () =>
  z.string().refine((zone) => zone === 'UTC' || Intl.supportedValuesOf('timeZone').includes(zone), {
    message: 'must be a time zone such as Europe/London',
  })

const columnsField = () =>
  z
    .string()
    .max(2_000)
    .transform((text) => text.split(','))
    .superRefine((columns, context) => {
      const known = new Set(knownColumns())
      const odd = columns.filter((column, at) => !known.has(column) || columns.indexOf(column) !== at)
      if (odd.length === 0) return
      context.addIssue({
        code: 'custom',
        message: `unknown or twice: ${odd.join(', ').slice(0, 200)}; there are ${[...known].join(', ')}`,
      })
    })
    .openapi({ type: 'string' })

/** A report of an earlier moment has no columns that are known only as they are now. */
const asOfRule = (
  { as_of: asOf, columns }: { as_of?: Date | undefined; columns?: string[] | undefined },
  context: z.RefinementCtx,
): void => {
  const odd = asOf === undefined ? [] : (columns ?? []).filter((column) => PRESENT_ONLY.has(column))
  if (odd.length === 0) return
  const message = `known only as they are now, so not with as_of: ${odd.join(', ')}`
  context.addIssue({ code: 'custom', path: ['columns'], message })
}

export const reportQuery = z
  .strictObject({
    from: dateField().optional(),
    to: dateField().optional(),
    currency: z.string().refine(isCurrency, 'must be a currency such as gbp').optional(),
    balance_type: z
      .string()
      .regex(/^[a-z_]{1,40}$/)
      .default(PAYMENTS),
    reporting_category: z
      .string()
      .regex(/^[a-z_]{1,60}$/)
      .optional(),
    timezone: zoneField().optional(),
    columns: columnsField().optional(),
    as_of: instantField().optional(),
    uncertified: z
      .enum(['refuse', 'include'])
      .default('refuse')
      .openapi({ description: 'include: also dates after the last certified one; the answer names them.' }),
    format: z.enum(['csv', 'json']).default('csv'),
  })
  .superRefine(dateRangeRule(DAYS_MAX))
  .superRefine(asOfRule)

export type Query = z.output<typeof reportQuery>

/** A query that is wrong only together with what the shop holds: answered as any other wrong query. */
export const invalid = (path: string, message: string): TillwatchError =>
  new TillwatchError('query_invalid', message, { details: { issues: [{ path, message }] } })

const uncertifiedError = ({ last }: Certified): TillwatchError =>
  new TillwatchError(
    'dates_uncertified',
    last === null
      ? 'No date is certified yet, so there is nothing that a report could end with.'
      : `The last certified date is ${last}; the report reaches later ones, whose figures still change.`,
    { details: { last_certified_date: last } },
  )

/**
 * The last date of the report: the one that was asked for, else the last certified one. Throws `dates_uncertified` when it reaches
 * dates after that, as Stripe refuses what lies beyond `data_available_end`, unless they were asked for.
 */
const lastDateOf = (query: Query, certified: Certified, zone: string, deps: Deps, now: Date): string => {
  const accountZone = deps.shop.account.zone
  const { last } = certified
  const isTold = query.uncertified === 'include'
  if (query.to !== undefined) {
    const isBeyond = last === null || lastDateReached(query.to, zone, accountZone) > last
    if (isBeyond && !isTold) throw uncertifiedError(certified)
    return query.to
  }
  const to = last === null ? undefined : lastWholeDate(last, zone, accountZone)
  if (to !== undefined && (query.from === undefined || query.from <= to)) return to
  if (!isTold) throw uncertifiedError(certified)
  const yesterday = addDays(businessDateOf(now, zone), -1)
  if (query.from !== undefined && query.from > yesterday) throw invalid('from', 'must not be after yesterday')
  return yesterday
}

export interface Asked {
  readonly query: Omit<ReportQuery, 'withChargeEvent'>
  /** What the report covers and no certificate does. */
  readonly uncertified: Uncertified
}

/**
 * What is asked for, with the dates of it that are not certified: those of the range, and for a report about a balance
 * (`wholePast`) all before it too. Throws `dates_uncertified` or `query_invalid`.
 */
export const readQuery = async (deps: Deps, query: Query, wholePast: boolean): Promise<Asked> => {
  const accountZone = deps.shop.account.zone
  const zone = query.timezone ?? accountZone
  const now = deps.env.clock.now()
  const asOf = query.as_of ?? now
  if (asOf > now) throw invalid('as_of', 'must not be in the future')
  const certified = await readCertified(deps.db, asOf)
  const to = lastDateOf(query, certified, zone, deps, now)
  const from = query.from ?? null
  const reached = { from: wholePast ? null : from, to, zone, asOf }
  const uncertified = await readUncertified(deps.db, reached, certified, accountZone)
  return {
    query: {
      from,
      to,
      zone,
      currency: query.currency ?? null,
      balanceType: query.balance_type === 'all' ? null : query.balance_type,
      category: query.reporting_category ?? null,
      asOf,
    },
    uncertified,
  }
}
