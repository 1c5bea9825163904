import { tillsOf, type Principal } from '#core/access/roles.ts'
import type { Env } from '#core/env.ts'
import { TillwatchError } from '#core/errors.ts'
import { visibleCodesFor } from '../domain/decline-advice.ts'
import { parseSearch } from '../domain/search-syntax.ts'
import type { Filters } from './filter-query.ts'
import { searchConditions } from './search-conditions.ts'
import { oneOf, type Condition } from './where.ts'

const HOUR_MS = 3_600_000

const compare = (column: string, operator: '>=' | '<=' | '<', value: unknown): Condition => ({
  sql: `${column} ${operator} $`,
  values: [value],
})

const DISPUTED = 'EXISTS (SELECT FROM disputes d WHERE d.payment_id = p.id)'

/** A text that stands for a payment: an id of ours or Stripe's, a ref of the till's, the customer's, or four digits of a card. */
const textCondition = (text: string): Condition => ({
  sql: `p.id IN (
    SELECT f.id FROM payments f
    WHERE f.id = $ OR f.sale_id = $ OR f.stripe_payment_intent = $ OR f.stripe_charge = $ OR f.external_ref = $
       OR f.card_last4 = $ OR f.customer_ref = $
    UNION SELECT t.id FROM sales s JOIN payments t ON t.sale_id = s.id WHERE s.external_ref = $)`,
  values: Array.from({ length: 8 }, () => text),
})

const searchOf = (q: string, zone: string, role: string): Condition[] => {
  const refuse = (message: string): never => {
    throw new TillwatchError('query_invalid', undefined, { details: { issues: [{ path: 'q', message }] } })
  }
  const search = parseSearch(q)
  if ('problem' in search) return refuse(search.problem)
  const found = searchConditions(search.terms, zone, role)
  if ('problem' in found) return refuse(found.problem)
  return search.text === '' ? [...found] : [...found, textCondition(search.text)]
}

const timeConditions = (filters: Filters, now: Date): Condition[] => {
  const { hours, to } = filters
  const end = to ?? now
  const from = hours === undefined ? filters.from : new Date(end.getTime() - hours * HOUR_MS)
  return [
    ...(from ? [compare('p.created_at', '>=', from)] : []),
    ...(to ? [compare('p.created_at', '<', to)] : []),
  ]
}

const COLUMNS = {
  status: 'p.status',
  method: 'p.method',
  currency: 'p.currency',
  store: 'p.store_id',
  till_id: 'p.till_id',
  customer_ref: 'p.customer_ref',
  external_ref: 'p.external_ref',
  last4: 'p.card_last4',
  brand: 'p.card_brand',
} as const satisfies Partial<Record<keyof Filters, string>>

const equalities = (filters: Filters): Condition[] =>
  Object.entries(COLUMNS).flatMap(([name, column]) => {
    const value = filters[name as keyof typeof COLUMNS]
    return value === undefined ? [] : [oneOf(column, [value])]
  })

const flagConditions = ({ refunded, disputed }: Filters): Condition[] => [
  ...(refunded === undefined
    ? []
    : [{ sql: refunded ? 'p.amount_refunded > 0' : 'p.amount_refunded = 0', values: [] }]),
  ...(disputed === undefined ? [] : [{ sql: disputed ? DISPUTED : `NOT ${DISPUTED}`, values: [] }]),
]

/**
 * What a payment `p` must be like to be in the caller's list: inside their stores and till, and within the filters. Decline
 * codes are compared as the role sees them, so that nobody learns a hidden one by asking for it. Throws `query_invalid` for a search
 * that cannot be read.
 */
export const conditionsOf = (
  deps: { readonly env: Pick<Env, 'clock'>; readonly shop: { readonly account: { readonly zone: string } } },
  principal: Principal,
  filters: Filters,
): Condition[] => {
  const tills = tillsOf(principal)
  const { amount_min: min, amount_max: max, decline_code: code, q } = filters
  return [
    ...(tills === null ? [] : [oneOf('p.till_id', tills)]),
    ...equalities(filters),
    ...timeConditions(filters, deps.env.clock.now()),
    ...(min === undefined ? [] : [compare('p.amount', '>=', min.toString())]),
    ...(max === undefined ? [] : [compare('p.amount', '<=', max.toString())]),
    ...(code === undefined ? [] : [oneOf('p.decline_code', visibleCodesFor(code, principal.role))]),
    ...flagConditions(filters),
    ...(q === undefined ? [] : searchOf(q, deps.shop.account.zone, principal.role)),
  ]
}
